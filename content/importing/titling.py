"""What an article is called: its own title, or one made from its text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from content.importing.blocks import Block
from content.importing.heading_shapes import SUBTITLE, is_closing_heading, is_faq_heading
from content.importing.headings import LONGEST_MARKED
from content.importing.wording import folded, sentences, unnumbered
from content.topics import TopicMatcher

LONGEST_TITLE: Final = 70
"""Characters of a title that is made from a sentence."""

LONGEST_SUMMARY: Final = 300

_WHETHER: Final = re.compile(
    r"\bquestions? (?:of |is |about |as to )?(whether (?!or not)[^,.;:?!()]{10,80})[,.;?]",
    re.IGNORECASE,
)
_SITE_NAME: Final = re.compile(r"\s+[|–—·»]\s+[^|–—·»]{2,60}$|\s+-\s+[^-]{2,60}$")
_GENERIC: Final = frozenset({"introduction", "overview", "background", "intro", "summary"})


@dataclass(slots=True)
class Titles:
    """The titles that the articles of a source have so far, so that the next one differs."""

    used: set[str] = field(default_factory=set)
    numbers: dict[str, int] = field(default_factory=dict)

    def take(self, options: Sequence[str]) -> str:
        """The first of the options that is still free, else the first of them with a number."""
        free = (option for option in options if folded(option) not in self.used)
        title = next(free, None) or self._numbered(options[0])
        self.used.add(folded(title))
        return title

    def _numbered(self, title: str) -> str:
        base = cut(title, LONGEST_MARKED - 10)
        number = self.numbers.get(base, 1) + 1
        while folded(f"{base} ({number})") in self.used:
            number += 1
        self.numbers[base] = number
        return f"{base} ({number})"


def find_title(blocks: Sequence[Block], *, bare: bool) -> Block | None:
    """The block that is the title of the article, if it has one.

    `bare` says that a first line without markup is a title, and not the heading of a section.
    """
    shown = [block for block in blocks if block.reason is None]
    top = [block for block in shown if block.kind == "heading" and block.marked]
    if top:
        level = min(block.level for block in top)
        shallow = [block for block in top if block.level == level]
        first = shallow[0]
        if level == 1 or (len(shallow) == 1 and len(top) > 1 and first is shown[0]):
            return None if _is_generic(first.text) else first
        return None
    if not bare or not shown or shown[0].kind != "heading" or _is_generic(shown[0].text):
        return None
    return shown[0]


def possible_titles(blocks: Sequence[Block], hint: str | None, matcher: TopicMatcher) -> list[str]:
    """Titles for an article that has none, the best first, at least one.

    `hint` is what the metadata of the source says. Else the headings, the question that the
    text says it answers, the topics, or the first words, in this order.
    """
    shown = [block for block in blocks if block.reason is None]
    options = [_without_site(hint)] if hint else []
    headings = [block.text for block in shown if block.kind == "heading"]
    if shown and shown[0].kind == "heading":
        options += [unnumbered(text) for text in headings if not _is_generic(text)]
    text = " ".join(block.text for block in shown if block.kind != "heading")[:4_000]
    opening = next((block.text for block in shown if block.kind != "heading"), "")
    options += [*_asked(text), *_named(text, matcher), _first_words(opening)]
    return [option for option in options if option] or ["Untitled"]


def made_summary(blocks: Sequence[Block]) -> str:
    """The first sentence or two of the first paragraph, plain, at most 300 characters."""
    paragraphs = [b.text for b in blocks if b.reason is None and b.kind == "paragraph"]
    others = [b.text for b in blocks if b.reason is None and b.kind != "heading"]
    opening = next(iter(paragraphs or others), "")
    summary = ""
    for sentence in sentences(opening[:2_000])[:2]:
        longer = f"{summary} {sentence}".strip()
        if len(longer) > LONGEST_SUMMARY:
            break
        summary = longer
    return summary or cut(opening, LONGEST_SUMMARY)


def cut(text: str, longest: int) -> str:
    """The text up to a word border, at most that long."""
    if len(text) <= longest:
        return text
    border = text.rfind(" ", longest // 2, longest + 1)
    return text[: border if border > 0 else longest].rstrip(" ,;:–—-")


def _is_generic(text: str) -> bool:
    """Whether any article could have the line; "Peels: your questions answered" is a title."""
    if is_faq_heading(SUBTITLE.sub("", text)):
        return True
    return is_closing_heading(text) or folded(text) in _GENERIC


def _without_site(title: str) -> str:
    shorter = _SITE_NAME.sub("", title)
    return shorter if len(shorter) >= 15 else title


def _asked(text: str) -> list[str]:
    match = _WHETHER.search(text)
    return [match[1][0].upper() + match[1][1:]] if match else []


def _named(text: str, matcher: TopicMatcher) -> list[str]:
    """The two topics that the text speaks of most."""
    labels = [matcher.label(reference) for reference in matcher.propose("", text)[:2]]
    if len(labels) < 2:
        return []
    first, second = labels
    return [f"{first[0].upper()}{first[1:]} and {second}"]


def _first_words(text: str) -> str:
    sentence = next(iter(sentences(text)), "").rstrip(".!?…")
    clause = sentence.rfind(",", 30, LONGEST_TITLE)
    return (
        sentence[:clause]
        if len(sentence) > LONGEST_TITLE and clause > 0
        else cut(sentence, LONGEST_TITLE)
    )
