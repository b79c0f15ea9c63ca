"""ZIP archives that are uploaded as sources: what they are, and their parts, read with limits."""

import io
import re
import zipfile
import zlib
from typing import Final

from content.errors import Reason, SourceRefused

MOST_ENTRIES: Final = 2_000
LARGEST_ARCHIVE: Final = 200_000_000
"""Bytes of all entries unpacked, as the archive itself says; pictures are never unpacked."""
LARGEST_XML: Final = 10_000_000
"""Bytes of all parts in XML unpacked; those of a novel have five million."""

ZIP_SIGNATURES: Final = (b"PK\x03\x04", b"PK\x05\x06")

_MAIN_PART: Final = re.compile(r"word/document\d*\.xml")
_XML: Final = (".xml", ".rels")
_ENCRYPTED: Final = 0x1
_KINDS: Final = (
    ("xl/workbook.xml", "an Excel workbook (XLSX)"),
    ("xl/workbook.bin", "an Excel workbook (XLSB)"),
    ("ppt/presentation.xml", "a PowerPoint presentation (PPTX)"),
    ("visio/document.xml", "a Visio drawing (VSDX)"),
    ("META-INF/container.xml", "an EPUB book"),
    ("Index/Document.iwa", "an Apple Pages document"),
    ("index.xml", "an Apple Pages document"),
    ("META-INF/MANIFEST.MF", "a Java archive (JAR)"),
    ("AndroidManifest.xml", "an Android package (APK)"),
)
_MIME_TYPES: Final = {
    "application/epub+zip": "an EPUB book",
    "application/vnd.oasis.opendocument.text": "an OpenDocument text (ODT)",
    "application/vnd.oasis.opendocument.spreadsheet": "an OpenDocument spreadsheet (ODS)",
    "application/vnd.oasis.opendocument.presentation": "an OpenDocument presentation (ODP)",
}
_DOCTYPE: Final = re.compile(
    rb"<!(?:DOCTYPE|ENTITY)|<\x00!\x00(?:D\x00O\x00C|E\x00N\x00T)|\x00<\x00!\x00[DE]",
    re.IGNORECASE,
)


def is_zip(data: bytes) -> bool:
    """Whether the bytes begin like a ZIP archive."""
    return data.startswith(ZIP_SIGNATURES)


def refuse(code: str, detail: str) -> SourceRefused:
    """The refusal of a source for one reason."""
    return SourceRefused(detail, [Reason("", code, detail)])


class Archive:
    """The XML parts of an uploaded Word document; `main` is the name of the one with its text.

    Opening it raises `SourceRefused` with one of the codes "binary" (another kind of file),
    "broken", "encrypted", "too_large", "unsafe".
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise refuse("broken", "The ZIP archive is broken or cut off.") from error
        entries = self._zip.infolist()
        self._names = {entry.filename: entry for entry in entries}
        _refuse_large(entries)
        main = min((name for name in self._names if _MAIN_PART.fullmatch(name)), default=None)
        if main is None:
            raise refuse(
                "binary",
                f"The source is {self._kind()}, not text. Save it as DOCX, text, Markdown or HTML.",
            )
        self.main = main
        self._parts = {
            entry.filename: self._part(entry) for entry in entries if _is_xml(entry.filename)
        }

    def part(self, name: str) -> bytes | None:
        """The bytes of an XML part, None when the archive has none of that name."""
        return self._parts.get(name)

    def _part(self, entry: zipfile.ZipInfo) -> bytes:
        data = self._read(entry)
        if _DOCTYPE.search(data):
            raise refuse(
                "unsafe", f"The part {entry.filename} of the DOCX document declares a DOCTYPE."
            )
        return data

    def _read(self, entry: zipfile.ZipInfo) -> bytes:
        if entry.flag_bits & _ENCRYPTED:
            raise refuse("encrypted", "The DOCX document is encrypted. Save it without a password.")
        try:
            return self._zip.read(entry)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            RuntimeError,
            ValueError,
            NotImplementedError,
        ) as error:
            raise refuse(
                "broken", f"The part {entry.filename} of the DOCX document cannot be unpacked."
            ) from error

    def _kind(self) -> str:
        """What the archive is, in words."""
        mime = self._names.get("mimetype")
        if mime is not None and mime.file_size < 200 and not mime.flag_bits & _ENCRYPTED:
            name = _MIME_TYPES.get(self._read(mime).decode("ascii", "replace").strip())
            if name:
                return name
        for part, name in _KINDS:
            if part in self._names:
                return name
        return "a ZIP archive"


def _is_xml(name: str) -> bool:
    return name.lower().endswith(_XML)


def _refuse_large(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise refuse(
            "too_large",
            f"The archive has {len(entries)} entries; at most {MOST_ENTRIES} are taken.",
        )
    size = sum(entry.file_size for entry in entries)
    if size > LARGEST_ARCHIVE:
        raise refuse(
            "too_large",
            f"The archive unpacks to {size} bytes; at most {LARGEST_ARCHIVE} are taken.",
        )
    size = sum(entry.file_size for entry in entries if _is_xml(entry.filename))
    if size > LARGEST_XML:
        raise refuse(
            "too_large",
            f"The parts of the document unpack to {size} bytes; at most {LARGEST_XML} are taken.",
        )
