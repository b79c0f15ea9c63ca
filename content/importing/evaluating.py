"""How well sections are typed: labelled sections → accuracy, F1, calibration, confusions."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from content.drafts import nearest
from content.errors import Invalid, Reason
from content.importing.blocks import Block, escape
from content.importing.boilerplate import mark_boilerplate, mark_promotion
from content.importing.classifying import NO_PHRASES, Classification, Passage, SitePhrases, classify
from content.sections import OTHER, SECTION_TYPES

_BINS: Final = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95)
_MOST_CONFUSIONS: Final = 20


@dataclass(frozen=True, slots=True)
class Label:
    """A section that a person typed; `also_ok` are types that would be as right.

    Labels of one `page` stand in one article, in the order of `position`.
    """

    heading: str
    gist: str
    type: str
    also_ok: tuple[str, ...] = ()
    page: str = ""
    position: int = 0
    title: str | None = None

    def accepts(self, kind: str) -> bool:
        """Whether a careful person would let this type pass."""
        return kind == self.type or kind in self.also_ok


@dataclass(frozen=True, slots=True)
class Score:
    """Of all labels: the share typed rightly, and the mean of the types' F1."""

    accuracy: float
    macro_f1: float


@dataclass(frozen=True, slots=True)
class Bin:
    """The labels whose type was found with a confidence in [least, most), and how many hit."""

    least: float
    most: float
    n: int
    confidence: float
    strict: float
    lenient: float


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often one type was taken for another that the label does not accept."""

    type: str
    taken_for: str
    n: int


@dataclass(frozen=True, slots=True)
class TypeScore:
    """Of one type: its labels, and F1 with and without the types that are as right."""

    n: int
    strict_f1: float
    lenient_f1: float


@dataclass(slots=True)
class Evaluation:
    """What an evaluation found. Lenient counts a type that the label accepts as the label's."""

    rows: int
    strict: Score
    lenient: Score
    types: dict[str, TypeScore] = field(default_factory=dict)
    calibration: list[Bin] = field(default_factory=list)
    calibration_error: float = 0.0
    """The mean distance of confidence and strict accuracy, over the bins, weighed by labels."""
    confusions: list[Confusion] = field(default_factory=list)


def read_labels(rows: Iterable[tuple[int, Any]]) -> list[Label]:
    """Labels from parsed lines of JSON, each with its number.

    Needed are `heading`, `gist` and `type`; `also_ok`, `page`, `position` and `title` are used
    when they are there. Raises `Invalid` with all reasons.
    """
    reasons: list[Reason] = []
    labels: list[Label] = []
    for number, row in rows:
        wrong = list(_objections(row))
        reasons += [Reason(f"line {number}", "invalid", f"Line {number}: {each}") for each in wrong]
        if not wrong:
            labels.append(_label(row, number))
    if not labels and not reasons:
        reasons = [Reason("", "empty", "There is no label in it.")]
    if reasons:
        raise Invalid("The labels cannot be read.", reasons)
    return labels


def _objections(row: Any) -> Iterator[str]:
    if not isinstance(row, dict):
        yield "write an object with heading, gist and type."
        return
    for name in ("heading", "gist", "type"):
        if not isinstance(row.get(name), str):
            yield f"'{name}' must be a text."
    also = row.get("also_ok", [])
    if not isinstance(also, list) or not all(isinstance(each, str) for each in also):
        yield "'also_ok' must be a list of types."
        also = []
    for key in [row.get("type"), *also]:
        if isinstance(key, str) and key not in SECTION_TYPES:
            yield f"there is no type '{key[:40]}'{nearest(key, list(SECTION_TYPES))}"
    if not isinstance(row.get("title") or "", str):
        yield "'title' must be a text."
    position = row.get("position", 0)
    if not isinstance(position, int) or isinstance(position, bool):
        yield "'position' must be a whole number."


def _label(row: Mapping[str, Any], number: int) -> Label:
    return Label(
        heading=row["heading"],
        gist=row["gist"],
        type=row["type"],
        also_ok=tuple(row.get("also_ok", ())),
        page=f"{row.get('source', '')}/{row.get('page', f'line {number}')}",
        position=row.get("position", 0),
        title=row.get("title") or None,
    )


def evaluate(labels: Sequence[Label], phrases: SitePhrases = NO_PHRASES) -> Evaluation:
    """Type the labelled sections page by page, as an import does, and compare."""
    found = list(_found(labels, phrases))
    strict = [(label.type, kind.type) for label, kind in found]
    lenient = [
        (label.type, label.type if label.accepts(kind.type) else kind.type) for label, kind in found
    ]
    by_type, by_type_lenient = _f1(strict), _f1(lenient)
    seen = Counter(label.type for label in labels)
    bins = list(_bins(found))
    return Evaluation(
        rows=len(found),
        strict=_score(strict, by_type),
        lenient=_score(lenient, by_type_lenient),
        types={
            key: TypeScore(seen[key], by_type[key], by_type_lenient[key])
            for key in SECTION_TYPES
            if seen[key]
        },
        calibration=bins,
        calibration_error=round(
            sum(each.n * abs(each.confidence - each.strict) for each in bins) / len(found), 4
        ),
        confusions=_confusions(lenient),
    )


def _found(labels: Sequence[Label], phrases: SitePhrases) -> Iterator[tuple[Label, Classification]]:
    ordered = sorted(labels, key=lambda label: (label.page, label.position))
    for _, group in groupby(ordered, key=lambda label: label.page):
        page = list(group)
        passages = [Passage(label.heading or None, label.gist) for label in page]
        for label, kind in zip(page, classify(passages, page[0].title, phrases), strict=True):
            yield label, _SET_ASIDE if _is_set_aside(label) else kind


_SET_ASIDE: Final = Classification(OTHER, 0.9, None, ["an import sets it aside"])


def _is_set_aside(label: Label) -> bool:
    """Whether an import would take the section for no part of the article."""
    heading = Block("heading", 0, label.heading, escape(label.heading), level=2, marked=True)
    body = Block("paragraph", 0, label.gist, escape(label.gist))
    blocks = [block for block in (heading, body) if block.text]
    mark_boilerplate(blocks)
    mark_promotion(blocks)
    return bool(blocks) and all(block.reason for block in blocks)


def _score(pairs: Sequence[tuple[str, str]], by_type: Mapping[str, float]) -> Score:
    there = {truth for truth, _ in pairs}
    right = sum(truth == kind for truth, kind in pairs) / len(pairs)
    return Score(round(right, 4), round(sum(by_type[key] for key in there) / len(there), 4))


def _f1(pairs: Sequence[tuple[str, str]]) -> dict[str, float]:
    """F1 of every type, 0 for one that is neither labelled nor found."""
    right = Counter(truth for truth, kind in pairs if truth == kind)
    sums = Counter(truth for truth, _ in pairs) + Counter(kind for _, kind in pairs)
    return {key: round(2 * right[key] / max(sums[key], 1), 4) for key in SECTION_TYPES}


def _bins(found: Sequence[tuple[Label, Classification]]) -> Iterator[Bin]:
    for least, most in zip(_BINS, [*_BINS[1:], 1.01], strict=True):
        inside = [pair for pair in found if least <= pair[1].confidence < most]
        if not inside:
            continue
        yield Bin(
            least,
            min(most, 1.0),
            len(inside),
            _mean([kind.confidence for _, kind in inside]),
            _mean([label.type == kind.type for label, kind in inside]),
            _mean([label.accepts(kind.type) for label, kind in inside]),
        )


def _mean(numbers: Sequence[float]) -> float:
    return round(sum(numbers) / len(numbers), 4)


def _confusions(pairs: Sequence[tuple[str, str]]) -> list[Confusion]:
    """The most frequent ones first."""
    wrong = Counter(pair for pair in pairs if pair[0] != pair[1])
    ordered = sorted(wrong.items(), key=lambda each: (-each[1], each[0]))
    return [Confusion(*pair, n) for pair, n in ordered[:_MOST_CONFUSIONS]]
