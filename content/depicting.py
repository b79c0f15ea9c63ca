"""What a text names and does not hold, as it is to be shown: pictures and references.

Before an edition goes live this says what keeps it from being shown: a picture that there is not,
one without words for those who do not see it, one of a person who has not agreed, or no longer.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import references
from content.drafts import nearest
from content.errors import Reason
from content.models import Edition, EditionPicture, Picture
from content.rendering import Around, Depiction, Mentions, mentions

ADDRESS: Final = "/api/v1/media/"
"""Where the face gives out pictures, by id; a rendered text holds it, so it never changes."""


class Consent(StrEnum):
    """Whether a picture may be shown, for the person in it."""

    NOT_NEEDED = "not_needed"
    GIVEN = "given"
    MISSING = "missing"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


MAY_SHOW: Final = frozenset({Consent.NOT_NEEDED, Consent.GIVEN})

_WHY_NOT: Final[Mapping[Consent, str]] = {
    Consent.MISSING: "shows a person, and no consent is on record",
    Consent.EXPIRED: "shows a person whose consent has expired",
    Consent.WITHDRAWN: "shows a person who has withdrawn the consent",
}


def consent_of(picture: Any, at: datetime) -> Consent:
    """Where the consent for a picture, or for a row that has its columns, stands at an instant."""
    if not picture.shows_person:
        return Consent.NOT_NEEDED
    if picture.consent_withdrawn_at is not None:
        return Consent.WITHDRAWN
    given = picture.consent_given_at
    if not picture.consent_reference or given is None or given > at:
        return Consent.MISSING
    ended = picture.consent_until is not None and picture.consent_until <= at
    return Consent.EXPIRED if ended else Consent.GIVEN


def note_pictures(edition: Edition) -> None:
    """Write down which pictures the text of an edition names now."""
    named = {*_named(_mentioned(edition))}
    known = {each.picture_id for each in edition.pictures}
    if named != known:
        kept = [each for each in edition.pictures if each.picture_id in named]
        edition.pictures = [
            *kept,
            *(EditionPicture(picture_id=each) for each in sorted(named - known)),
        ]


def hold_pictures(session: Session, edition: Edition) -> None:
    """Lock the pictures that its text names: no consent is then withdrawn before the commit."""
    ids = _named(_mentioned(edition))
    if ids:
        statement = select(Picture).where(Picture.id.in_(ids)).order_by(Picture.id)
        held = statement.with_for_update(read=True, of=Picture)
        session.scalars(held, execution_options={"populate_existing": True}).all()


def around(
    session: Session, edition: Edition, locale: str, at: datetime
) -> tuple[Around, list[Reason]]:
    """What stands around the text of an edition, and all that keeps it from being shown."""
    mentioned = list(_mentioned(edition))
    numbers = references.numbers(edition.references)
    if not mentioned:
        return Around(numbers=numbers), []
    pictures = _pictures(session, mentioned)
    shown = {each.id: _depiction(each, locale) for each in pictures.values()}
    reasons = [
        reason
        for pointer, found in mentioned
        for reason in (
            *_unshown(pointer, found, pictures, locale=locale, at=at),
            *_uncited(pointer, found, numbers),
        )
    ]
    return Around(shown, numbers), reasons


def alt_in(picture: Picture, locale: str) -> str | None:
    """What the picture shows, in that locale or its language; "" of what is decorative."""
    if picture.decorative:
        return ""
    found: str | None = picture.alt.get(locale) or picture.alt.get(locale.partition("-")[0])
    return found


def _mentioned(edition: Edition) -> Iterator[tuple[str, Mentions]]:
    """What each text names, with its place in the edition; those that name nothing are left out."""
    for place, section in enumerate(edition.sections):
        texts = [(f"/sections/{place}/body", section.body)]
        texts += [
            (f"/sections/{place}/items/{number}/answer", item.answer)
            for number, item in enumerate(section.items)
        ]
        for pointer, text in texts:
            found = mentions(text)
            if found.pictures or found.references:
                yield pointer, found


def _pictures(session: Session, mentioned: Iterable[tuple[str, Mentions]]) -> dict[str, Picture]:
    ids = _named(mentioned)
    if not ids:
        return {}
    found = session.scalars(select(Picture).where(Picture.id.in_(ids)))
    return {each.id: each for each in found}


def _named(mentioned: Iterable[tuple[str, Mentions]]) -> list[str]:
    return sorted({each for _, found in mentioned for each, _ in found.pictures})


def _depiction(picture: Picture, locale: str) -> Depiction:
    alt = alt_in(picture, locale) or ""
    return Depiction(f"{ADDRESS}{picture.id}", alt, picture.width, picture.height)


def _unshown(
    pointer: str, found: Mentions, pictures: Mapping[str, Picture], *, locale: str, at: datetime
) -> Iterator[Reason]:
    for picture_id, has_words in found.pictures:
        picture = pictures.get(picture_id)
        if picture is None:
            detail = f"There is no picture 'media:{picture_id[:60]}'."
            yield Reason(pointer, "unknown_media", detail)
            continue
        if not has_words and alt_in(picture, locale) is None:
            detail = (
                f"The picture {picture.id} has no alternative text in '{locale}': say what it "
                "shows, in the text or with the picture, or that it is decorative."
            )
            yield Reason(pointer, "no_alt_text", detail)
        consent = consent_of(picture, at)
        if consent not in MAY_SHOW:
            detail = f"The picture {picture.id} {_WHY_NOT[consent]}."
            yield Reason(pointer, f"consent_{consent}", detail)


def _uncited(pointer: str, found: Mentions, numbers: Mapping[str, int]) -> Iterator[Reason]:
    for cited in found.references:
        if cited not in numbers:
            way = nearest(cited, list(numbers))
            detail = f"The text cites '{cited[:64]}', which is not among the references{way}"
            yield Reason(pointer, "unknown_reference", detail)
