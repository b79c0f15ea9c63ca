"""Builders of what readers are given, ordinary and odd."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, Final

from hypothesis import strategies as st

from content import rendering
from content.published import (
    BODY_FORMATS,
    ArticleAddress,
    BodyFormat,
    PublishedArticle,
    PublishedItem,
    PublishedReview,
    PublishedSection,
    PublishedTopic,
)
from content.sections import FAQ, SECTION_TYPES
from content.topics import KINDS

TEMPLATE: Final = "https://www.example.org/{locale}/{slug}"
REVIEW: Final = PublishedReview(
    "Dr Ada Example",
    "MBBS, FRCP",
    datetime(2026, 3, 4, 9, 30, tzinfo=UTC),
    datetime(2027, 3, 4, tzinfo=UTC),
)
MICRONEEDLING: Final = PublishedTopic("procedure", "microneedling", "Microneedling", "en")
PEEL: Final = PublishedTopic("procedure", "chemical_peel", "Chemical peel", "en")
ACNE_SCARS: Final = PublishedTopic("condition", "acne_scars", "Acne scars", "en")


def a_section(
    kind: str = "aftercare", body: str = "Stay out of the sun.", **about: Any
) -> dict[str, Any]:
    """A section in HTML, to be put into an article; `about` overrides any of its members."""
    return {
        "type": kind,
        "heading": SECTION_TYPES[kind].label,
        "level": 2,
        "format": "html",
        "body": f"<p>{body}</p>" if body else "",
        "word_count": rendering.count_words(body),
        "items": [] if kind == FAQ else None,
        **about,
    }


def a_pair(
    question: str = "Does it hurt?", answer: str = "A little.", **about: Any
) -> dict[str, Any]:
    """A pair of a section of type `faq`, to be put into an article."""
    return {"type": None, "question": question, "answer": f"<p>{answer}</p>", **about}


def an_article(
    *sections: dict[str, Any],
    topics: Sequence[PublishedTopic] = (MICRONEEDLING,),
    reviewed: bool = False,
    **about: Any,
) -> PublishedArticle:
    """An article with these sections, their ids, places and anchors counted from one."""
    address = ArticleAddress(
        about.get("id", "0199e8a0-0000-7000-8000-000000000001"),
        about.get("slug", "calm-skin"),
        about.get("title", "Calm skin after needling"),
        about.get("locale", "en"),
    )
    updated_at = about.get("updated_at", datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC))
    members: dict[str, Any] = {
        **{field.name: getattr(address, field.name) for field in fields(address)},
        "summary": "What to do, and what to leave.",
        "topics": list(topics),
        "edition": 3,
        "published_at": datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC),
        "first_published_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "updated_at": updated_at,
        "word_count": sum(each["word_count"] for each in sections),
        "digest": "0" * 64,
        "original_id": address.id,
        "sections": [
            _placed(place, each, address, list(topics), updated_at)
            for place, each in enumerate(sections, 1)
        ],
    }
    return PublishedArticle(**{**members, "reviewed": REVIEW if reviewed else None, **about})


def _placed(
    place: int,
    section: dict[str, Any],
    address: ArticleAddress,
    topics: list[PublishedTopic],
    updated_at: datetime,
) -> PublishedSection:
    items = [
        PublishedItem(**{"id": f"{place}-{index}", "anchor": f"pair-{place}-{index}", **item})
        for index, item in enumerate(section["items"] or (), 1)
    ]
    placed = {
        "id": f"section-{place}",
        "anchor": f"part-{place}",
        "position": place,
        "article": address,
        "topics": topics,
        "updated_at": updated_at,
        **section,
    }
    return PublishedSection(**{**placed, "items": None if section["items"] is None else items})


TRAPS: Final = st.sampled_from(
    [
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "]]>",
        "&lt;b&gt; & \"quotes\" 'too'",
        "{slug} {locale} {{x}}",
        "a\u2028b\u2029c",
        "\u200fעברית\u200f and 漢字 and 💉",
        "\ufffe\uffff\U0001ffff",
    ]
)
LINES: Final = TRAPS | st.text(
    st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40
).filter(str.strip)
BODIES: Final = st.just("") | LINES | st.lists(LINES, max_size=4).map("\n\n".join)
LOCALES: Final = st.sampled_from(["en", "de-CH", "zh-Hant", "ar", "es-419"])
TOPICS: Final = st.builds(
    PublishedTopic,
    st.sampled_from(KINDS),
    st.from_regex(r"[a-z_]{1,9}", fullmatch=True),
    LINES,
    LOCALES,
)


def _as_published(body: str, body_format: BodyFormat) -> str:
    rendition = rendering.render(body)
    return {"html": rendition.html, "text": rendition.text, "markdown": body}[body_format]


@st.composite
def odd_sections(draw: st.DrawFn, body_format: BodyFormat = "html") -> dict[str, Any]:
    """Any section: empty, untitled, of pairs alone, with markup everywhere."""
    kind = draw(st.sampled_from(list(SECTION_TYPES)))
    body = draw(BODIES)
    pairs = draw(st.lists(st.tuples(LINES, BODIES), max_size=3)) if kind == FAQ else []
    return a_section(
        kind,
        heading=draw(st.none() | LINES),
        level=draw(st.integers(2, 6)),
        format=body_format,
        body=_as_published(body, body_format),
        items=[{**a_pair(q), "answer": _as_published(a, body_format)} for q, a in pairs]
        if kind == FAQ
        else None,
    )


@st.composite
def odd_articles(draw: st.DrawFn, formats: Sequence[BodyFormat] = BODY_FORMATS) -> PublishedArticle:
    """Any article that could be stored: also without topics, summary, or anything to read."""
    chosen = draw(st.sampled_from(formats))
    topics = draw(st.lists(TOPICS, max_size=4, unique_by=lambda each: each.ref))
    return an_article(
        *draw(st.lists(odd_sections(chosen), max_size=5)),
        topics=topics,
        reviewed=draw(st.booleans()),
        id=str(draw(st.uuids())),
        slug=draw(st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,3}", fullmatch=True)),
        locale=draw(LOCALES),
        title=draw(LINES),
        summary=draw(st.just("") | LINES),
        updated_at=draw(
            st.datetimes(datetime(1999, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # Hypothesis wants naive bounds.
        ),
    )
