"""Why a section stands where it does, in words that an editor can read.

Only what was typed is ever named: another name for it may be one that nobody must see.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from content.searching.corpus import Corpus
from content.searching.evidence import Evidence, Gains, telling
from content.searching.questions import Question, Says, Word
from content.searching.ranking import Mask, Scoring, fitting, score
from content.searching.tuning import TUNING, Tuning

_RARE: Final = 0.01
_COMMON: Final = 0.1
# Shares of all sections that hold a word.

_LEAST: Final = 0.05
# What adds less would be told as 0.0.

_TWICE: Final = 1.5
# Occurrences that are told as two; those within longer expressions count in part.

_TELLING: Final[Mapping[Says, str]] = {
    "much": "",
    "kind": ", but only tells what kind of section is wanted",
    "little": ", but says little",
}

_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")

_Reason = tuple[float, str]


def reasons(
    corpus: Corpus,
    question: Question,
    allowed: Mask | None,
    documents: Sequence[int],
    tuning: Tuning = TUNING,
) -> list[list[str]]:
    """For each of some documents that were found, what it scores by, the weightiest first.

    Numbers in brackets are points: a score is their sum, times what the last reason may say of
    further sections of one article.
    """
    scoring = score(corpus, question, allowed, tuning)
    fitted = fitting(corpus, question, tuning)
    return [_reasons(corpus, scoring, question, document, fitted) for document in documents]


def _reasons(
    corpus: Corpus, scoring: Scoring, question: Question, document: int, tuning: Tuning
) -> list[str]:
    added = [
        reason for each in scoring.given for reason in _by_clause(corpus, each, document, tuning)
    ]
    added += _by_place(corpus, scoring, question, document)
    told = sorted((each for each in added if each[0] >= _LEAST), key=lambda each: -each[0])
    return [*(f"{said} (+{amount:.1f})" for amount, said in told), *_kept(scoring, document)]


def _by_clause(corpus: Corpus, given: Evidence, document: int, tuning: Tuning) -> Iterator[_Reason]:
    typed = [(word, gains.of(document)) for word, _, gains in given.typed]
    other = given.synonyms.of(document)
    if other > sum(amount for _, amount in typed):
        yield other, f'"{given.clause.typed}" is found as another name'
    else:
        for (word, amount), (_, postings, _) in zip(typed, given.typed, strict=True):
            often = Gains(postings.documents, postings.frequencies.astype(float)).of(document)
            share = postings.documents.size / max(corpus.count, 1)
            yield amount, _stands(word, often, share, telling(word, tuning))
    topic = given.topics.of(document)
    yield topic, f'"{given.clause.typed}" names a topic of its article'


def _stands(word: Word, often: float, share: float, tells: float) -> str:
    rarity = "is rare" if share <= _RARE else "is common" if share >= _COMMON else "is not common"
    times = "once" if often < _TWICE else f"{often:.0f} times"
    meant = ", as it seems to be meant," if word.corrected else ""
    little = _TELLING[word.says] if tells < 1 else ""
    return f'"{word.typed}"{meant} counts {times} in it and {rarity}{little}'


def _by_place(
    corpus: Corpus, scoring: Scoring, question: Question, document: int
) -> Iterator[_Reason]:
    place = int(scoring.documents.searchsorted(document))
    key = corpus.type_keys[corpus.types[document]]
    base, intent = float(scoring.base[place]), float(scoring.intent[place])
    if key in question.types:
        kind = key.replace("_", " ")
        yield base - base / intent, f"a section of type {kind} answers such a question"
    elif intent > 1:
        yield base - base / intent, "questions and answers may answer any question"
    if (candidate := _candidate(scoring, place)) is not None:
        yield float(scoring.near[candidate]), "words stand near each other"
        yield float(scoring.common[candidate]), "it has words in common with the best found"


def _kept(scoring: Scoring, document: int) -> Iterator[str]:
    candidate = _candidate(scoring, int(scoring.documents.searchsorted(document)))
    if candidate is not None and (nth := int(scoring.nth[candidate])) > 1:
        ordinal = _ORDINALS[nth - 1] if nth <= len(_ORDINALS) else f"{nth}th"
        kept = scoring.kept[candidate]
        yield f"it is the {ordinal} section of this article here (x {kept:.2f})"


def _candidate(scoring: Scoring, place: int) -> int | None:
    found = (scoring.candidates == place).nonzero()[0]
    return int(found[0]) if found.size else None
