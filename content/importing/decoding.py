"""Bytes of an uploaded source → clean text, or a refusal that names what the bytes are."""

import re
from dataclasses import dataclass
from typing import Final

from charset_normalizer import from_bytes

from content import texts
from content.errors import Reason, SourceRefused
from content.importing.archives import is_zip
from content.importing.blocks import visible
from content.importing.docx import docx_to_html
from content.importing.mojibake import repair_unstorable

DOCX: Final = "docx"
"""The encoding that the HTML made of a Word document is reported in."""

LONGEST_LINE: Final = 100_000
"""Characters in one line of text or Markdown; whoever writes more has lost the line breaks."""

_SAMPLE: Final = 64 * 1024

_SIGNATURES: Final[tuple[tuple[bytes, str], ...]] = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Microsoft Office document (DOC, XLS ...)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"{\\rtf", "an RTF document"),
)
_PASSWORD: Final = "EncryptedPackage".encode("utf-16-le")
_NAMES: Final = {
    "cp932": "Shift_JIS",
    "shift_jis": "Shift_JIS",
    "shift_jis_2004": "Shift_JIS",
    "shift_jisx0213": "Shift_JIS",
    "gb2312": "GB18030",
    "gbk": "GB18030",
    "gb18030": "GB18030",
    "koi8_r": "KOI8-R",
    "koi8_u": "KOI8-R",
    "koi8_t": "KOI8-R",
    "big5": "Big5",
    "euc_jp": "EUC-JP",
    "euc_kr": "EUC-KR",
    "cp949": "EUC-KR",
}
_ESCAPES: Final = re.compile(rb"\x1b(\$[@AB]|\([BIJ]|\$\([A-D])")
_WORD: Final = re.compile(r"[^\s\x00-\x40\[-`{-\x7f]+")
_MARKS: Final = frozenset("‘’“”‚„…–—•·°©®™€£¥¢§«»¡¿ºª¹²³¼½¾×÷±µ†‡‰‹›´¨¸¶¬¦ˆ˜\u00a0\u00ad")
_INSIDE_WORDS: Final = frozenset("’‘–—·\u00ad\u00a0…")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text in Unicode NFC with LF line ends, and the encoding its bytes were in.

    The text of a Word document is HTML, and its encoding is `DOCX`.
    """

    text: str
    encoding: str


def decode(data: bytes, limit: int) -> Decoded:
    """The text of a source of at most `limit` bytes.

    UTF-8, UTF-16 and Windows-1252 are read, and DOCX whatever its name. Raises `SourceRefused`
    with one of the codes "too_large", "empty", "binary", "encoding", "control_character", for
    Word documents also "broken", "encrypted", "too_deep", "unsafe", "unsupported".
    """
    if len(data) > limit:
        _refuse("too_large", f"The source has {len(data)} bytes; at most {limit} are taken.")
    _refuse_known_files(data)
    encoding = DOCX if is_zip(data) else _encoding(data)
    text = docx_to_html(data) if encoding == DOCX else _decoded(data, encoding)
    text = repair_unstorable(texts.with_line_feeds(text.removeprefix("\ufeff")))
    _refuse_unstorable(text)
    refuse_empty(text)
    return Decoded(texts.composed(text), encoding)


def refuse_empty(text: str) -> None:
    """Raise `SourceRefused` when the text shows nothing."""
    if not visible(text):
        _refuse("empty", "The source holds no text.")


def refuse_long_lines(text: str) -> None:
    """Raise `SourceRefused` when a line is too long to be a paragraph that someone wrote."""
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > LONGEST_LINE:
            _refuse(
                "line_too_long",
                f"Line {number} has {len(line)} characters; at most {LONGEST_LINE} are taken.",
            )


def _refuse(code: str, detail: str) -> None:
    raise SourceRefused(detail, [Reason("", code, detail)])


def _refuse_known_files(data: bytes) -> None:
    if data.startswith(b"\xd0\xcf\x11\xe0") and _PASSWORD in data:
        _refuse(
            "encrypted",
            "The source is an Office document with a password. Save it without the password.",
        )
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            _refuse(
                "binary",
                f"The source is {name}, not text. Save it as DOCX, text, Markdown or HTML.",
            )


def _encoding(data: bytes) -> str:
    """The name of one of the encodings that are read; anything else is refused."""
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        _refuse_encoding("UTF-32")
    if data.startswith(b"\xff\xfe"):
        return "utf-16-le"
    if data.startswith(b"\xfe\xff"):
        return "utf-16-be"
    if b"\x00" in data:
        return _encoding_by_zeros(data)
    if _ESCAPES.search(data):
        _refuse_encoding("ISO-2022-JP")
    return _encoding_by_content(data)


def _encoding_by_zeros(data: bytes) -> str:
    """Latin letters in UTF-16 have a zero in every second byte, in UTF-32 three in four."""
    sample = data[: _SAMPLE // 4 * 4]
    share = [sample[start::4].count(0) / max(len(sample[start::4]), 1) for start in range(4)]
    if min(share[1:]) > 0.9 or min(share[:3]) > 0.9:
        _refuse_encoding("UTF-32")
    if len(data) % 2 == 0 and min(share[1], share[3]) > 0.4 and max(share[0], share[2]) < 0.1:
        return "utf-16-le"
    if len(data) % 2 == 0 and min(share[0], share[2]) > 0.4 and max(share[1], share[3]) < 0.1:
        return "utf-16-be"
    position = data.index(b"\x00")
    _refuse("binary", f"The source is binary: byte {position} is NUL, which no text contains.")
    return ""


def _encoding_by_content(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if not _is_windows_1252(data):
            _refuse_unreadable(data, error.start)
        return "windows-1252"
    return "utf-8"


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        detail = f"The source is not valid {encoding.upper()}: byte {error.start} is wrong."
        raise SourceRefused(detail, [Reason("", "encoding", detail)]) from error


def _is_windows_1252(data: bytes) -> bool:
    """Whether the bytes read as a western European text.

    Other single-byte and Asian encodings also decode without an error, but give words of
    nothing but accents, capitals after small letters, or signs inside words.
    """
    try:
        text = data.decode("windows-1252")
    except UnicodeDecodeError:
        return False
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    wrong = sum(not _is_western(word) for word in words)
    return wrong <= len(words) // 20


def _is_western(word: str) -> bool:
    accents = [letter for letter in word if letter >= "\x80" and letter not in _MARKS]
    if any(not letter.isalpha() for letter in accents):
        return False
    if len(accents) > max(1, len(word) // 2):
        return False
    inner = zip(word, word[1:], word[2:], strict=False)
    return not any(_is_odd(before, letter, after) for before, letter, after in inner)


def _is_odd(before: str, letter: str, after: str) -> bool:
    """Whether a letter beyond ASCII cannot stand between these two."""
    if letter < "\x80" or not (before.isalpha() and after.isalpha()):
        return False
    return (letter in _MARKS and letter not in _INSIDE_WORDS) or (
        letter.isupper() and before.islower()
    )


def _refuse_encoding(name: str) -> None:
    _refuse("encoding", f"The source seems to be encoded in {name}. Save it as UTF-8.")


def _refuse_unreadable(data: bytes, position: int) -> None:
    """Name the encoding as well as can be guessed, or call the bytes binary."""
    controls = sum(byte < 32 and byte not in b"\t\n\r\f" for byte in data[:_SAMPLE])
    if controls > len(data[:_SAMPLE]) // 50:
        _refuse("binary", "The source is binary, not text.")
    best = from_bytes(data[:_SAMPLE]).best()
    guess = best.encoding if best else ""
    if guess in {"", "ascii", "utf_8", "cp1252", "latin_1"}:
        _refuse(
            "encoding",
            f"The encoding of the source is unknown: byte {position} is not UTF-8. "
            "Save it as UTF-8.",
        )
    _refuse_encoding(_NAMES.get(guess, guess.replace("_", "-").upper()))


def _refuse_unstorable(text: str) -> None:
    objection = texts.objection(text)
    if objection:
        line = text.count("\n", 0, objection.position) + 1
        _refuse("control_character", f"Line {line} {objection.detail}. Remove it.")
