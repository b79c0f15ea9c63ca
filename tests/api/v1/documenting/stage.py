"""The fixed library that examples are recorded from: the demo's samples, and an editor's desk."""

import base64
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from api.cli.preparing import samples
from api.settings import Settings
from content import (
    authorising,
    bulk_changing,
    bulk_planning,
    cataloguing,
    citing,
    delivering,
    editing,
    equating,
    filing,
    following,
    illustrating,
    issuing,
    passwords,
    previewing,
    publishing,
    redirecting,
    releasing,
    reviewing,
    scheduling,
    sharing,
    signing_in,
    staffing,
    subscribing,
    tracing,
)
from content.agenda import Action
from content.bulk import Replacement, Where
from content.cataloguing import LabelDraft
from content.drafts import SectionDraft
from content.equating import GroupDraft
from content.importing import committing, correcting, phrasing
from content.importing.corrections import Retype
from content.library import Actor, Library, Work
from content.messaging import Keys
from content.models import Article, StoredProposal, User
from content.observing import ObservedQuery, observation, write_down
from content.outbound import Outbound
from content.picture_files import PictureFiles
from content.picturing import develop
from content.previewing import Previews
from content.references import Reference
from content.releasing import ItemWish
from content.scheduling import Time
from content.searching.whoosh_index import WhooshIndex
from content.sections import OTHER
from content.shared import SharedText, SharedUse
from content.staffing import Person, PersonChange
from content.subscribing import EndpointDraft
from migrations import upgrading
from tests.api.v1.documenting.chance import BEGIN, Chance

MAX_BYTES: Final = 200_000
KEY: Final = "s" * 32
MICRONEEDLING: Final = "microneedling-for-acne-scars-what-to-expect"
WITHDRAWN: Final = "led-light-therapy-a-realistic-look-at-glowing-masks"
TRANSLATED: Final = "dermaplaning-in-bildern"
PICTURE: Final = (
    "iVBORw0KGgoAAAANSUhEUgAAAAQAAAADCAIAAAA7ljmRAAAAFElEQVR4nGNkaGhggAEmBiSAwgEAJRwB"
    "BuiKBHoAAAAASUVORK5CYII="
)
"""A small one, in Base64."""
MOVED: Final = "lip-fillers-a-plain-guide-to-treatment-and-recovery"
OLD: Final = "needling-for-scars"
"""A slug that no article ever had, and that leads to the article of MICRONEEDLING."""
SOURCE: Final = """# Dermaplaning in plain words

A practitioner shaves the face with a small blade, which takes off fine hair and dead skin.

## Aftercare

Use a gentle cleanser and sunscreen every day, and leave out acids for a week.

## Frequently asked questions

### Does the hair grow back thicker?

No. A blunt end may feel coarser, but the hair itself is the same.
"""
EMAIL: Final = "ada@clinic.example"
PASSWORD: Final = "a heron over the canal"
_ENDS: Final = ("", "\nCall us any day.\n", "\nBook a visit today.\n")
_ADA: Final = Actor("Ada the editor", publishes=True, request_id="ada-at-her-desk")


@dataclass(frozen=True, slots=True)
class Stage:
    """A filled home, and the names by which requests find what is in it."""

    settings: Settings
    names: dict[str, str]


def settings_of(home: Path) -> Settings:
    """The settings that examples are recorded with."""
    return Settings(
        home=home,
        database_url=f"sqlite:///{home / 'library.db'}",
        secret_key=KEY,
        max_bytes=MAX_BYTES,
    )


def set_up(home: Path, chance: Chance) -> Stage:
    """Fill an empty home. What is pinned makes it the same library each time."""
    settings = settings_of(home)
    library = Library(settings.database_url)
    with library.migrating() as connection:
        upgrading.upgrade(connection)
    names = {"query": _search(library)}
    names |= _publish_samples(library, chance)
    names |= _edit(library, chance, names)
    names |= _propose(library, chance)
    names |= _issue_tokens(library, chance)
    names |= _plan(library, chance, names)
    names |= _subscribe(library, chance)
    names |= _hire(library, chance)
    names |= _illustrate(library, chance, PictureFiles(home / "media"))
    names |= _review(library, chance, names)
    names |= _share_sections(library, chance, names)
    names |= _change_in_bulk(library, chance, names)
    names["section"] = _aftercare(library, names[MICRONEEDLING])
    filing.catch_up(library)
    index = WhooshIndex(home / "index")
    following.bring_up_to_date(library, index)
    index.close()
    library.close()
    return Stage(settings, names)


def _publish_samples(library: Library, chance: Chance) -> dict[str, str]:
    names = {}
    for number, path in enumerate(samples(), start=1):
        # Each sample counts on its own, so that a new migration or a longer sample renames little.
        chance.begin_at(0x1000 * number)
        chance.later(hours=3)
        filing.catch_up(library)
        with library.writing(_ADA) as work:
            found = committing.propose_source(
                work.session, path.read_bytes(), limit=MAX_BYTES, locale="en", filename=path.name
            )
            stored = committing.keep(work, found, locale="en", filename=path.name)
            for article in committing.commit(work, stored.id, None, publish=True):
                names[article.slug] = article.id
    return names


def _edit(library: Library, chance: Chance, slugs: dict[str, str]) -> dict[str, str]:
    """New drafts, a live article with a draft beside it, a withdrawn and a moved article."""
    chance.begin_at(0x100000)
    chance.later(days=1)
    with library.writing(_ADA) as work:
        kinds = {"unready": OTHER, "twin": "summary", "draft": "aftercare"}
        drafts = {name: _dermaplaning(work, kind) for name, kind in kinds.items()}
        edited = slugs["laser-hair-removal-step-by-step"]
        editing.change_article(work, edited, None, summary="What to expect, visit by visit.")
        publishing.withdraw(work, slugs[WITHDRAWN], None, "A study that it names was retracted.")
        editing.change_article(work, slugs[MOVED], None, slug="lip-fillers-in-plain-words")
        drafts["trashed"] = _dermaplaning(work, "mechanism")
        editing.delete_article(work, drafts["trashed"], None)
        cataloguing.create_topic(work, "device", "derma-blade", [LabelDraft("derma blade")])
        phrase = phrasing.add_phrase(work, "en", "aftercare", "the days that follow")
        synonyms = equating.create_group(work, GroupDraft(["glow facial", "party facial"]))
        equating.create_group(work, GroupDraft(["ProGlow"], ["hydrating facial"]))
        names = {"edited": edited, "phrase": phrase.id, "synonyms": synonyms.id}
        names |= _share(work, drafts["draft"], slugs[MICRONEEDLING])
        return drafts | names | _delete_both(work, slugs)


def _share(work: Work, draft: str, live: str) -> dict[str, str]:
    """Links to a draft and to an edition; the secret of the latter."""
    longest = previewing.LONGEST
    notes = ("For Dr Lind, to read before Friday", "For the clinic's own page")
    ids = [previewing.share(work, draft, None, longest, note).id for note in notes]
    other = previewing.share(work, live, 1, longest, "The page as it went live")
    return {"preview": ids[-1], "preview secret": Previews(KEY.encode()).secret(other)}


def _delete_both(work: Work, slugs: dict[str, str]) -> dict[str, str]:
    """A translation that was deleted, and another that took its place."""
    first = _in_german(work, slugs[MICRONEEDLING], 1)
    editing.delete_article(work, first, None)
    _in_german(work, slugs[MICRONEEDLING], 2)
    return {"replaced": first}


def _in_german(work: Work, original: str, number: int) -> str:
    article = editing.create_article(
        work,
        title=f"Microneedling bei Aknenarben ({number})",
        locale="de",
        topics=["procedure:microneedling"],
        translation_of=original,
    )
    return article.id


def _dermaplaning(work: Work, kind: str) -> str:
    body = (
        "Keep the skin clean and out of the sun for a week. Leave out acids and scrubs until it "
        "feels calm again, and wear a sunscreen whenever you go out of doors."
    )
    article = editing.create_article(
        work,
        title="Dermaplaning, gently",
        locale="en",
        topics=["procedure:microneedling"],
        sections=[
            SectionDraft(type=kind, heading="After the session", body=body),
            SectionDraft(type="risks", heading="What can go wrong", body="Small cuts, rarely."),
        ],
    )
    return article.id


def _propose(library: Library, chance: Chance) -> dict[str, str]:
    """A proposal that was corrected, one that cannot be published, and one that was committed."""
    chance.begin_at(0x200000)
    chance.later(hours=1)
    with library.writing(_ADA) as work:
        proposal, unready, committed = (_proposal(work, SOURCE + end) for end in _ENDS)
        _retype(work, proposal, "overview", "overview")
        _retype(work, unready, OTHER)
        committing.commit(work, committed, None)
    return {"proposal": proposal, "unready proposal": unready, "committed": committed}


def _retype(work: Work, proposal_id: str, *types: str) -> None:
    article = work.session.get_one(StoredProposal, proposal_id).document["articles"][0]
    corrections = [
        Retype(section["id"], kind)
        for section, kind in zip(article["sections"], types, strict=False)
    ]
    correcting.correct(work, proposal_id, None, corrections)


def _proposal(work: Work, text: str) -> str:
    found = committing.propose_source(
        work.session, text.encode(), limit=MAX_BYTES, locale="en", filename="dermaplaning.md"
    )
    return committing.keep(work, found, locale="en", filename="dermaplaning.md").id


def _issue_tokens(library: Library, chance: Chance) -> dict[str, str]:
    """The secrets and ids of tokens of machines."""
    chance.begin_at(0x300000)
    issued: dict[str, str] = {}
    with library.writing(_ADA) as work:
        for name, scopes in (("admin", ["admin"]), ("reader", ["read"]), ("site", ["publish"])):
            token, secret = authorising.issue_token(work, f"The {name}'s token", scopes, None)
            issued |= {f"{name} secret": secret, f"{name} token": token.id}
            # Whether a use was written down yet would be left to chance.
            authorising.note_uses(work, {token.id: work.at})
    return issued


def _plan(library: Library, chance: Chance, names: dict[str, str]) -> dict[str, str]:
    """A schedule, one that was cancelled, and releases in every state."""
    chance.begin_at(0x280000)
    chance.later(hours=1)
    morning = Time("2026-03-29T09:00:00", "Europe/Berlin")
    with library.writing(_ADA) as work:
        planned = _dermaplaning(work, "overview")
        cancelled = scheduling.schedule(work, planned, None, Action.PUBLISH, morning)
        schedule = scheduling.schedule(
            work, planned, None, Action.PUBLISH, Time("2026-03-30T09:00:00", "Europe/Berlin")
        )
        releases = {
            name: _release(work, title, names[of])
            for name, title, of in (
                ("release", "Spring: hair removal, told anew", "edited"),
                ("scheduled release", "Easter", "twin"),
                ("unready release", "Summer", "unready"),
            )
        }
        published = _release(work, "Winter", _dermaplaning(work, "benefits"))
        releasing.publish_release(work, published, None)
        releasing.schedule_release(work, releases["scheduled release"], None, morning)
    return {
        **releases,
        "published release": published,
        "planned": planned,
        "schedule": schedule.id,
        "cancelled schedule": cancelled.id,
    }


def _release(work: Work, title: str, article_id: str) -> str:
    return releasing.create_release(work, title, items=[ItemWish(article_id)]).id


def _subscribe(library: Library, chance: Chance) -> dict[str, str]:
    """A webhook that was tried, as it has not been published yet where it leads; and a purge."""
    chance.begin_at(0x500000)
    chance.later(hours=1)
    site = EndpointDraft("The site", "https://www.example.org/api/dermis")
    cdn = EndpointDraft("The CDN", "https://api.fastly.com/service/SU1Z0isxPaozGVKXdv0eY/purge")
    with library.writing(_ADA) as work:
        webhook = subscribing.create_endpoint(work, site)
        purge = subscribing.create_endpoint(work, replace(cdn, flavour="fastly"))
        subscribing.replay(work, webhook.id, 1, 11)
    for _ in range(2):
        chance.later(minutes=1)
        trial = delivering.try_out(library, Outbound(), Keys(b"s" * 32), webhook.id)
        with library.writing(_ADA) as work:
            delivering.note_trial(work, trial)
    return {"webhook": webhook.id, "purge": purge.id}


def _hire(library: Library, chance: Chance) -> dict[str, str]:
    """People: an admin, who has signed in and asks for the examples, and others."""
    chance.begin_at(0x380000)
    with library.writing(_ADA) as work:
        ada, noor, gone = (
            staffing.create_user(work, person)
            for person in (
                Person(EMAIL, "Dr Ada Marsh", ["admin"], "MBBS, FRCP"),
                Person("noor@clinic.example", "Dr Noor Reyes", ["reviewer"], "FRCP"),
                Person("lin@clinic.example", "Lin Vale", ["author"]),
            )
        )
        staffing.set_password(work, ada.user, passwords.hashed(PASSWORD))
        staffing.change_user(work, gone.user.id, None, PersonChange(disabled=True))
    here, elsewhere = (signing_in.sign_in(library, _ADA, EMAIL, PASSWORD) for _ in range(2))
    return {
        "admin secret": here.secret,
        "session": elsewhere.session.id,
        "admin user": ada.user.id,
        "user": noor.user.id,
        "gone user": gone.user.id,
        "invitation secret": noor.secret,
    }


def _illustrate(library: Library, chance: Chance, files: PictureFiles) -> dict[str, str]:
    """A live article with a picture and a reference, its translation, and a picture beside it."""
    chance.begin_at(0x600000)
    chance.later(hours=1)
    developed = develop(base64.b64decode(PICTURE))
    digest = files.keep(developed.data)
    with library.writing(_ADA) as work:
        about = {"alt": {"en": "A blade, held flat against a cheek."}, "credit": "The house"}
        shown = illustrating.add_picture(work, developed, digest, about)
        unused = illustrating.add_picture(work, developed, digest, {})
        body = f"![](media:{shown.id})\n\nThe blade is held at 45 degrees [^ref:blade-study]."
        section = SectionDraft(type="procedure", heading="The blade on the skin", body=body)
        article = editing.create_article(
            work,
            title="Dermaplaning in pictures",
            locale="en",
            topics=["procedure:dermaplaning"],
            sections=[section],
        )
        study = Reference("blade-study", "Of blades and skin", doi="10.1000/182", year=2024)
        citing.set_references(work, article.id, None, [study])
        publishing.publish(work, article.id, None)
        translation = tracing.start_translation(
            work, article.id, "de", title="Dermaplaning in Bildern", slug=TRANSLATED
        )
        tracing.start_translation(work, article.id, "fr", title="Dermaplaning en images")
        assert translation.draft is not None
        (translated,) = translation.draft.sections
        editing.change_section(
            work, article.id, _first(article), None, {"heading": "The blade, close by"}
        )
        publishing.publish(work, article.id, None)
        link = previewing.share(work, article.id, 1, previewing.LONGEST, None)
    return {
        "picture": shown.id,
        "picture preview secret": Previews(KEY.encode()).secret(link),
        "unused picture": unused.id,
        "illustrated": article.id,
        "translation": translation.id,
        "translated section": translated.id,
        "source section": _first(article),
    }


def _first(article: Article) -> str:
    return article.live.sections[0].id if article.live else ""


def _review(library: Library, chance: Chance, names: dict[str, str]) -> dict[str, str]:
    """Two drafts in review, a signature under a live text, and a redirect.

    The admin is a doctor, and wrote one of the drafts.
    """
    chance.begin_at(0x700000)
    chance.later(hours=1)
    with library.writing(_ADA) as work:
        doctor = work.session.get_one(User, names["admin user"])
        submitted = _dermaplaning(work, "aftercare")
        reviewing.submit(work, submitted, None)
        for slug in (OLD, "scars-and-needles"):
            redirecting.create_redirect(work, "en", slug, names[MICRONEEDLING])
    acting = Actor(doctor.name, publishes=True, user_id=doctor.id)
    with library.writing(acting) as work:
        own = _dermaplaning(work, "preparation")
        reviewing.submit(work, own, None)
        for said in ("Agrees with the evidence.", "So it does still.", "Sound, all of it."):
            reviewing.sign_live(work, names[MICRONEEDLING], None, said)
    return {"submitted": submitted, "submitted by the admin": own}


def _share_sections(library: Library, chance: Chance, names: dict[str, str]) -> dict[str, str]:
    """A shared section that was changed since its version, in an article; and two in none.

    One of those was written by the admin.
    """
    chance.begin_at(0x800000)
    chance.later(hours=1)
    text = SharedText("aftercare", "After any peel", "Leave the skin alone for two days.")
    with library.writing(_ADA) as work:
        shared = sharing.create_shared(work, name="Aftercare of peels", locale="en", text=text)
        for body in ("For two days, and no sun.", "For two days, and use sunscreen."):
            issuing.publish_shared(work, shared.id, None)
            sharing.change_shared(work, shared.id, None, parts={"body": body})
        issuing.publish_shared(work, shared.id, None)
        article = editing.create_article(
            work, title="Enzyme peels", locale="en", topics=["procedure:chemical-peels"]
        )
        section = sharing.add_section(work, article.id, None, SharedUse(shared.id), None)
        for version in (1, 2):
            use = SharedUse(shared.id, version)
            sharing.add_section(work, article.id, None, use, None)
        publishing.publish(work, article.id, None)
        parts = {"body": "Leave the skin alone for **three** days, and use sunscreen."}
        sharing.change_shared(work, shared.id, None, parts=parts)
        spare = sharing.create_shared(work, name="Nobody uses it", locale="en", text=text)
    doctor = Actor("Dr Ada Marsh", publishes=True, user_id=names["admin user"])
    with library.writing(doctor) as work:
        own = sharing.create_shared(work, name="Written by a doctor", locale="en", text=text)
        issuing.publish_shared(work, own.id, None)
    return {
        "shared": shared.id,
        "spare shared": spare.id,
        "own shared": own.id,
        "sharing article": article.id,
        "sharing section": section.id,
    }


def _change_in_bulk(library: Library, chance: Chance, names: dict[str, str]) -> dict[str, str]:
    """A plan that can be made, one that was made, and one that was overtaken."""
    chance.begin_at(0x900000)
    chance.later(hours=1)
    found: dict[str, str] = {}
    with library.writing(_ADA) as work:
        for name, find, put in (
            ("bulk", "sunscreen", "sun cream"),
            ("overtaken bulk", "peels", "peelings"),
            ("applied bulk", "Enzyme", "Enzymatic"),
        ):
            where = Where() if name == "bulk" else Where(articles=[names["sharing article"]])
            found[name] = bulk_planning.plan(work, Replacement(find, put), where).id
        bulk_changing.apply(work, found["applied bulk"])
    return found


def _search(library: Library) -> str:
    """What readers searched for on the first day; the id of a query.

    The searches of the examples are counted as well, on a later day.
    """
    counts = {
        observation("do scars come back", None, "found"): 14,
        observation("do scars come back", None, "clicked"): 9,
        observation("do scars come back", "en", "found"): 3,
        observation("salmon dna", "en", "not_found"): 5,
        observation("salmon dna", None, "not_found"): 2,
        observation("is it safe with rosacea", "en", "found"): 4,
    }
    with library.writing(_ADA) as work:
        write_down(work, counts, 90)
    asked = ObservedQuery("salmon dna", 7, 7, 0, BEGIN.date())
    return asked.id


def _aftercare(library: Library, article_id: str) -> str:
    """The id of the article's section about aftercare."""
    with library.reading() as session:
        live = session.get_one(Article, article_id).live
        sections = live.sections if live else []
        return next(each.id for each in sections if each.type == "aftercare")
