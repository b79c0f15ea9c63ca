"""What differs between two texts of an article, as a page to be read: words that came and went.

The page needs nothing else: its style is inline, only that style may run, and every word of the
texts is escaped; Markdown is shown as it is written.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Final

from flask import Response

from content.diffing import ItemDiff, Piece, ReferenceDiff, SectionDiff
from content.recalling import Compared, Recalled
from content.references import Reference
from content.sections import SECTION_TYPES

_STYLE: Final = Path(__file__).with_name("redline.css").read_text(encoding="utf-8")
_HASH: Final = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""The content security policy of the page: its own style, and nothing else."""

_TAGS: Final = {"delete": "del", "insert": "ins"}


def page(compared: Compared) -> Response:
    """The answer: an HTML page (UTF-8) that nobody keeps."""
    response = Response(_document(compared), mimetype="text/html")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept"
    return response


def _document(compared: Compared) -> str:
    sections = "\n".join(_section(each) for each in compared.sections)
    nothing = "" if compared.changed else '<p class="same">Nothing differs.</p>'
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>{escape(compared.earlier.reference)} → {escape(compared.later.reference)}</title>
<style>{_STYLE}</style>
</head>
<body>
<header>
<p>{_head(compared.earlier)} → {_head(compared.later)}</p>
<h1 dir="auto">{_words(compared.title)}</h1>
<p dir="auto">{_words(compared.summary)}</p>
{nothing}
</header>
<main>
{sections}
{_references(compared.references)}
</main>
</body>
</html>
"""


def _head(text: Recalled) -> str:
    at = text.at.isoformat(timespec="seconds")
    return f'{escape(text.reference)} by {escape(text.by)}, <time datetime="{at}">{at}</time>'


def _section(section: SectionDiff) -> str:
    changes = "".join(f"<li>{escape(told)}</li>" for told in _told(section))
    items = "".join(map(_item, section.items))
    return f"""<section class="{"changed" if section.changes else "same"}">
<ul class="changes">{changes}</ul>
<h2 dir="auto">{_words(section.heading)}</h2>
<div class="text" dir="auto">{_words(section.body)}</div>
{f"<dl>{items}</dl>" if items else ""}
</section>"""


def _told(section: SectionDiff) -> Iterator[str]:
    """What became of a section, in words."""
    types = [each for each in (section.type_from, section.type_to) if each]
    yield " → ".join(SECTION_TYPES[key].label for key in dict.fromkeys(types))
    for change in section.changes:
        match change:
            case "moved":
                yield f"moved from {section.position_from} to {section.position_to}"
            case "relevelled":
                yield f"level {section.level_from} → {section.level_to}"
            case _:
                yield change


def _item(item: ItemDiff) -> str:
    return (
        f'<dt dir="auto">{_words(item.question)}</dt>'
        f'<dd class="text" dir="auto">{_words(item.answer)}</dd>'
    )


def _references(references: Sequence[ReferenceDiff]) -> str:
    """What the text rests on, in a section of its own; nothing where there is nothing."""
    if not references:
        return ""
    listed = "".join(map(_reference, references))
    changed = any(each.change for each in references)
    return f"""<section class="{"changed" if changed else "same"}">
<h2>References</h2>
<ul>{listed}</ul>
</section>"""


def _reference(reference: ReferenceDiff) -> str:
    was, now = _cited(reference.before), _cited(reference.after)
    if was == now:
        moved = f" ({reference.change})" if reference.change else ""
        return f'<li dir="auto">{escape(was)}{moved}</li>'
    told = [Piece("delete", was), Piece("insert", now)]
    return f'<li dir="auto">{_words([each for each in told if each.text])}</li>'


def _cited(reference: Reference | None) -> str:
    """All that is known of a work, in one line."""
    if reference is None:
        return ""
    known = ((name, value) for name, value in asdict(reference).items() if value is not None)
    return "; ".join(f"{name}: {value}" for name, value in known)


def _words(pieces: Sequence[Piece]) -> str:
    return "".join(map(_piece, pieces))


def _piece(piece: Piece) -> str:
    tag = _TAGS.get(piece.op)
    text = escape(piece.text)
    return f"<{tag}>{text}</{tag}>" if tag else text
