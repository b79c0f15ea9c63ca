"""Questions as short as a test wants them."""

from collections.abc import Sequence

from content.searching.questions import Clause, Form, Question, Says, Word
from content.searching.words import fold, stop_words, term, words


def word(typed: str, *others: Form, corrected: str | None = None, says: Says = "much") -> Word:
    """A word as typed, and other ways to write it."""
    return Word(typed, (Form((term(typed),)), *others), corrected, says)


def expression(*texts: str, weight: float = 0.8) -> tuple[Form, ...]:
    """Other names, each of one word or several."""
    return tuple(Form(tuple(map(term, text.split())), weight) for text in texts)


def clause(
    text: str,
    *,
    synonyms: Sequence[str] = (),
    topics: Sequence[str] = (),
    required: bool = False,
    times: int = 1,
    says: Says = "much",
    longer: Sequence[str] = (),
) -> Clause:
    """What is asked for by a word or an expression."""
    return Clause(
        typed=text,
        words=tuple(word(each, says=says) for each in text.split()),
        synonyms=expression(*synonyms),
        topics=tuple(topics),
        required=required,
        times=times,
        longer=tuple(tuple(map(term, each.split())) for each in longer),
    )


def question(text: str, *types: str) -> Question:
    """A clause for each word that counts, as often as it stands in the text."""
    typed = [fold(text[each.start : each.end]) for each in words(text)]
    counted = [each for each in typed if each not in stop_words("en")]
    return Question(
        tuple(clause(each, times=counted.count(each)) for each in dict.fromkeys(counted)), types
    )
