"""Picturing: known by its bytes, bounded before it is decoded, and without what tells on people."""

import contextlib
import io
import random
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from content.errors import Invalid
from content.picturing import MAX_SIDE, develop

SECRET = b"51.5007 N 0.1246 W"


def a_picture(form: str, mode: str = "RGB", size: tuple[int, int] = (40, 30), **how: Any) -> bytes:
    """Noise in that form."""
    out = io.BytesIO()
    Image.effect_noise(size, 40).convert(mode).save(out, form, **how)
    return out.getvalue()


def camera(orientation: int = 1) -> Image.Exif:
    """What a camera writes beside the picture: how it was held, and where."""
    written = Image.Exif()
    written[0x0112] = orientation
    written[0x010E] = SECRET.decode()
    return written


def code(data: bytes) -> str:
    """Of the reason for which it is refused."""
    with pytest.raises(Invalid) as refusal:
        develop(data)
    (reason,) = refusal.value.reasons
    assert reason.pointer == "/file"
    return reason.code


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_what_a_camera_writes_is_not_kept(form: str) -> None:
    sent = a_picture(form, exif=camera())
    assert SECRET in sent
    developed = develop(sent)
    assert SECRET not in developed.data
    assert b"Exif" not in developed.data
    assert (developed.width, developed.height) == (40, 30)
    assert developed.type == f"image/{form.lower()}"


def test_what_programs_write_is_not_kept() -> None:
    info = PngInfo()
    info.add_text("Author", SECRET.decode())
    info.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    written = a_picture("PNG", pnginfo=info) + SECRET
    assert SECRET not in develop(written).data
    assert SECRET not in develop(a_picture("JPEG", comment=SECRET) + SECRET).data


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_turned_as_it_is_to_be_seen(form: str) -> None:
    developed = develop(a_picture(form, exif=camera(orientation=6)))
    assert (developed.width, developed.height) == (30, 40)


@pytest.mark.parametrize(("form", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L")])
def test_what_is_without_loss_stays_so(form: str, mode: str) -> None:
    sent = a_picture(form, mode)
    with (
        Image.open(io.BytesIO(sent)) as before,
        Image.open(io.BytesIO(develop(sent).data)) as after,
    ):
        assert before.convert("RGBA").tobytes() == after.convert("RGBA").tobytes()


def test_a_jpeg_is_made_anew_with_the_tables_that_it_came_with() -> None:
    sent = a_picture("JPEG", quality=60)
    with (
        Image.open(io.BytesIO(sent)) as before,
        Image.open(io.BytesIO(develop(sent).data)) as after,
    ):
        assert before.quantization == after.quantization  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "svg"),
        (b"\xef\xbb\xbf <?xml version='1.0'?><svg/>", "svg"),
        (a_picture("GIF"), "unsupported"),
        (b"%PDF-1.7", "unsupported"),
        (b"", "unsupported"),
        (b"\xff\xd8\xff", "damaged"),
        (a_picture("PNG")[:200], "damaged"),
        (a_picture("JPEG", "CMYK"), "colours"),
    ],
)
def test_what_is_no_picture_to_show_is_refused_with_the_reason(sent: bytes, reason: str) -> None:
    assert code(sent) == reason


def test_a_name_is_not_believed_and_a_head_without_a_picture_neither() -> None:
    assert code(b"\x89PNG\r\n\x1a\n<script>alert(1)</script>") == "damaged"


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_moving_pictures_are_refused(form: str) -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(out, form, save_all=True, append_images=frames[1:])
    assert code(out.getvalue()) == "moving"


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    for size in ((11_000, 11_000), (MAX_SIDE + 1, 1)):
        out = io.BytesIO()
        Image.new("1", size).save(out, "PNG")
        assert len(out.getvalue()) < 20_000
        assert code(out.getvalue()) == "too_many_pixels"


def test_damaged_pictures_are_taken_or_refused_and_never_break_anything() -> None:
    chance = random.Random(17)
    for form in ("JPEG", "PNG", "WEBP"):
        whole = a_picture(form, exif=camera())
        for _ in range(150):
            damaged = bytearray(whole[: chance.randint(12, len(whole))])
            for _ in range(chance.randint(1, 6)):
                damaged[chance.randrange(3, len(damaged))] = chance.randrange(256)
            with contextlib.suppress(Invalid):
                assert develop(bytes(damaged)).data


def test_a_jpeg_of_very_many_scans_is_refused_before_it_is_decoded() -> None:
    sent = a_picture("JPEG", progressive=True)
    last = sent[sent.rindex(b"\xff\xda") : -2]
    assert develop(sent[:-2] + last * 50 + sent[-2:]).width == 40
    assert code(sent[:-2] + last * 10_000 + sent[-2:]) == "too_many_scans"
