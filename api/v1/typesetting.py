"""Sections of an article as one run of HTML, for documents that are read outside of the site."""

import html
from collections.abc import Iterable

from content.published import PublishedSection


def sections_html(sections: Iterable[PublishedSection]) -> str:
    """The sections with their headings and pairs; the uppermost headings are `<h2>`.

    Bodies must be HTML, which is sanitised when it is published; raises ValueError for another
    format.
    """
    chosen = list(sections)
    top = min((section.level for section in chosen), default=2)
    return "\n".join(_section(section, 2 + section.level - top) for section in chosen)


def _section(section: PublishedSection, level: int) -> str:
    if section.format != "html":
        raise ValueError(f"The body of a section is {section.format}, not HTML.")
    parts = [_heading(section.heading or "", level), section.body]
    for item in section.items or ():
        parts += [_heading(item.question, level + 1), item.answer]
    return "\n".join(part for part in parts if part)


def _heading(text: str, level: int) -> str:
    tag = f"h{min(level, 6)}"
    return f"<{tag}>{html.escape(text)}</{tag}>" if text else ""
