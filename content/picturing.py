"""From what is sent as a picture to one that can be shown: recognised, bounded and made anew.

What it is, is told by its first bytes, never by its name. Its size is looked at before anything is
decoded, and it is then encoded once more from its pixels alone: nothing of what a camera or a
program writes beside them (where it was taken, by whom, with what) is kept, nor anything that
only pretends to be a picture. Its colours' profile stays, and it is turned as it is to be seen.
"""

import io
import struct
from dataclasses import dataclass
from typing import Any, Final

from PIL import ExifTags, Image, ImageOps

from content.errors import Invalid, Reason

MAX_SIDE: Final = 12_000
MAX_PIXELS: Final = 26_000_000
"""A camera of 24 megapixels; decoding as many takes some 100 MB of memory."""
MAX_SCANS: Final = 100
"""Of a progressive JPEG, which has about ten: each may be a few bytes, and costs a pass over all
pixels."""

_KNOWN: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_MODES: Final = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA", "I;16"})
_BROKEN: Final = (
    *(OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, struct.error),
    UserWarning,  # It warns of what is wrong beside the pixels; where warnings are errors, it ends.
)
# What Pillow raises of bytes that are no picture after all; tests throw damaged ones at it.

Image.MAX_IMAGE_PIXELS = None
# Its own bound knows no reason to give; `_check` looks at the size before anything is decoded.

_KEPT: Final = ("icc_profile", "transparency")
_SCAN: Final = b"\xff\xda"
# What begins one (ITU T.81, B.2.3); among the data of a scan these bytes do not stand together.

_SVG: Final = (
    "SVG is refused: it can hold scripts, which browsers run with the rights of this site. Send it "
    "as PNG or WebP."
)
_MOVING: Final = "Moving pictures are refused: send one picture as PNG, JPEG or WebP."


@dataclass(frozen=True, slots=True)
class Developed:
    """A picture that can be shown; `type` is its media type, its sides are in pixels."""

    data: bytes
    type: str
    width: int
    height: int


def develop(sent: bytes) -> Developed:
    """The picture in these bytes. Raises `Invalid` saying what is wrong and what would be right."""
    form = _form(sent)
    _refuse_scans(form, sent)
    try:
        with Image.open(io.BytesIO(sent), formats=[form]) as opened:
            _check(opened)
            opened.load()
            return _encoded(opened, form, sent)
    except _BROKEN as error:
        detail = f"The file says that it is {form}, but it is damaged or cut off: send it again."
        raise _refusal("damaged", detail) from error


def _form(sent: bytes) -> str:
    """What the first bytes say that it is, of what is accepted."""
    if sent.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if sent.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if sent[:4] == b"RIFF" and sent[8:12] == b"WEBP":
        return "WEBP"
    begin = sent[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if begin.startswith((b"<svg", b"<?xml", b"<!doctype svg", b"<!--")):
        raise _refusal("svg", _SVG)
    if sent.startswith((b"GIF87a", b"GIF89a")):
        raise _refusal("unsupported", f"GIF is refused. {_MOVING}")
    detail = "The file is none that is shown here: send a JPEG, PNG or WebP picture."
    raise _refusal("unsupported", detail)


def _refuse_scans(form: str, sent: bytes) -> None:
    if form == "JPEG" and sent.count(_SCAN) > MAX_SCANS:
        detail = f"The JPEG has more than {MAX_SCANS} scans: save it anew, as no camera does that."
        raise _refusal("too_many_scans", detail)


def _check(opened: Image.Image) -> None:
    """Refuse by what its head says, before its pixels are decoded."""
    width, height = opened.size
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        detail = (
            f"The picture has {width:,} x {height:,} pixels; at most {MAX_SIDE:,} on a side and "
            f"{MAX_PIXELS:,} in all are accepted: make it smaller."
        )
        raise _refusal("too_many_pixels", detail)
    # A JPEG has several where the camera has put a small one, or one of depths, beside the first.
    if opened.format in {"PNG", "WEBP"} and getattr(opened, "n_frames", 1) > 1:
        raise _refusal("moving", _MOVING)
    if opened.mode not in _MODES:
        detail = f"Its colours are stored as {opened.mode}: save it with RGB colours."
        raise _refusal("colours", detail)


def _encoded(opened: Image.Image, form: str, sent: bytes) -> Developed:
    upright = opened.getexif().get(ExifTags.Base.Orientation, 1) == 1
    picture = opened if upright else ImageOps.exif_transpose(opened)
    picture.info = {name: opened.info[name] for name in _KEPT if name in opened.info}
    same = upright and opened.format == "JPEG"
    out = io.BytesIO()
    picture.save(out, form, exif=b"", **_options(form, sent, same=same), **_profile(picture))
    return Developed(out.getvalue(), _KNOWN[form], *picture.size)


def _options(form: str, sent: bytes, *, same: bool) -> dict[str, Any]:
    """How it loses least: with the tables that it came with, or without loss if it had none."""
    match form:
        case "JPEG":
            return {"quality": "keep"} if same else {"quality": 95}
        case "WEBP":
            return {"lossless": True} if b"VP8L" in sent[:64] else {"quality": 92}
        case _:
            return {}


def _profile(picture: Image.Image) -> dict[str, Any]:
    profile = picture.info.get("icc_profile")
    return {"icc_profile": profile} if profile else {}


def _refusal(code: str, detail: str) -> Invalid:
    return Invalid("The picture cannot be taken.", [Reason("/file", code, detail)])
