"""What kind of section a question asks for, by the phrases that people ask with.

Only what is said plainly counts: a word that also occurs in names of treatments or conditions
("laser resurfacing", "redness", "numbing cream") says nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Final, NamedTuple

_GAP: Final = "…"
_END: Final = "."
_WIDEST: Final = 6
# Words that a gap of a phrase may stand for.

_MOST: Final = 4
# Types that one question is taken to ask for.

_SAID: Final[Mapping[tuple[str, ...], str]] = {
    ("risks",): """
        side effect/effects; risk/risks/risky; complication/complications
        danger/dangers/dangerous; go/goes/going/gone/went wrong; adverse; warning signs; signs of
        red flags; allergic; allergy; infection; infected; bad reaction; damage; damaged; unsafe
        leave/leaves/left … scar/scars/scarring/mark/marks; make/makes/made … worse
        does/do/can/will/could … cause; call/see the/a/my doctor; bad experience/experiences
        die from; died from; lump/lumps; lumpy; blocked; blindness; poisonous; toxic
    """,
    ("risks", "suitability"): """
        is … safe; are … safe; safe; safety; safely; contraindication/contraindications
        who shouldnt; who should not; who cant; who cannot; should not have; should avoid
        pregnant; pregnancy; breastfeeding; breast feeding; nursing; pacemaker; epilepsy
        blood thinners
    """,
    ("suitability", "risks"): """
        for/on/with dark/darker/black/brown/asian/sensitive/oily/dry skin; skin type/types
        under 18; age limit
    """,
    ("suitability",): """
        candidate/candidates; am i too; suitable; suitability; suit/suits; who is it for
        who should; who can; who is … for; right for me; good/bad for me; can i have … if
        can women; can men; for women; for men; what age; too old; too young; eligible
        minimum age; how old; old enough
    """,
    ("cost",): """
        cost/costs/costing; price/prices/priced/pricing; fee/fees; expensive
        cheap/cheaper/cheapest; how much is/are/for/was/were
        how much does/do/did/would/will … cost; how much .
        how much do/did you/people/they pay/charge; pay; afford; affordable; insurance
        what do you charge; charge
    """,
    ("mechanism",): """
        how does/do/is/can/would … work/works/working; how it works; how they work; mechanism
        what does … do to; what do … do to; science; scientifically
        how does/do … stop/remove/reduce; why do/does … need so many
    """,
    ("effectiveness",): """
        does … work/works; do … work; really/actually work/works; is/are … effective; effective
        effectiveness; evidence; studies; proven; success rate; results; result; any good
        when will/do/does/can i/you see; how soon; see results; see a difference
        will/would/can it/they work; work/works on
        kick/kicks/kicking in; how long … to work; how long … before/until/till … work/works
        how long … see; how long … look normal; how much … remove/removes/reduce
        how long does it take; difference does; before and after; does … help; do … help; how well
    """,
    ("effectiveness", "recurrence_factors"): """
        how long … last/lasts/stay/stays/hold/holds; how long … good for; long lasting; longevity
        last long; last forever; how many months/years; does/do/will … last; lasts; lasting
    """,
    ("recurrence_factors", "effectiveness"): """
        permanent; permanently; is it permanent; for ever; forever; wear/wears/wearing/wore off
        curable; cure/cured; go/goes/going away
    """,
    ("recurrence_factors",): """
        come/comes/coming/came back; grow/grows/growing/grew back; return/returns/returning; recur
        recurs; recurrence; recurring; relapse; regrow; regrowth; fade/fades/faded/fading
        happens if i stop; when/if i/you stop; stop having/using/taking; shorten/shortens
        maintain; maintenance; top up; top ups; keep … results; flare ups; trigger/triggers
        happen again; prolong; make … last longer; last longer; last less; stay away; prevent
        prevention; go faster; goes faster; avoid flares
    """,
    ("procedure",): """
        how many session/sessions/treatment/treatments/times/visits/appointments/units/injections
        how often; how far apart; number of sessions; does/do/will/is/did/can … hurt/painful
        hurt/hurts; painful; how painful; sting/stings; what happens during/in/at; step by step
        what … feel like; how is … done; how do they do; need … anaesthetic/anesthetic/anaesthesia
        am i awake; what to expect; on the day; how to use; how do i use
        how to start; touch up; second appointment; during; technique/techniques
    """,
    ("procedure", "risks"): "pain; pain level",
    ("aftercare",): """
        aftercare; after care; downtime; down time; recovery; recover/recovers/recovering
        heal/heals/healing; healed; look after; looking after; care for
        day/days/week/weeks/hour/hours later; day/days/week/weeks/hour/hours/night after; next day
        day after; back to/at work; go to work; time off; return to work; wash my/your
        can i wash/shower/bath/swim/exercise/run/drive/fly/drink/sunbathe/sleep; wear make/makeup
        how long does/do/will swelling/bruising/redness/peeling/flaking/numbness/soreness last/take
        not to do after; to do after; avoid after; to eat after; days/weeks off; off work
        can i wear; when can i; how soon can; how long … until/till/before/after … can
        how to sleep; lie/lying/lay/laying down; still red/swollen/sore/bruised/peeling/bleeding
        swelling/swollen/bruising/bruised; scab/scabs/scabbing/crusts; is … normal; normal
        skin care/skincare routine; go to the gym; healing stages; stitches
    """,
    ("preparation",): """
        prepare/prepares/preparing/preparation; prep; get ready; getting ready
        what to avoid before
        before my/the/your/a/an appointment/session/treatment/procedure/surgery/visit
        how to/do/should … choose; choose a; choosing; what to look for; who should do; find a
        patch test; questions to ask; what should i ask; ask … consultation; is … qualified
        beforehand; in advance; stop … before; how long … before; can i … before
        should i … before; do i need to … before; avoid before; how … diagnosed
    """,
    ("alternatives",): """
        vs; versus; compare; compared; comparison; difference/differences between
        differ/differs from; different from/to; better than; better or; instead of
        alternative/alternatives; same as; same thing as; other options; which is better
        which is best; rather than; other than; what else; substitute
    """,
    ("benefits",): """
        benefit/benefits; advantage/advantages; used for; use for; pros; pros and cons; uses of
        what does … treat; what can … treat; what is … good for; why do people
    """,
    ("benefits", "effectiveness"): "help with; helps with; good for",
    ("overview",): """
        what causes; cause/causes of; symptom/symptoms of; types of; kinds of; define; definition
        what do/does … look like; how do/can i/you know/tell
        meaning of; hereditary; what does … mean
    """,
    ("summary", "effectiveness"): "worth it; is … worth; worth the money; worth; verdict",
}
"""Types, and the phrases that ask for them: `/` between words of one place, `…` for any words."""

_HINTED: Final[Mapping[tuple[str, ...], str]] = {
    ("aftercare", "risks"): "after",
    ("aftercare",): """
        afterwards; makeup; make up; gym; exercise; swim; swimming; sauna; shower; drive; fly
        flying; sport; sleep; sunbathe; deodorant; shave
    """,
    ("preparation",): "before; prior to",
    ("overview",): "what is; what are; whats; what s; what was",
    ("alternatives",): "or; and … together; can i combine; mix; compare with",
    ("procedure",): "how to; how do i; how do you; how long does … take; sessions; session",
    ("alternatives", "procedure"): """
        treatment/treatments .; treatment/treatments for; how to/do/can … treat/fix/heal/cure
        how to/do/can … get rid; best treatment/treatments/way/ways/option/options
    """,
    ("mechanism",): "how come; why is; why are; why do; why does; why did; why",
}
"""Phrases that only count where nothing else says more: most of them have other uses."""


NAMING: Final = frozenset(
    """
    side effect effects risk risks risky complication complications danger dangers dangerous safe
    safety safely unsafe contraindication contraindications shouldnt should who cant avoid
    candidate candidates suitable suitability suit suits eligible
    cost costs costing price prices pricing fee fees expensive cheap cheaper much pay charge afford
    how work works working mechanism science effective effectiveness evidence proven results result
    success rate good kick kicks kicking in soon see well long last lasts lasting stay stays hold
    permanent permanently forever ever wear wears wearing wore off cure cured curable go goes going
    away come comes coming came back grow grows return returns returning recur recurs recurrence
    aftercare after care downtime down time recovery recover heal heals healing look looking
    prepare preparation preparing prep ready before vs versus compare compared comparison difference
    differences between better instead alternative alternatives same options other
    benefit benefits advantage advantages pros worth verdict causes cause of types what is
    """.split()  # noqa: SIM905 - A list of quoted words would be unreadable.
)
"""Words that name a type: a section of it is about them, whether it has them or not."""


class Intent(NamedTuple):
    """The types that are asked for, and the `words` that say so; `said` plainly, or hinted at."""

    types: tuple[str, ...]
    words: frozenset[str]
    said: bool


_NONE: Final = Intent((), frozenset(), said=False)


class _Phrase(NamedTuple):
    """Runs of words, with any words between them; `length` counts its own words."""

    runs: tuple[tuple[str, ...], ...]
    types: tuple[str, ...]
    length: int


class _Match(NamedTuple):
    length: int
    places: tuple[int, ...]
    types: tuple[str, ...]


def intent_of(words: Sequence[str]) -> Intent:
    """Which section types a question asks for, the likeliest first, and the words that say so.

    `words` are all that were typed, in order, folded but with their endings, stop words included.
    """
    closed = [*words, _END]
    return _asked(closed, _STRONG, said=True) or _asked(closed, _WEAK, said=False) or _NONE


def _asked(
    words: Sequence[str], phrases: Mapping[str, Sequence[_Phrase]], *, said: bool
) -> Intent | None:
    found = list(_matches(words, phrases))
    if not found:
        return None
    # The longest phrase first: what lies inside of it says nothing of its own.
    found.sort(key=lambda each: (-each.length, each.places))
    taken: set[int] = set()
    types: dict[str, None] = {}
    for each in found:
        if taken.isdisjoint(each.places):
            taken.update(each.places)
            types.update(dict.fromkeys(each.types))
    return Intent(tuple(types)[:_MOST], frozenset(words[place] for place in taken), said)


def _matches(words: Sequence[str], phrases: Mapping[str, Sequence[_Phrase]]) -> Iterator[_Match]:
    for place, word in enumerate(words):
        for phrase in phrases.get(word, ()):
            places = _places(words, place, phrase)
            if places:
                yield _Match(phrase.length, places, phrase.types)
                break


def _places(words: Sequence[str], start: int, phrase: _Phrase) -> tuple[int, ...]:
    """Where the words of a phrase stand that begins at `start`; () when it does not."""
    if phrase.length == 1:
        return (start,)
    places: list[int] = []
    reach = 0
    for run in phrase.runs:
        found = _standing(words, run, start, reach)
        if found < 0:
            return ()
        start = found + len(run)
        places.extend(range(found, start))
        reach = _WIDEST
    return tuple(places)


def _standing(words: Sequence[str], run: tuple[str, ...], start: int, reach: int) -> int:
    """Where a run of words begins, at most `reach` words after `start`; -1 for nowhere."""
    size = len(run)
    for place in range(start, min(start + reach, len(words) - size) + 1):
        if words[place] == run[0] and tuple(words[place : place + size]) == run:
            return place
    return -1


def _by_first_word(table: Mapping[tuple[str, ...], str]) -> dict[str, list[_Phrase]]:
    """The phrases of a table by their first word, the longest first."""
    phrases: defaultdict[str, list[_Phrase]] = defaultdict(list)
    for types, written in table.items():
        for line in written.replace("\n", ";").split(";"):
            for words in _spelled_out(line):
                phrases[words[0]].append(_phrase(words, types))
    for each in phrases.values():
        each.sort(key=lambda phrase: -phrase.length)
    return dict(phrases)


def _spelled_out(line: str) -> Iterator[tuple[str, ...]]:
    """Each way to say a phrase in which some words have others in their place."""
    return (words for words in product(*(each.split("/") for each in line.split())) if words)


def _phrase(words: tuple[str, ...], types: tuple[str, ...]) -> _Phrase:
    runs = tuple(tuple(run.split()) for run in " ".join(words).split(_GAP))
    return _Phrase(runs, types, sum(map(len, runs)))


_STRONG: Final = _by_first_word(_SAID)
_WEAK: Final = _by_first_word(_HINTED)
