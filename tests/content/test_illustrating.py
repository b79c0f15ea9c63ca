"""Illustrating: what pictures need to go live, who may take them away, and where they are used."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from content import changes, depicting, editing, illustrating, publishing, reading
from content.errors import (
    Invalid,
    MayNotPublish,
    NotPublishable,
    PictureInUse,
    Unknown,
)
from content.illustrating import Lack
from content.library import Actor, Library
from content.models import Article, Consenting, Picture, now
from content.published import PageRequest
from tests.building import EDITOR, a_draft, a_live_article, a_picture, a_section

GIVEN = datetime(2026, 1, 2, tzinfo=UTC)
CONSENT = Consenting("file 14", GIVEN)
WRITER = Actor("a writer", publishes=False)


def showing(picture: Picture, alt: str = "") -> str:
    """A body with the picture."""
    return f"Look:\n\n![{alt}](media:{picture.id})\n\nThat is it."


def refusals(library: Library, body: str, **about: Any) -> list[tuple[str, str]]:
    """Place and code of each reason for which an article with that body cannot go live."""
    article = a_draft(library, sections=[a_section(body=body)], **about)
    with library.writing(EDITOR) as work, pytest.raises(NotPublishable) as refusal:
        publishing.publish(work, article.id, None)
    return [(each.pointer, each.code) for each in refusal.value.reasons]


def seen(library: Library, picture: Picture) -> list[str]:
    """The articles that show it to readers."""
    with library.reading() as session:
        return reading.picture(session, picture.id, now()).articles


def change(library: Library, picture: Picture, actor: Actor = EDITOR, **parts: Any) -> Picture:
    """Change what is said of it."""
    with library.writing(actor) as work:
        return illustrating.change_picture(work, picture.id, None, parts)


def shown_by(library: Library, picture: Picture) -> Article:
    """A live article with the picture."""
    return a_live_article(library, sections=[a_section(body=showing(picture, "Skin."))])


def test_a_live_picture_has_address_size_and_words(each_library: Library) -> None:
    picture = a_picture(each_library, alt={"en": "A calm cheek."})
    body = showing(picture)
    article = a_live_article(each_library, sections=[a_section(body=body)], locale="en-GB")
    with each_library.reading() as session:
        found = reading.article(session, article.slug, "en-GB", prefer="en")
    (section,) = found.sections or []
    image = f'<img src="/api/v1/media/{picture.id}" alt="A calm cheek." width="4" height="3">'
    assert image in section.body
    assert seen(each_library, picture) == [article.id]


def test_words_in_the_text_stand_before_those_of_the_picture(library: Library) -> None:
    picture = a_picture(library, alt={"en": "A calm cheek."})
    a_live_article(library, slug="calm", sections=[a_section(body=showing(picture, "My cheek"))])
    with library.reading() as session:
        found = reading.article(session, "calm", None, prefer="en", body_format="text")
    assert "My cheek" in (found.sections or [])[0].body


def test_everything_that_keeps_pictures_from_being_shown_is_told_at_once(library: Library) -> None:
    wordless = a_picture(library, alt={"de": "Haut."})
    person = a_picture(library, decorative=True, shows_person=True)
    body = f"![](media:nothing) ![](media:{wordless.id}) ![](media:{person.id}) [^ref:a]"
    assert refusals(library, body) == [
        ("/sections/0/body", code)
        for code in ("unknown_media", "no_alt_text", "consent_missing", "unknown_reference")
    ]


@pytest.mark.parametrize(
    ("consent", "code"),
    [
        (None, "consent_missing"),
        (Consenting("file 14", datetime(2999, 1, 1, tzinfo=UTC)), "consent_missing"),
        (Consenting("file 14", GIVEN, GIVEN + timedelta(days=1)), "consent_expired"),
        (Consenting("file 14", GIVEN, None, GIVEN), "consent_withdrawn"),
    ],
)
def test_a_person_is_shown_with_a_consent_in_force_only(
    library: Library, consent: Consenting | None, code: str
) -> None:
    picture = a_picture(library, decorative=True, shows_person=True, consent=consent)
    assert [each for _, each in refusals(library, showing(picture))] == [code]
    change(library, picture, consent=CONSENT)
    article = shown_by(library, picture)
    assert seen(library, picture) == [article.id]


@pytest.mark.xdist_group("postgres")
def test_who_looks_at_a_draft_holds_no_picture_and_waits_for_nobody(
    postgres_library: Library,
) -> None:
    library, picture = postgres_library, a_picture(postgres_library)
    draft = a_draft(library, sections=[a_section(body=showing(picture))])
    with library.writing(EDITOR) as work:
        illustrating.change_picture(work, picture.id, None, {"caption": "Held."})
        with library.reading() as session:
            session.connection().exec_driver_sql("SET LOCAL lock_timeout = '500ms'")
            edition = session.get_one(Article, draft.id).draft
            assert edition
            around, _ = depicting.around(session, edition, "en", now())
    assert list(around.pictures) == [picture.id]


def test_a_picture_in_code_is_no_picture(library: Library) -> None:
    a_live_article(library, sections=[a_section(body="Write `![](media:nothing)`.")])


def test_what_no_live_article_shows_is_not_there_for_readers(each_library: Library) -> None:
    picture = a_picture(each_library, decorative=True)
    body = [a_section(body=showing(picture))]
    draft = a_draft(each_library, sections=body)
    with pytest.raises(Unknown):
        seen(each_library, picture)
    with each_library.writing(EDITOR) as work:
        publishing.publish(work, draft.id, None)
    assert seen(each_library, picture) == [draft.id]
    with each_library.writing(EDITOR) as work:
        publishing.withdraw(work, draft.id, None, "Wrong.")
    with pytest.raises(Unknown):
        seen(each_library, picture)


def test_a_withdrawn_consent_ends_it_at_once_and_is_in_the_log(each_library: Library) -> None:
    picture = a_picture(each_library, shows_person=True, consent=CONSENT)
    article = shown_by(each_library, picture)
    with each_library.reading() as session:
        before = changes.head(session)
    change(each_library, picture, consent=Consenting("file 14", GIVEN, None, now()))
    with pytest.raises(Unknown):
        seen(each_library, picture)
    with each_library.reading() as session:
        (entry,) = reading.changes_since(session, before, 10).items
        use = illustrating.uses(session, picture.id, PageRequest(10)).items
    assert (entry.kind, entry.article.id) == ("upsert", article.id)
    assert [(each.id, each.live, each.draft) for each in use] == [(article.id, True, False)]


def test_who_may_not_publish_may_not_take_away_what_readers_see(library: Library) -> None:
    picture = a_picture(library, shows_person=True, consent=CONSENT)
    shown_by(library, picture)
    with pytest.raises(MayNotPublish):
        change(library, picture, WRITER, consent=None)
    assert seen(library, picture)
    change(library, picture, WRITER, caption="Calm.")


def test_a_consent_that_expires_ends_it_by_itself(library: Library) -> None:
    end = now() + timedelta(days=2)
    consent = Consenting("file 14", GIVEN, end)
    picture = a_picture(library, shows_person=True, consent=consent)
    shown_by(library, picture)
    assert seen(library, picture)
    with time_machine.travel(end, tick=False), pytest.raises(Unknown):
        seen(library, picture)


def test_what_is_in_use_is_not_deleted_and_names_its_users(each_library: Library) -> None:
    picture = a_picture(each_library, decorative=True)
    article = a_draft(each_library, sections=[a_section(body=showing(picture))])
    with each_library.writing(EDITOR) as work, pytest.raises(PictureInUse) as refusal:
        illustrating.remove_picture(work, picture.id, None)
    assert [each.detail for each in refusal.value.reasons] == [
        f"The article '{article.slug}' shows it."
    ]
    with each_library.writing(EDITOR) as work:
        section = work.session.merge(article).draft.sections[0]  # type: ignore[union-attr]
        editing.replace_section(work, article.id, section.id, None, a_section())
    with each_library.writing(EDITOR) as work:
        illustrating.remove_picture(work, picture.id, None)
    with each_library.reading() as session, pytest.raises(Unknown):
        illustrating.picture(session, picture.id)


def test_a_new_draft_goes_on_using_what_the_live_edition_shows(library: Library) -> None:
    picture = a_picture(library, decorative=True)
    article = shown_by(library, picture)
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, title="Calmer")
    with library.reading() as session:
        (use,) = illustrating.uses(session, picture.id, PageRequest(10)).items
    assert (use.live, use.draft) == (True, True)


def test_pictures_are_listed_by_what_they_lack(each_library: Library) -> None:
    soon = now() + timedelta(days=10)
    made = {
        Lack.NO_ALT: a_picture(each_library),
        Lack.CONSENT_MISSING: a_picture(each_library, decorative=True, shows_person=True),
        Lack.CONSENT_EXPIRING: a_picture(
            each_library,
            decorative=True,
            shows_person=True,
            consent=Consenting("a", GIVEN, soon),
        ),
        Lack.CONSENT_EXPIRED: a_picture(
            each_library,
            decorative=True,
            shows_person=True,
            consent=Consenting("a", GIVEN, GIVEN + timedelta(days=1)),
        ),
        Lack.CONSENT_WITHDRAWN: a_picture(
            each_library,
            decorative=True,
            shows_person=True,
            consent=Consenting("a", GIVEN, soon, now()),
        ),
    }
    used = a_picture(each_library, alt={"en": "Skin."})
    a_draft(each_library, sections=[a_section(body=showing(used))])

    def lacking(lack: Lack | None, limit: int = 100) -> list[str]:
        with each_library.reading() as session:
            page = illustrating.pictures(
                session, lack, now(), timedelta(days=30), PageRequest(limit, count=True)
            )
        assert limit < 100 or page.total == len(page.items)
        return [each.id for each in page.items]

    for lack, picture in made.items():
        assert lacking(lack) == [picture.id], lack
    assert lacking(Lack.UNUSED) == [each.id for each in reversed(made.values())]
    assert lacking(None) == [used.id, *lacking(Lack.UNUSED)]
    assert lacking(None, 1) == [used.id]


@pytest.mark.parametrize(
    ("parts", "pointer"),
    [
        ({"alt": {"en": "  "}}, "/alt/en"),
        ({"alt": {"en": "Skin."}, "decorative": True}, "/decorative"),
        ({"caption": "x" * 2_001}, "/caption"),
        ({"consent": Consenting(" ", GIVEN)}, "/consent/reference"),
        ({"consent": Consenting("a", GIVEN, GIVEN - timedelta(1))}, "/consent/valid_until"),
        ({"consent": Consenting("a", GIVEN, None, GIVEN - timedelta(1))}, "/consent/withdrawn_at"),
    ],
)
def test_what_cannot_be_said_of_a_picture_is_refused_at_its_place(
    library: Library, parts: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        a_picture(library, **parts)
    assert [each.pointer for each in refusal.value.reasons] == [pointer]
