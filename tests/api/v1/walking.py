"""Walking lists as front ends do, and a library with a private word in every private place."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from flask.testing import FlaskClient
from sqlalchemy import JSON, String, column, create_engine, func, table, type_coerce, update

from content import (
    archiving,
    authorising,
    cataloguing,
    citing,
    drafting,
    editing,
    illustrating,
    observing,
    publishing,
    reviewing,
)
from content.cataloguing import LabelDraft
from content.drafts import ItemDraft, SectionDraft
from content.importing import committing, correcting, phrasing
from content.importing.corrections import Retitle
from content.library import Actor, Library
from content.models import Article, Consenting, Stored
from content.observing import observation
from content.picturing import develop
from content.references import Reference
from tests.building import (
    a_draft,
    a_faq,
    a_live_article,
    a_person,
    a_png,
    a_section,
    acting,
    an_article_in_review,
)

CANARY: Final = "quokka"
"""A word that stands in every private place, and in no public one."""
EDITOR: Final = Actor("Quokka the editor", publishes=True, request_id="quokka-request-1")


def walk(
    client: FlaskClient,
    path: str,
    limit: int,
    *,
    headers: dict[str, str] | None = None,
    between: Callable[[], object] | None = None,
) -> list[dict[str, Any]]:
    """Every item of a list, by cursors; `between` is done after each page."""
    found: list[dict[str, Any]] = []
    joint = "&" if "?" in path else "?"
    address = f"{path}{joint}limit={limit}"
    while True:
        answer = client.get(address, headers=headers)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        document = answer.get_json()
        found += document["items"]
        assert len(document["items"]) <= limit
        if document["next"] is None:
            assert "Link" not in answer.headers
            return found
        assert len(document["items"]) == limit
        if between:
            between()
        address = f"{path}{joint}{urlencode({'limit': limit, 'cursor': document['next']})}"


def secretive(library: Library) -> Article:
    """A live article; and private things of every kind that hold the canary."""
    first = a_section("risks", body="An older quokka.")
    live = a_live_article(library, "An older canary: quokka", slug="calm", sections=[first])
    with library.writing(EDITOR) as work:
        section = drafting.open_draft(work, work.session.merge(live)).sections[0].id
        editing.change_article(work, live.id, None, title="Calm skin", summary="Rest.")
        editing.replace_section(work, live.id, section, None, a_section())
        editing.add_section(work, live.id, None, a_faq(), None)
        article = publishing.publish(work, live.id, None)
    _edit_in_private(library, article)
    _hide_elsewhere(library, article)
    _review_in_private(library, article)
    return article


def _secret() -> SectionDraft:
    return a_section("risks", "The quokka", "A quokka in the text.")


def _edit_in_private(library: Library, article: Article) -> None:
    pair = ItemDraft("Is it a quokka?", "A quokka it is.", "risks")
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, title="quokka", summary="quokka")
        editing.add_section(work, article.id, None, _secret(), 1)
        faq = SectionDraft(type="faq", heading="Quokkas asked", items=[pair])
        editing.add_section(work, article.id, None, faq, None)
        labels = [
            LabelDraft("microneedling"),
            LabelDraft("skin needling", kind="alternative"),
            LabelDraft("quokkaneedling", kind="hidden"),
        ]
        cataloguing.relabel_topic(work, "procedure", "microneedling", None, labels)
        names = [LabelDraft("The unused quokka")]
        cataloguing.create_topic(work, "device", "quokka-pen", names)
        authorising.issue_token(work, "The quokka's token", ["admin"], None)
        citing.set_references(work, article.id, None, [Reference("quokka", "Of a quokka")])
        consent = Consenting("the quokka's file", work.at)
        about = {"caption": "A quokka", "shows_person": True, "consent": consent}
        illustrating.add_picture(work, develop(a_png()), "0" * 64, about)


def _hide_elsewhere(library: Library, article: Article) -> None:
    a_draft(library, "A quokka's draft", slug="quokka-draft", topics=["device:quokka-pen"])
    withdrawn = a_live_article(library, "The withdrawn quokka", slug="gone", sections=[_secret()])
    moved = a_live_article(library, "The moved quokka", slug="left", sections=[_secret()])
    deleted = a_live_article(library, "The deleted quokka", slug="deleted", sections=[_secret()])
    with library.writing(EDITOR) as work:
        editing.create_article(
            work, title="Das Quokka", locale="de", slug="quokka-de", translation_of=article.id
        )
        publishing.withdraw(work, withdrawn.id, None, "It said quokka.")
        publishing.withdraw(work, moved.id, None, "quokka")
        editing.change_article(work, moved.id, None, slug="quokka-hideout")
        editing.delete_article(work, deleted.id, None)
        source = b"# The imported quokka\n\nA quokka rests for a week after its session."
        proposal = committing.propose_source(work.session, source, limit=1000, locale="en")
        stored = committing.keep(work, proposal, locale="en", filename="quokka.md")
        renamed = Retitle(proposal.articles[0].id, "The corrected quokka")
        correcting.correct(work, stored.id, None, [renamed])
        phrasing.add_phrase(work, "en", "risks", "quokka tales")
        observing.write_down(work, {observation("a quokka's name", "en", "found"): 3}, 90)


def _review_in_private(library: Library, article: Article) -> None:
    """What reviewers said and signed of texts that readers do not see, or behind their backs."""
    reviewer = a_person(library, "Dr Quokka", credentials="Quokka, MBBS")
    draft = an_article_in_review(library, "The quokka under review", slug="quokka-review")
    put_away = a_live_article(library, "The archived quokka", slug="put-away", sections=[_secret()])
    with library.writing(acting(reviewer)) as work:
        reviewing.request_changes(work, draft.id, None, "Name the quokka.")
    with library.writing(EDITOR) as work:
        for each in (draft, article):
            reviewing.submit(work, each.id, None)
        archiving.archive(work, put_away.id, None, "The quokka died.", article.id)
    with library.writing(acting(reviewer)) as work:
        for each in (draft, article):
            reviewing.approve(work, each.id, None, "A fine quokka.")


def replace_everywhere(path: Path, word: str, other: str) -> int:
    """Put one word for another of its length in every text of a database; how many rows had it."""
    engine = create_engine(f"sqlite:///{path}")
    changed = 0
    with engine.begin() as connection:
        for each in Stored.metadata.sorted_tables:
            if each.name == "audit_entry":
                continue  # It is only added to, and no reader gets anything of it.
            for name in (column.name for column in each.columns if _is_text(column.type)):
                plain = table(each.name, column(name, String))
                text = type_coerce(plain.c[name], String)
                for said, instead in ((word, other), (word.capitalize(), other.capitalize())):
                    statement = (
                        update(plain)
                        .where(func.instr(text, said) > 0)
                        .values({name: func.replace(text, said, instead)})
                    )
                    changed += connection.execute(statement).rowcount
    engine.dispose()
    return changed


def _is_text(kind: Any) -> bool:
    return isinstance(kind, String | JSON)


def copied(home: Path, into: Path) -> Path:
    """A second home with the same database and index."""
    shutil.copytree(home, into)
    return into


_FORMATS: Final = ("", "format=markdown", "format=text")
_PAGES: Final = ("limit=1", "limit=100&count=true", "locale=en", "locale=de", "topic=device:any")
_SECTIONS: Final = (
    "type=risks",
    "type=aftercare,faq",
    "topic=procedure:microneedling",
    "article=calm",
    *_PAGES,
    *_FORMATS,
)
_ARTICLES: Final = (
    "include=sections",
    "include=sections&format=markdown",
    "include=sections&format=text",
    "type=risks",
    "type=aftercare",
    "topic=procedure:microneedling",
    "updated_since=2020-01-01T00:00:00Z",
    "fields=title,sections.heading&include=sections",
    "slug=calm,gone,left,deleted",
    *(f"sort={sort}" for sort in ("-published_at", "published_at", "-updated_at", "title")),
    *_PAGES,
)
_ELSEWHERE: Final = ("locale=de", "locale=de-CH&fallback=true", "locale=fr&fallback=true")
_RELATED: Final = ("", "limit=1", "sections=0", "limit=20&sections=20", *_ELSEWHERE)
_ONE: Final = (
    "include=related",
    "",
    "types=risks",
    "types=aftercare,faq",
    "fields=title,summary",
    "include=related,faqs,jsonld,alternates,references",
    "include=alternates&locale=de-CH&fallback=true",
    *_ELSEWHERE,
)
_SEARCHES: Final = (
    "facets=type,topic,locale",
    "group=article&facets=topic&count=true",
    "explain=true",
    "group=article&explain=true&limit=1",
    "type=mechanism&facets=type,topic,locale",
)
_SUGGESTED: Final = (
    *("", "locale=de", "limit=1", "q=ca", "q=s&limit=20", "q=skin+calm", "q=does+it+hurt"),
    *("q=aftr", "q=microneedleing", "q=micro&locale=en", "q=%E2%9C%A8"),
)
_FEED: Final = ("", "limit=1", "limit=100", "locale=de", "topic=procedure:microneedling")


def addresses() -> Sequence[str]:
    """Every delivery route, each with many parameters, none of them private."""
    slugs = ("calm", "gone", "left", "deleted", "never")
    with_queries = {
        "/api/v1/articles": _ARTICLES,
        "/api/v1/sections": _SECTIONS,
        "/api/v1/faqs": (*_SECTIONS, "q=hurt", "type=risks"),
        "/api/v1/topics": ("", "kind=procedure", "kind=device", "locale=de"),
        "/api/v1/topics/procedure/microneedling": (*_FORMATS, "locale=de"),
        "/api/v1/topics/device/any": _FORMATS,
        "/api/v1/section-types": ("",),
        "/api/v1/changes": ("", "since=1", "limit=1", "limit=1000", "since=1000000"),
        "/api/v1/search": (
            *(f"q=skin&{query}" for query in _SECTIONS),
            *(f"q=skin&{query}" for query in _SEARCHES),
            *(
                f"q={q}&facets=topic,type,locale"
                for q in ("needling+hurt", "none", "microneedling")
            ),
            "q=microneedling&article=none",
        ),
        "/api/v1/answers": tuple(
            f"q={asked}&{query}"
            for asked in ("microneedling+aftercare", "does+it+hurt", "quokka")
            for query in (
                "topic=procedure:microneedling",
                "reviewed=true",
                "locale=de",
                "min_confidence=0.5",
                *_FORMATS,
            )
        ),
        "/api/v1/suggest": _SUGGESTED,
        "/api/v1/manifest": ("", "limit=1", "count=true"),
        "/api/v1/feed.atom": _FEED,
        "/api/v1/feed.json": _FEED,
        "/api/v1/sitemap.xml": ("", "page=1"),
        "/api/v1/openapi.json": ("",),
        "/readyz": ("",),
        "/healthz": ("",),
        **{f"/api/v1/articles/{slug}": (*_ONE, *_FORMATS) for slug in slugs},
        **{f"/api/v1/articles/{slug}/related": _RELATED for slug in slugs},
        **{f"/api/v1/articles/{slug}/sections/aftercare": _FORMATS for slug in slugs},
        **{f"/api/v1/articles/{slug}/sections/risks": _FORMATS for slug in slugs},
        **{f"/api/v1/articles/{slug}/jsonld": ("", *_ELSEWHERE) for slug in slugs},
        **{f"/api/v1/articles/{slug}/leaflet": ("", *_ELSEWHERE) for slug in slugs},
    }
    return [
        f"{path}?{query}".rstrip("?") for path, queries in with_queries.items() for query in queries
    ]
