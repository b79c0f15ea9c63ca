"""A site's own heading phrases, as data: what its headings say, and the type that they stand for.

They count from the next proposal on. Those of a language count in all of its regions: a phrase
of "de" for "de-AT" as well, where a phrase of "de-AT" comes before it.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.drafts import line_objections, locale_objections, type_objections
from content.errors import Conflict, Invalid, Reason, Unknown
from content.importing.classifying import SitePhrases
from content.importing.wording import folded
from content.library import Work
from content.models import HeadingPhrase, new_id

LEAST: Final = 2
MOST: Final = 80
"""Characters of a phrase."""


def phrases(session: Session) -> Sequence[HeadingPhrase]:
    """Every phrase, by locale and wording."""
    ordered = select(HeadingPhrase).order_by(HeadingPhrase.locale, HeadingPhrase.folded)
    return session.scalars(ordered).all()


def site_phrases(session: Session, locale: str) -> SitePhrases:
    """What the headings of texts in a locale say."""
    parts = locale.split("-")
    chain = ["-".join(parts[:length]) for length in range(1, len(parts) + 1)]
    found = session.scalars(select(HeadingPhrase).where(HeadingPhrase.locale.in_(chain))).all()
    found = sorted(found, key=lambda each: len(each.locale))
    return SitePhrases({each.folded: each.type for each in found})


def add_phrase(work: Work, locale: str, kind: str, phrase: str) -> HeadingPhrase:
    """Add a phrase for a section type.

    Raises `Invalid` with every reason, `Conflict` when the locale has the phrase already,
    however it is spelt, naming its type.
    """
    reasons = [
        *locale_objections(locale, "/locale"),
        *type_objections(kind, "/type"),
        *_phrase_objections(phrase),
    ]
    if reasons:
        raise Invalid("What was sent is not acceptable.", reasons)
    _refuse_claimed(work.session, locale, phrase)
    added = HeadingPhrase(
        id=new_id(),
        locale=locale,
        type=kind,
        phrase=phrase.strip(),
        folded=folded(phrase),
        created_at=work.at,
        created_by=work.actor.name,
    )
    work.session.add(added)
    work.session.flush()
    work.audit("add", "heading_phrase", added.id, locale=locale, type=kind, phrase=added.phrase)
    return added


def remove_phrase(work: Work, phrase_id: str) -> None:
    """Forget a phrase. Raises `Unknown`."""
    found: HeadingPhrase | None = work.session.get(HeadingPhrase, phrase_id)
    if found is None:
        raise Unknown("There is no such phrase.")
    work.session.delete(found)
    work.audit("remove", "heading_phrase", found.id, phrase=found.phrase, type=found.type)


def _phrase_objections(phrase: str) -> Iterator[Reason]:
    yield from line_objections(phrase, "/phrase", "phrase")
    if phrase.strip() and not LEAST <= len(phrase.strip()) <= MOST:
        detail = f"A phrase has {LEAST} to {MOST} characters."
        yield Reason("/phrase", "out_of_range", detail)
    found = folded(phrase)
    if phrase.strip() and not any(letter.isalpha() for letter in found):
        yield Reason("/phrase", "no_letter", "A phrase has at least one letter.")
    elif len(phrase.strip()) >= LEAST > len(found):
        detail = f"Without signs and a number in front only '{found}' is left of it."
        yield Reason("/phrase", "out_of_range", detail)


def _refuse_claimed(session: Session, locale: str, phrase: str) -> None:
    claimed = session.scalar(
        select(HeadingPhrase).where(
            HeadingPhrase.locale == locale, HeadingPhrase.folded == folded(phrase)
        )
    )
    if claimed:
        detail = f"'{claimed.phrase}' stands for '{claimed.type}' already: remove that first."
        raise Conflict("The phrase is taken.", [Reason("/phrase", "phrase_taken", detail)])
