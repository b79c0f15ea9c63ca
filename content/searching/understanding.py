"""Understanding what a person typed, with misspelt words taken for what was meant."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple, Protocol

from content.searching.corpus import Corpus
from content.searching.languages import ENGLISH
from content.searching.lexicon import Lexicon, LexiconSegment, names_of
from content.searching.queries import parse
from content.searching.questions import Question, Word
from content.searching.spelling import corrections, did_you_mean
from content.searching.vocabulary import Vocabulary
from content.searching.words import term


class Lettered(Corpus, Protocol):
    """A corpus that also knows how the words of its texts are written."""

    @property
    def lexicons(self) -> Sequence[LexiconSegment]:
        """The words of all texts; those of deleted ones may be among them."""


class Understood(NamedTuple):
    """What is asked; `did_you_mean` is the text put right, None when nothing seemed misspelt."""

    question: Question
    did_you_mean: str | None


def understand(corpus: Lettered, text: str, vocabulary: Vocabulary) -> Understood:
    """What is asked by a text; raises `Invalid` when it is too long."""
    question = parse(text, vocabulary, corpus.languages)
    corpus.foresee(question.terms())
    lexicon = Lexicon(
        corpus.lexicons, names_of(vocabulary), partial(_said, corpus), partial(_foresee, corpus)
    )
    found = corrections(question, partial(_is_known, corpus, lexicon), lexicon)
    if found.used:
        question = parse(text, vocabulary, corpus.languages, found.used)
        corpus.foresee(question.terms())
    return Understood(question, did_you_mean(text, found.shown))


def _is_known(corpus: Corpus, lexicon: Lexicon, word: Word) -> bool:
    """Whether any form of a word is in a live text, or the word in the vocabulary."""
    return lexicon.names(word.typed) or any(
        len(corpus.postings(form.terms).documents) for form in word.forms
    )


def _said(corpus: Corpus, words: Sequence[str]) -> int:
    """In how many live sections words stand next to each other, in the language that has most."""
    return max(
        len(corpus.postings(tuple(term(word, each) for word in words)).documents)
        for each in corpus.languages or (ENGLISH,)
    )


def _foresee(corpus: Corpus, words: Sequence[str]) -> None:
    languages = corpus.languages or (ENGLISH,)
    corpus.foresee(term(word, language) for word in words for language in languages)
