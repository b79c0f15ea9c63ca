"""Understanding what a person typed, with misspelt words taken for what was meant."""

from dataclasses import dataclass
from typing import NamedTuple

from content.searching.corpus import Corpus
from content.searching.languages import ENGLISH
from content.searching.lexicon import Lexicon, LexiconSegment, Names
from content.searching.queries import parse
from content.searching.questions import Question, Word
from content.searching.spelling import corrections, did_you_mean
from content.searching.vocabulary import Vocabulary
from content.searching.words import term


class Understood(NamedTuple):
    """What is asked; `did_you_mean` is the text put right, None when nothing seemed misspelt."""

    question: Question
    did_you_mean: str | None


@dataclass(frozen=True, slots=True)
class Understanding:
    """What one state of an index knows of words: `segments` are the words of its texts."""

    corpus: Corpus
    segments: list[LexiconSegment]

    def understand(self, text: str, vocabulary: Vocabulary, names: Names) -> Understood:
        """What is asked by a text; `names` are those of the vocabulary.

        Raises `Invalid` when it is too long.
        """
        languages = self.corpus.languages
        question = parse(text, vocabulary, languages)
        lexicon = Lexicon(self.segments, names, self._said)

        def known(word: Word) -> bool:
            return lexicon.names(word.typed) or any(
                len(self.corpus.postings(form.terms).documents) for form in word.forms
            )

        found = corrections(question, known, lexicon)
        if found.used:
            question = parse(text, vocabulary, languages, found.used)
        return Understood(question, did_you_mean(text, found.shown))

    def _said(self, words: tuple[str, ...]) -> int:
        return max(
            len(self.corpus.postings(tuple(term(word, each) for word in words)).documents)
            for each in self.corpus.languages or (ENGLISH,)
        )
