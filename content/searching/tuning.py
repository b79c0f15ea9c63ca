"""Every weight of ranking, in one place, as chosen by measuring."""

from dataclasses import dataclass
from typing import Final

TITLE: Final = 4.0
HEADING: Final = 3.0
TEXT: Final = 1.0
QUESTION: Final = 2.0
"""How many times a word counts, by where it stands; a question's words also as those of the text.

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

    Words that only tell of what `kind` the answer is ("side effects", "downtime") have this share
    of their weight where there are sections of such types, and those that say `little` ("get",
    "used") this one: what is asked about comes first. Where an expression stands `inside` of a
    longer one that means something else, as microneedling in "RF microneedling", it counts as
    this share of an occurrence.

    A section that satisfies some clauses only loses `coverage` of the share of all clauses'
    weight that it lacks; in questions of more than `coverage_words` / `coverage` clauses less.

    What costs more is done for the best `candidates` alone. `nearest` of them gain by words that
    stand within `reach` places of each other: at most `nearness` of the lesser word's weight for
    direct neighbours, for at most `pairs` pairs of words.

    `feedback_documents` of the best, but at most one of `feedback_among` that were found, are
    taken to be right, each counting half as much as the one `half_life` places before; the
    `feedback_terms` that say most of them are looked for as well, chosen from the
    `feedback_pool` most frequent. The strongest of them counts `feedback` as much as a typed
    word in questions of `feedback_reach` clauses more than `feedback_beyond`, in shorter ones less:
    their best sections tell less surely what is meant. Up to `feedback_beyond` there is none.

    `intent` is the share by which sections of the type that is asked for first gain,
    `second_intent` of the other such types, `faq` of questions and answers, which may be of any.
    The n-th section of one article is divided by 1 + (n - 1) `spread`, but keeps at least `kept`
    of its score.
    """

    saturation: float = 1.5
    length: float = 0.65
    repetition: float = 7.0
    concept: float = 0.6
    topic: float = 0.7
    inside: float = 0.3
    kind: float = 0.4
    little: float = 0.3
    coverage: float = 0.8
    coverage_words: float = 2.0
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
    feedback_beyond: float = 2.0
    feedback_reach: float = 6.0
    intent: float = 0.4
    second_intent: float = 0.3
    faq: float = 0.2
    spread: float = 0.08
    kept: float = 0.7


TUNING: Final = Tuning()
"""The weights in use.

Chosen together on Cranfield, CACM, CISI and the even queries of the judged set in the tests, one
weight at a time around the best so far; MEDLARS, ADI, NPL, LISA, TIME and the odd queries were kept
apart and agree (`tests.benchmarks.relevance`). Most lie on wide plains: half or double changes
nDCG@10 by less than 0.01.

What mattered in long questions: counting repeated words (CACM and CISI +0.06), feedback (Cranfield
+0.035, CISI and MEDLARS +0.015 to 0.04). What each adds in people's words (the judged set, MRR@10
over both halves): intent 0.10, less weight for words that say little 0.015 and for those that ask
for a type 0.01, coverage 0.01, the share of questions and answers 0.01, less for a name inside of
another's 0.01 (0.002 where topics have names), less feedback in short questions 0.004, topics at
0.7 instead of 0.3 0.002. Where no section is of a type that is asked for, lessening the words that
ask for it costs MEDLARS 0.01: there they count fully.

Tried and no better: saturation 0.8 to 2.5 and length 0.4 to 0.85 (below 1.2 and 0.5 Cranfield and
CISI lose), a least length for short sections, next to nothing for words that say little, less for
one word of an expression alone, titles at 5 and headings at 4; feedback by relevance models,
Kullback-Leibler and Bo1, flat, by score and by rank. Words that must stand near each other help
little, whichever way they are measured.
"""
