"""Text that was written in UTF-8 and read as Windows-1252: "â€“" for a dash.

Only sequences that no one types are mended, so that a text in French or Portuguese stays as it is.
"""

import re
from typing import Final

from content.importing.blocks import Document, visible

_UNDEFINED: Final = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
# The five bytes that Windows-1252 leaves open; readers of the web take them as they are.
_MOST_ROUNDS: Final = 3
# A text may have been damaged again and again.


def _character(byte: int) -> str:
    return chr(byte) if byte in _UNDEFINED else bytes([byte]).decode("windows-1252")


_BYTES: Final = {_character(byte): byte for byte in range(0x80, 0x100)}
_TAIL: Final = "".join(re.escape(_character(byte)) for byte in range(0x80, 0xC0))
_QUOTES: Final = "‘’“”"
_DAMAGED: Final = re.compile(
    rf"[ÂÃ](?![{_QUOTES}])[{_TAIL}]|(?<![A-ZÀ-Þ])[ÂÃ][{_QUOTES}]|[ÎÏÐÑÅÄË](?=[{_TAIL}])"
    rf"(?![{_QUOTES}\xa0])[{_TAIL}]|â[€‚„†‡ˆ‰Š‹Œ][{_TAIL}]|ï¿½|ï»¿|ðŸ[{_TAIL}]{{2}}"
)
_MARKERS: Final = ("â€", "Ã", "Â", "ðŸ", "ï»¿", "ï¿½", "Å", "â")
_LOST_SPACE: Final = re.compile(r"Â(?=[ \n]|$)")
_LOST_QUOTE: Final = re.compile(r"â€(?=[\s.,;:!?)*]|$)")
_GRAVE_A: Final = re.compile(r"(?<![^\W_])Ã(?= )")
_CONTROL: Final = re.compile("[\x80-\x9f]")


def repair(text: str) -> str:
    """The text as it was meant. Costs next to nothing when nothing is wrong with it."""
    for _ in range(_MOST_ROUNDS):
        if not any(marker in text for marker in _MARKERS):
            return text
        mended = _repaired(text)
        if mended == text:
            return text
        text = mended
    return text


def repair_unstorable(text: str) -> str:
    """The text with those damaged sequences mended that hold characters which no text may hold."""
    if not _CONTROL.search(text):
        return text
    return _DAMAGED.sub(
        lambda match: _mended(match) if _CONTROL.search(match[0]) else match[0], text
    )


def repair_document(document: Document, source: str) -> None:
    """Mend what the blocks of a document tell; where they stand in the source stays the same."""
    if not any(marker in source for marker in _MARKERS):
        return
    for block in document.blocks:
        text = repair(block.text)
        if text != block.text:
            block.text = visible(text)
        block.markdown = repair(block.markdown).replace("\xa0", " ")
    document.title = visible(repair(document.title)) if document.title else None


def _repaired(text: str) -> str:
    mended = _DAMAGED.sub(_mended, text)
    if mended != text or "â€" in text:
        # What white space was folded and signs were dropped can only be told among other damage.
        mended = _LOST_QUOTE.sub("”", _GRAVE_A.sub("à", _LOST_SPACE.sub("", mended)))
    return mended


def _mended(match: re.Match[str]) -> str:
    try:
        return bytes(_BYTES[character] for character in match[0]).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return match[0]
