"""Annotated articles → the surface forms that real pages have, with the truth about each.

Each form is awkward in its own way: headings without markup, questions in a dozen shapes, lists
without bullets, tables as lines. What is true of the text stays known by its place in the source.
"""

import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from typing import Final

from content.importing.proposals import SourceFormat
from tests.content.importing.annotated import Annotated, Element

_WORD: Final = re.compile(r"[^\W_]+")
_SMALL: Final = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "does",
        "for",
        "from",
        "in",
        "is",
        "it",
        "of",
        "on",
        "or",
        "than",
        "the",
        "to",
        "with",
        "you",
        "your",
    ]
)
_NUMBER: Final = re.compile(r"^\d+(?:\.\d+|\.)\s+")
_EMOJI: Final = ("✨", "💉", "🔬", "❓", "📌", "👉")


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of text and where it begins in the source."""

    offset: int
    text: str
    level: int = 0


@dataclass(slots=True)
class Truth:
    """What is true of one article in a source."""

    title: Mark | None = None
    start: int = 0
    headings: list[Mark] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    aside: list[Mark] = field(default_factory=list)
    kept: list[Mark] = field(default_factory=list)
    empty: list[Mark] = field(default_factory=list)
    """Headings with nothing under them: to find them is neither right nor wrong."""


@dataclass(slots=True)
class Page:
    """A source in the making, and the truth about each of its articles."""

    format: SourceFormat
    parts: list[str] = field(default_factory=list)
    length: int = 0
    truths: list[Truth] = field(default_factory=list)

    @property
    def source(self) -> str:
        """The source as written so far."""
        return "".join(self.parts)

    def write(self, text: str) -> int:
        """Add text; where it begins."""
        start = self.length
        self.parts.append(text)
        self.length += len(text)
        return start


Styler = Callable[[str, int], str]
"""A heading and its number among the headings → how it is set."""


def words(text: str) -> str:
    """The words of a text for comparison."""
    return " ".join(_WORD.findall(text.lower()))


def bare(heading: str) -> str:
    """The heading without a number of its own and without a sign in front."""
    return re.sub(r"^[^\w(\"“]+", "", _NUMBER.sub("", heading))


def as_written(heading: str, _number: int) -> str:
    """As its writer set it."""
    return heading


def sentence_case(heading: str, _number: int) -> str:
    """Small letters, but for the first and for abbreviations."""
    first, *rest = bare(heading).split(" ")
    lowered = [word if word[1:] != word[1:].lower() or word == "I" else word.lower()
               for word in rest]  # fmt: skip
    return " ".join([first, *lowered])


def title_case(heading: str, _number: int) -> str:
    """Capitals, but for small words."""
    first, *rest = bare(heading).split(" ")
    return " ".join([first, *(w if w.lower() in _SMALL else w[:1].upper() + w[1:] for w in rest)])


def upper_case(heading: str, _number: int) -> str:
    """Capitals."""
    return bare(heading).upper()


def numbered(heading: str, number: int) -> str:
    """With a number in front."""
    return f"{number}. {bare(heading)}"


def glued_number(heading: str, number: int) -> str:
    """With a number that touches the first word."""
    text = bare(heading)
    return f"{number}{text[:1].upper()}{text[1:]}"


def with_colon(heading: str, _number: int) -> str:
    """With a colon, unless it asks."""
    text = bare(heading).rstrip(".:")
    return text if text.endswith("?") else f"{text}:"


def with_ellipsis(heading: str, _number: int) -> str:
    """With an ellipsis, unless it asks."""
    text = bare(heading).rstrip(".:")
    return text if text.endswith("?") else f"{text}..."


def with_emoji(heading: str, number: int) -> str:
    """With a picture in front."""
    return f"{_EMOJI[number % len(_EMOJI)]} {bare(heading)}"


def with_stop(heading: str, _number: int) -> str:
    """With a full stop, unless it asks."""
    text = bare(heading).rstrip(".:")
    return text if text.endswith(("?", "!")) else f"{text}."


@dataclass(frozen=True, slots=True)
class TextForm:
    """A form of plain text.

    `gap` stands between blocks, `under` between a heading and what follows. `faq` names how
    questions are set, `table` how rows are, `bullet` what stands before an item. `titled` and
    `announced` say whether the title and the heading of the questions are there.
    """

    style: Styler = as_written
    gap: str = "\n\n"
    under: str = "\n\n"
    bullet: str = "• "
    faq: str = "bare"
    table: str = "pipes"
    wrap: int = 0
    run_in: bool = False
    titled: bool = True
    announced: bool = True
    stops: bool = True


TEXT_FORMS: Final[dict[str, TextForm]] = {
    "as written": TextForm(),
    "sentence case, no blank lines": TextForm(sentence_case, "\n", "\n", "- ", "numbered", "cells"),
    "title case, no blank lines": TextForm(title_case, "\n", "\n", "- ", "bare", stops=False),
    "capitals": TextForm(upper_case, bullet="* ", faq="Q: A:", table="tabs"),
    "numbered": TextForm(numbered, bullet="– ", faq="Q.", table="pipes"),
    "glued numbers": TextForm(glued_number, bullet="• ", faq="glued", table="cells"),
    "colon": TextForm(with_colon, "\n", "\n", "- ", "run-in", "pipes"),
    "ellipsis": TextForm(with_ellipsis, faq="reset", bullet="◦ "),
    "emoji": TextForm(with_emoji, "\n", "\n", "✓ ", "Q: A:"),
    "full stop": TextForm(with_stop, bullet="- ", faq="bare", stops=False),
    "first line of a paragraph": TextForm(sentence_case, under="\n", bullet="- ", faq="bare"),
    "first line, capitals": TextForm(upper_case, under="\n", faq="numbered", table="tabs"),
    "lists without bullets": TextForm(bullet="", faq="bare", table="cells"),
    "wrapped at 72": TextForm(wrap=72, bullet="- ", faq="Q: A:"),
    "wrapped, glued first line": TextForm(
        sentence_case, under="\n", wrap=72, bullet="* ", faq="bare"
    ),
    "questions unannounced": TextForm(faq="Q: A:", announced=False),
    "no title": TextForm(sentence_case, faq="bare", titled=False),
    "run-in heads": TextForm(run_in=True, faq="Q: A:", bullet="- "),
}


def render_text(article: Annotated, form: TextForm, page: Page) -> Truth:
    """Add the article to a page of plain text; the truth about it."""
    writer = _TextWriter(form, page, article)
    return writer.write()


@dataclass(slots=True)
class _TextWriter:
    form: TextForm
    page: Page
    article: Annotated
    truth: Truth = field(default_factory=Truth)
    number: int = 0
    questions: int = 0
    before: str = ""
    first: bool = True

    def write(self) -> Truth:
        for kind, group in groupby(self.article.elements, key=_run_key):
            self._run(kind, list(group))
        return self.truth

    def _run(self, kind: object, elements: list[Element]) -> None:
        if isinstance(kind, tuple) and kind[0] == "row":
            self._table(elements)
            return
        for number, element in enumerate(elements, start=1):
            self._one(element, number)

    def _one(self, element: Element, number: int) -> None:
        match element.kind:
            case "title":
                if self.form.titled:
                    self.truth.title = self._kept(element.text)
            case "heading":
                self._heading(element)
            case "faq":
                self.questions = 0
                if self.form.announced:
                    self._heading(element)
            case "question":
                self._question(element)
            case "contents":
                self._contents()
            case "aside":
                self.truth.aside.append(Mark(self._block(element.text), element.text))
            case "item" | "step":
                self._item(element, number)
            case _:
                self._paragraph(element)

    def _gap(self, gap: str | None = None) -> None:
        if self.page.length and not self.first:
            self.page.write(self.before or gap or self.form.gap)
        self.before, self.first = "", False

    def _block(self, text: str, gap: str | None = None, *, indent: str = "") -> int:
        self._gap(gap)
        if self.form.wrap and len(text) > self.form.wrap:
            text = textwrap.fill(
                text, self.form.wrap, subsequent_indent=indent, break_on_hyphens=False,
                break_long_words=False,
            )  # fmt: skip
        return self.page.write(text)

    def _kept(self, text: str, gap: str | None = None, *, indent: str = "") -> Mark:
        mark = Mark(self._block(text, gap, indent=indent), text)
        if not self.truth.kept:
            self.truth.start = mark.offset
        self.truth.kept.append(mark)
        return mark

    def _heading(self, element: Element) -> None:
        self.number += 1
        text = self.form.style(element.text, self.number)
        if self.form.run_in and not text.endswith("?"):
            text = bare(element.text).rstrip(".:") + ":"
            mark = self._kept(text)
            self.before = " " if element.kind == "heading" and not _is_parent(
                self.article, element
            ) else self.form.under  # fmt: skip
        else:
            mark = self._kept(text)
            self.before = self.form.under
        empty = _is_empty(self.article, element)
        found = self.truth.empty if empty else self.truth.headings
        found.append(Mark(mark.offset, text, element.level))

    def _question(self, element: Element) -> None:
        self.questions += 1
        labels = {"Q: A:": "Q: ", "Q.": "Q. ", "numbered": f"{self.questions}. ",
                  "reset": "1. ", "glued": str(self.questions)}  # fmt: skip
        self._kept(labels.get(self.form.faq, "") + element.text)
        self.truth.pairs.append((words(element.text), ""))
        answers = {"Q: A:": f"{self.form.under}A: ", "run-in": " "}
        self.before = answers.get(self.form.faq, self.form.under)

    def _answered(self, text: str) -> None:
        if self.truth.pairs:
            question, answer = self.truth.pairs[-1]
            self.truth.pairs[-1] = question, f"{answer} {words(text)}".strip()

    def _paragraph(self, element: Element) -> None:
        text = element.text
        if element.asked:
            self._answered(text)
            text = text if self.form.stops else text.rstrip(".")
        self._kept(text)

    def _item(self, element: Element, number: int) -> None:
        if element.asked:
            self._answered(element.text)
        bullet = f"{number}. " if element.kind == "step" and self.form.bullet else self.form.bullet
        self._kept(bullet + element.text, "\n" if number > 1 else None, indent=" " * len(bullet))

    def _table(self, rows: list[Element]) -> None:
        for number, row in enumerate(rows):
            if row.asked:
                self._answered(row.text)
            cells = [cell.strip() for cell in row.text.strip("| ").split("|")]
            gap = "\n" if number else None
            if self.form.table == "cells":
                for position, cell in enumerate(cells):
                    if cell:
                        self._kept(cell, gap if position == 0 else "\n")
            else:
                self._kept("\t".join(cells) if self.form.table == "tabs" else row.text, gap)

    def _contents(self) -> None:
        lines = ["Table of contents", *_contents(self.article)]
        for number, line in enumerate(lines):
            offset = self._block(line, "\n" if number else None)
            self.truth.aside.append(Mark(offset, line))


def _run_key(element: Element) -> object:
    """What groups list items and rows that belong together."""
    if element.kind in {"item", "step", "row"}:
        return element.kind, element.asked
    return element


def _contents(article: Annotated) -> list[str]:
    return [e.text for e in article.elements if e.kind in {"heading", "faq"} and e.level == 2]


def _following(article: Annotated, element: Element) -> Element | None:
    position = next(at for at, each in enumerate(article.elements) if each is element)
    rest = article.elements[position + 1 :]
    return rest[0] if rest else None


def _is_parent(article: Annotated, element: Element) -> bool:
    following = _following(article, element)
    return following is not None and following.kind != "paragraph"


def _is_empty(article: Annotated, element: Element) -> bool:
    """Whether nothing stands under the heading, not even a deeper one."""
    following = _following(article, element)
    return following is None or (
        following.kind in {"heading", "faq"} and following.level <= element.level
    )


@dataclass(frozen=True, slots=True)
class MarkedForm:
    """A form of Markdown or HTML: how headings, questions and lists of contents are set.

    `top` is the level of the tag that a heading of level 2 gets; `announced` says whether the
    questions have a heading of their own.
    """

    format: SourceFormat
    heading: str = "tags"
    faq: str = "headings"
    top: int = 2
    titled: bool = True
    announced: bool = True


MARKED_FORMS: Final[dict[str, MarkedForm]] = {
    "Markdown, hashes": MarkedForm("markdown"),
    "Markdown, bold questions": MarkedForm("markdown", faq="bold"),
    "Markdown, bold run-in questions": MarkedForm("markdown", faq="bold run-in"),
    "Markdown, questions in a list": MarkedForm("markdown", faq="list"),
    "Markdown, numbered list of questions": MarkedForm("markdown", faq="numbered list"),
    "Markdown, Q and A": MarkedForm("markdown", faq="Q: A:"),
    "Markdown, underlined": MarkedForm("markdown", "setext", "bare"),
    "Markdown, bold lines": MarkedForm("markdown", "bold", "bold"),
    "Markdown, all hashes alike": MarkedForm("markdown", "tags", "same level"),
    "HTML": MarkedForm("html"),
    "HTML, details": MarkedForm("html", faq="details"),
    "HTML, details unannounced": MarkedForm("html", faq="details", announced=False),
    "HTML, buttons": MarkedForm("html", faq="buttons"),
    "HTML, buttons in headings": MarkedForm("html", faq="heading buttons"),
    "HTML, list of terms": MarkedForm("html", faq="terms"),
    "HTML, bold questions": MarkedForm("html", faq="bold"),
    "HTML, bold run-in questions": MarkedForm("html", faq="bold run-in"),
    "HTML, bold lines": MarkedForm("html", "bold", "bold"),
    "HTML, bold with break": MarkedForm("html", "bold break", "bold run-in"),
    "HTML, boxes": MarkedForm("html", "boxes", "bare"),
    "HTML, headings from h1": MarkedForm("html", "tags", "headings", top=1),
    "HTML, headings from h3": MarkedForm("html", "tags", "Q: A:", top=3),
}


def render_marked(article: Annotated, form: MarkedForm, page: Page) -> Truth:
    """Add the article to a page of Markdown or HTML; the truth about it."""
    writer = _HypertextWriter if form.format == "html" else _MarkdownWriter
    return writer(form, page, article).write()


@dataclass(slots=True)
class _MarkedWriter:
    form: MarkedForm
    page: Page
    article: Annotated
    truth: Truth = field(default_factory=Truth)
    open_tags: str = ""
    lead: str = ""

    def write(self) -> Truth:
        for key, group in groupby(self.article.elements, key=_run_key):
            elements = list(group)
            if isinstance(key, tuple):
                self._answer(elements)
                (self.table if key[0] == "row" else self.items)(elements)
            else:
                self._one(elements[0])
        self.close()
        return self.truth

    def _one(self, element: Element) -> None:
        if element.kind != "paragraph" or not element.asked:
            self.close()
        match element.kind:
            case "title":
                if self.form.titled:
                    self.truth.title = self.title(element)
            case "heading" | "faq":
                if element.kind == "heading" or self.form.announced:
                    mark = self.heading(element)
                    empty = _is_empty(self.article, element)
                    (self.truth.empty if empty else self.truth.headings).append(mark)
            case "question":
                self.truth.pairs.append((words(element.text), ""))
                self.question(element)
            case "contents":
                self.contents(_contents(self.article))
            case "aside":
                self.truth.aside.append(self.paragraph(element.text))
            case _:
                self._answer([element])
                self.keep(self.paragraph(element.text))

    def _answer(self, elements: Sequence[Element]) -> None:
        for element in elements:
            if element.asked and self.truth.pairs:
                question, answer = self.truth.pairs[-1]
                self.truth.pairs[-1] = question, f"{answer} {words(element.text)}".strip()

    def keep(self, mark: Mark) -> Mark:
        if not self.truth.kept:
            self.truth.start = mark.offset
        self.truth.kept.append(mark)
        return mark

    def wrapped(self, before: str, text: str, after: str, level: int = 0) -> Mark:
        self.page.write(before)
        mark = Mark(self.page.write(text), text, level)
        self.page.write(after)
        return mark

    def close(self) -> None:
        raise NotImplementedError

    def title(self, element: Element) -> Mark:
        raise NotImplementedError

    def heading(self, element: Element) -> Mark:
        raise NotImplementedError

    def question(self, element: Element) -> None:
        raise NotImplementedError

    def contents(self, lines: list[str]) -> None:
        raise NotImplementedError

    def paragraph(self, text: str) -> Mark:
        raise NotImplementedError

    def items(self, elements: list[Element]) -> None:
        raise NotImplementedError

    def table(self, rows: list[Element]) -> None:
        raise NotImplementedError


class _MarkdownWriter(_MarkedWriter):
    def close(self) -> None:
        self.lead = self.open_tags = ""

    def title(self, element: Element) -> Mark:
        if self.form.heading == "setext":
            return self.keep(self.wrapped("", element.text, f"\n{'=' * 12}\n\n", 1))
        return self.keep(self.wrapped("# ", element.text, "\n\n", 1))

    def heading(self, element: Element) -> Mark:
        if self.form.heading == "bold":
            return self.keep(self.wrapped("**", element.text, "**\n\n", element.level))
        if self.form.heading == "setext" and element.level == 2:
            return self.keep(self.wrapped("", element.text, f"\n{'-' * 12}\n\n", 2))
        hashes = "#" * (element.level + self.form.top - 2)
        return self.keep(self.wrapped(f"{hashes} ", element.text, "\n\n", element.level))

    def question(self, element: Element) -> None:
        shapes = {"headings": ("### ", "\n\n"), "same level": ("## ", "\n\n"),
                  "bold": ("**", "**\n\n"), "bold run-in": ("**", "** "),
                  "list": ("- **", "** "), "numbered list": ("1. **", "**\n   "),
                  "Q: A:": ("**Q:** ", "\n\n"), "bare": ("", "\n\n")}  # fmt: skip
        before, after = shapes[self.form.faq]
        self.keep(self.wrapped(before, element.text, after))
        self.lead = "**A:** " if self.form.faq == "Q: A:" else ""
        indents = {"list": "  ", "numbered list": "   "}
        self.open_tags = indents.get(self.form.faq, "")

    def contents(self, lines: list[str]) -> None:
        self.truth.aside.append(self.wrapped("**", "Contents", "**\n\n"))
        for line in lines:
            anchor = words(line).replace(" ", "-")
            self.truth.aside.append(self.wrapped("- [", line, f"](#{anchor})\n"))
        self.page.write("\n")

    def paragraph(self, text: str) -> Mark:
        lead, self.lead = self.lead, ""
        first = self.page.parts[-1][-1:] != "\n"
        indent = "" if first or self.page.parts[-1].endswith("   ") else self.open_tags
        return self.wrapped(indent + lead, text, "\n\n")

    def items(self, elements: list[Element]) -> None:
        for number, element in enumerate(elements, start=1):
            marker = f"{number}. " if element.kind == "step" else "- "
            self.keep(self.wrapped(self.open_tags + marker, element.text, "\n"))
        self.page.write("\n")

    def table(self, rows: list[Element]) -> None:
        for number, row in enumerate(rows):
            self.keep(self.wrapped("", row.text, "\n"))
            if number == 0:
                self.page.write("|" + " --- |" * (row.text.count("|") - 1) + "\n")
        self.page.write("\n")


class _HypertextWriter(_MarkedWriter):
    def close(self) -> None:
        if self.open_tags:
            self.page.write(self.open_tags + "\n")
        self.open_tags = self.lead = ""

    def title(self, element: Element) -> Mark:
        return self.keep(self.wrapped("<h1>", escape(element.text), "</h1>\n", 1))

    def heading(self, element: Element) -> Mark:
        level = element.level + self.form.top - 2
        shapes = {
            "tags": (f"<h{level}>", f"</h{level}>\n"),
            "bold": ("<p><strong>", "</strong></p>\n"),
            "bold break": ("<p><b>", "</b><br>\n"),
            "boxes": ('<div class="h"><span>', "</span></div>\n"),
        }
        before, after = shapes[self.form.heading]
        return self.keep(self.wrapped(before, escape(element.text), after, element.level))

    def question(self, element: Element) -> None:
        level = self.form.top + 1
        shapes = {
            "headings": (f"<h{level}>", f"</h{level}>\n", ""),
            "details": ("<details><summary>", "</summary>\n", "</details>"),
            "buttons": ('<div class="item"><button type="button">',
                        '</button><div class="panel">\n', "</div></div>"),
            "heading buttons": ("<h3><button>", "</button></h3><div>\n", "</div>"),
            "terms": ("<dl><dt>", "</dt><dd>\n", "</dd></dl>"),
            "bold": ("<p><b>", "</b></p>\n", ""),
            "bold run-in": ("<p><strong>", "</strong> ", ""),
            "bare": ("<div>", "</div>\n", ""),
            "Q: A:": ("<p>Q: ", "</p>\n", ""),
        }  # fmt: skip
        before, after, self.open_tags = shapes[self.form.faq]
        self.keep(self.wrapped(before, escape(element.text), after))
        self.lead = "A: " if self.form.faq == "Q: A:" else ""

    def contents(self, lines: list[str]) -> None:
        self.truth.aside.append(self.wrapped("<p>", "In this article", "</p>\n<ul>\n"))
        for line in lines:
            anchor = words(line).replace(" ", "-")
            before = f'<li><a href="#{anchor}">'
            self.truth.aside.append(self.wrapped(before, escape(line), "</a></li>\n"))
        self.page.write("</ul>\n")

    def paragraph(self, text: str) -> Mark:
        tag = "div" if self.form.heading == "boxes" else "p"
        lead, self.lead = self.lead, ""
        inside = self.page.parts[-1].endswith(("</strong> ", "<br>\n"))
        before = "" if inside else f"<{tag}>{lead}"
        return self.wrapped(before, escape(text, quote=False), f"</{tag}>\n")

    def items(self, elements: list[Element]) -> None:
        tag = "ol" if elements[0].kind == "step" else "ul"
        self.page.write(f"<{tag}>\n")
        for element in elements:
            self.keep(self.wrapped("<li>", escape(element.text, quote=False), "</li>\n"))
        self.page.write(f"</{tag}>\n")

    def table(self, rows: list[Element]) -> None:
        self.page.write("<table>\n")
        for row in rows:
            cells = [escape(cell.strip()) for cell in row.text.strip("| ").split("|")]
            self.page.write("<tr><td>" + "</td><td>".join(cells) + "</td></tr>\n")
        self.page.write("</table>\n")


def single(article: Annotated) -> Iterator[tuple[str, Page]]:
    """The article alone in every form, by the name of the form."""
    for name, form in TEXT_FORMS.items():
        page = Page("text")
        page.truths.append(render_text(article, form, page))
        yield name, page
    for name, marked in MARKED_FORMS.items():
        page = Page(marked.format)
        page.truths.append(render_marked(article, marked, page))
        yield name, page


@dataclass(frozen=True, slots=True)
class Joined:
    """How several articles become one source: their form, what stands between, what is left out."""

    form: TextForm | MarkedForm
    between: str
    concluded: bool = True
    dated: bool = True


JOINED_FORMS: Final[dict[str, Joined]] = {
    "joined text": Joined(TextForm(), "\n\n"),
    "joined text, no blank lines": Joined(
        TextForm(title_case, "\n", "\n", "- ", "bare"), "\n"
    ),
    "joined text, ruled": Joined(TextForm(sentence_case), "\n\n---\n\n"),
    "joined text, no dates": Joined(TextForm(), "\n\n", dated=False),
    "joined text, no conclusions": Joined(TextForm(), "\n\n", concluded=False),
    "joined text, ruled, no conclusions": Joined(
        TextForm(upper_case), "\n\n* * *\n\n", concluded=False, dated=False
    ),
    "joined Markdown": Joined(MarkedForm("markdown"), "\n"),
    "joined Markdown, no conclusions": Joined(
        MarkedForm("markdown"), "\n", concluded=False, dated=False
    ),
    "joined Markdown, bold lines": Joined(MarkedForm("markdown", "bold", "bold"), "\n---\n\n"),
    "joined HTML": Joined(MarkedForm("html"), "\n"),
    "joined HTML, no conclusions": Joined(
        MarkedForm("html", faq="details"), "<hr>\n", concluded=False, dated=False
    ),
    "joined HTML, headings from h1": Joined(MarkedForm("html", top=1), "\n"),
}  # fmt: skip


def joined(articles: Sequence[Annotated], how: Joined) -> Page:
    """Several articles as one source."""
    form = how.form
    page = Page("text" if isinstance(form, TextForm) else form.format)
    for number, article in enumerate(articles):
        if number:
            page.write(how.between)
        part = _shortened(article, how)
        if isinstance(form, TextForm):
            page.truths.append(render_text(part, form, page))
        else:
            page.truths.append(render_marked(part, form, page))
    return page


def _shortened(article: Annotated, how: Joined) -> Annotated:
    elements = article.elements
    if not how.dated:
        elements = [e for e in elements if e.reason not in {"date", "byline"}]
    if not how.concluded:
        tops = [at for at, e in enumerate(elements) if e.kind == "heading" and e.level == 2]
        tops = tops or [len(elements)]
        end = next(
            (at for at in range(tops[-1] + 1, len(elements)) if elements[at].kind == "aside"),
            len(elements),
        )
        elements = elements[: tops[-1]] + elements[end:]
    return Annotated(article.name, elements)
