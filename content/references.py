"""What a text rests on: the references of an edition, in order, and what is wrong with them.

They are stored with the edition as plain data, one object each with the members of `Reference`;
a text cites one as `[^ref:<id>]`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Final
from urllib.parse import urlsplit

from content.errors import Reason

MAX_REFERENCES: Final = 300

_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DOI: Final = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[!-~]+")
_PMID: Final = re.compile(r"[1-9]\d{0,7}")
_DOI_PREFIX: Final = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
_PMID_PREFIX: Final = re.compile(
    r"(?:https?://pubmed\.ncbi\.nlm\.nih\.gov/|pmid:\s*)(\d+)/?", re.IGNORECASE
)
_LONGEST: Final = {"title": 500, "publisher": 300, "note": 2_000, "url": 2_000, "doi": 300}


@dataclass(frozen=True, slots=True)
class Reference:
    """One work that a text rests on.

    `id` is what the text cites it by; `doi` (ISO 26324) and `pmid` (PubMed's number) stand alone,
    without the address of the service that resolves them.
    """

    id: str
    title: str
    url: str | None = None
    doi: str | None = None
    pmid: str | None = None
    year: int | None = None
    publisher: str | None = None
    note: str | None = None


def as_stored(references: Sequence[Reference]) -> list[dict[str, Any]]:
    """The references as plain data."""
    return [asdict(each) for each in references]


def from_stored(stored: Sequence[Mapping[str, Any]]) -> list[Reference]:
    """The references from plain data; members of a later version are passed over."""
    known = {each.name for each in fields(Reference)}
    return [
        Reference(**{name: value for name, value in each.items() if name in known})
        for each in stored
    ]


def numbers(stored: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """The place of each reference, from 1, by its id."""
    return {each["id"]: place for place, each in enumerate(stored, start=1)}


def reference_objections(references: Sequence[Reference], pointer: str) -> Iterator[Reason]:
    """Why these cannot be an edition's references, each reason with its place below `pointer`."""
    if len(references) > MAX_REFERENCES:
        detail = f"An edition has at most {MAX_REFERENCES} references."
        yield Reason(pointer, "too_many", detail)
    seen: set[str] = set()
    for place, each in enumerate(references[:MAX_REFERENCES]):
        yield from _objections(each, f"{pointer}/{place}")
        if each.id in seen:
            yield Reason(f"{pointer}/{place}/id", "repeated", f"'{each.id[:64]}' is there twice.")
        seen.add(each.id)


def _objections(reference: Reference, pointer: str) -> Iterator[Reason]:
    if len(reference.id) > 64 or not _ID.fullmatch(reference.id):
        detail = "An id is 1 to 64 lower-case letters and digits, parted by single hyphens."
        yield Reason(f"{pointer}/id", "malformed_id", detail)
    if not reference.title.strip():
        yield Reason(f"{pointer}/title", "empty", "The title is empty.")
    for name, most in _LONGEST.items():
        if len(getattr(reference, name) or "") > most:
            detail = f"The {name} has more than {most} characters."
            yield Reason(f"{pointer}/{name}", "too_long", detail)
    if reference.year is not None and not 1400 <= reference.year <= 2200:
        yield Reason(f"{pointer}/year", "out_of_range", "A year is 1400 to 2200.")
    yield from _address_objections(reference, pointer)


def _address_objections(reference: Reference, pointer: str) -> Iterator[Reason]:
    if reference.doi is not None and not _DOI.fullmatch(reference.doi):
        detail = f"A DOI is written as 10.1000/182{_instead(_bare_doi(reference.doi))}"
        yield Reason(f"{pointer}/doi", "malformed_doi", detail)
    if reference.pmid is not None and not _PMID.fullmatch(reference.pmid):
        detail = f"A PMID is 1 to 8 digits{_instead(_bare_pmid(reference.pmid))}"
        yield Reason(f"{pointer}/pmid", "malformed_pmid", detail)
    if reference.url is not None and not _is_web_address(reference.url):
        right = f"https://{reference.url.strip()}"
        near = right if "://" not in reference.url and _is_web_address(right) else None
        detail = f"An address is written as https://www.example.org/paper{_instead(near)}"
        yield Reason(f"{pointer}/url", "malformed_url", detail)


def _instead(right: str | None) -> str:
    """The end of a sentence: the right form of what was sent, or a full stop if there is none."""
    return f"; did you mean '{right[:100]}'?" if right else "."


def _bare_doi(sent: str) -> str | None:
    bare = _DOI_PREFIX.sub("", sent.strip(), count=1).strip().rstrip(".,;")
    return bare if _DOI.fullmatch(bare) else None


def _bare_pmid(sent: str) -> str | None:
    found = _PMID_PREFIX.fullmatch(sent.strip())
    bare = (found[1] if found else sent.strip()).lstrip("0")
    return bare if _PMID.fullmatch(bare) else None


def _is_web_address(sent: str) -> bool:
    try:
        parts = urlsplit(sent)
        _ = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    plain = sent.isascii() and not re.search(r"[\s\"<>\\^`{|}]", sent)
    return plain and parts.scheme in {"http", "https"} and "." in host and not parts.username
