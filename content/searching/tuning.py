"""Every weight of ranking, in one place, as chosen by measuring."""

from dataclasses import dataclass
from typing import Final

TITLE: Final = 2.0
HEADING: Final = 3.0
TEXT: Final = 1.0
QUESTION: Final = 1.0
"""How many times a word counts, by where it stands; questions stand in the text as well.

Frequencies are added up before they saturate: the simple BM25F of Robertson, Zaragoza and Taylor
(CIKM 2004). They are stored so: who changes one of these raises the version of the index.
"""


@dataclass(frozen=True, slots=True)
class Tuning:
    """What counts how much when sections are ranked.

    `saturation` and `length` are k1 and b of BM25 (Robertson and Zaragoza, The Probabilistic
    Relevance Framework, 2009), `repetition` is its k3: a word that was typed twice counts more,
    but not double. `concept` is the share of the weight of several words together that another
    name for them has at least; `topic` is the share of a word's gain that standing under a topic
    has.

    What costs more is done for the best `candidates` alone. `nearest` of them gain by words that
    stand within `reach` places of each other: at most `nearness` of the lesser word's weight for
    direct neighbours, for at most `pairs` pairs of words.

    `feedback_documents` of the best, but at most one of `feedback_among` that were found, are
    taken to be right, each counting half as much as the one `half_life` places before; the
    `feedback_terms` that say most of them are looked for as well, chosen from the
    `feedback_pool` most frequent. The strongest of them counts `feedback` as much as a typed
    word.

    `intent` is the share by which sections of a type that is asked for gain, `second_intent` of
    the other such types. The n-th section of one article is divided by 1 + (n - 1) `spread`, but
    keeps at least `kept` of its score.
    """

    saturation: float = 1.5
    length: float = 0.65
    repetition: float = 7.0
    concept: float = 0.6
    topic: float = 0.3
    candidates: int = 300
    nearest: int = 30
    reach: int = 8
    pairs: int = 6
    nearness: float = 0.3
    feedback_documents: int = 8
    feedback_among: int = 5
    half_life: float = 1.5
    feedback_terms: int = 24
    feedback_pool: int = 60
    feedback: float = 0.45
    intent: float = 0.3
    second_intent: float = 0.15
    spread: float = 0.08
    kept: float = 0.7


TUNING: Final = Tuning()
"""The weights in use."""
