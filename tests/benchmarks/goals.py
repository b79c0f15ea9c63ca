"""The figures that are aimed at, and whether they were met."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from tests.benchmarks.comparing import Borne, Comparison
from tests.benchmarks.disturbing import RATE, Disturbed
from tests.benchmarks.growth import Grown
from tests.benchmarks.querying import Compared
from tests.benchmarks.rivals import OTHERS, SYSTEMS
from tests.benchmarks.works import (
    ARTICLE,
    CHANGES,
    COMPRESSED,
    HUB,
    LISTED,
    NOT_MODIFIED,
    QUESTIONS,
    SEARCH,
    SECTION,
    TYPED,
)

WARM: Final = "Dermis"
COLD: Final = "Dermis, no cache"
BARE: Final = "bare WSGI"
FLASK: Final = "constant Flask"

_WARM_GOALS: Final[Mapping[str, float | None]] = {
    ARTICLE: 0.75,
    LISTED: 0.75,
    TYPED: 0.75,
    QUESTIONS: 0.75,
    HUB: 0.75,
    NOT_MODIFIED: 0.9,
    SEARCH: 0.7,
    COMPRESSED: None,
    SECTION: None,
    CHANGES: None,
}
_COLD_WORKS: Final = (ARTICLE, SECTION, LISTED, TYPED, QUESTIONS, CHANGES)
_COLD_GOAL: Final = 0.4
_TIMES_RIVAL: Final = 100
_QUERY_GOAL: Final = 1.0
_SEARCHES_GOAL: Final = 200.0
_DISTURBED_GOAL: Final = 2.0
_MOST_OF: Final = 0.9
_GROWTH_GOALS: Final = {"warm": 1.0, "cold": 1.2}
_NOISE: Final = 0.05
# By which two measurements of one thing differ on a machine that others use as well.


class Figure(NamedTuple):
    """One measured figure with its goal, None where there is none."""

    name: str
    measured: float
    goal: float | None
    at_most: bool = False
    unit: str = ""
    noise: float = 0.0

    @property
    def met(self) -> bool | None:
        """Whether it is as good as its goal, or worse by no more than noise."""
        if self.goal is None:
            return None
        if self.at_most:
            return self.measured <= self.goal * (1 + self.noise)
        return self.measured >= self.goal * (1 - self.noise)


def reading_figures(compared: Comparison) -> Iterator[Figure]:
    """Shares of the limits, by the processor time of an answer, and times the fastest rival."""
    for work, goal in _WARM_GOALS.items():
        yield from _shares(f"{work}, warm: share of bare WSGI", compared, work, (BARE, WARM), goal)
    for work in _COLD_WORKS:
        name = f"{work}, cold: share of constant Flask"
        yield from _shares(name, compared, work, (FLASK, COLD), _COLD_GOAL)
    for work in (ARTICLE, LISTED, TYPED):
        yield from _against_rivals(compared, work)


def disturbed_figures(name: str, disturbed: Disturbed) -> Iterator[Figure]:
    """How much slower the slow answers are while much is published."""
    times = disturbed.disturbed.p99 / disturbed.idle.p99
    told = f"{name}, p99 with {disturbed.published:.1f} publications/s: times idle"
    # Where the machine leaves no time to publish as often, nothing is said of the goal.
    goal = _DISTURBED_GOAL if disturbed.published > _MOST_OF * RATE else None
    yield Figure(told, times, goal, at_most=True)


def growth_figures(grown: Grown) -> Iterator[Figure]:
    """What an answer costs in the largest library, against the smallest."""
    for state, by_size in (("warm", grown.warm), ("cold", grown.cold)):
        least, most = min(by_size), max(by_size)
        for work in grown.works:
            times = by_size[most][work].processor / by_size[least][work].processor
            name = f"{work}, {state}: {most:,} articles against {least:,}"
            yield Figure(name, times, _GROWTH_GOALS[state], at_most=True, noise=_NOISE)


def query_figures(compared: Iterable[Compared]) -> Iterator[Figure]:
    """What our queries take against SQLite's."""
    for each in compared:
        name = f"{each.words} {'word' if each.words == 1 else 'words'}: times FTS5"
        yield Figure(f"{name}, ranked", each.ranked.times, _QUERY_GOAL, at_most=True)
        told = f"{name}, 20 highlights"
        yield Figure(told, each.highlighted.times, _QUERY_GOAL, at_most=True)


def search_figures(compared: Comparison, work: str) -> Iterator[Figure]:
    """Searches served: cold ones a second, and warm ones against the limit."""
    yield Figure(f"{work}, cold: requests/s", compared[work, COLD].rate, _SEARCHES_GOAL)
    name = f"{work}, warm: share of bare WSGI"
    yield from _shares(name, compared, work, (BARE, WARM), _WARM_GOALS[work])
    for other in OTHERS:
        if (work, other) in compared:
            times = compared[work, other].processor / compared[work, COLD].processor
            yield Figure(f"{work}, cold: times {other}", times, None)


def print_goals(figures: Iterable[Figure]) -> None:
    """Every figure beside its goal."""
    rows = [("figure", "measured", "goal", "")]
    rows += [
        (each.name, _shown(each, each.measured), _goal(each), _verdict(each)) for each in figures
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, measured, goal, verdict in rows:
        numbers = f"{measured:>{widths[1]}}  {goal:>{widths[2]}}"
        print(f"{name:{widths[0]}}  {numbers}  {verdict}".rstrip())


def _shares(
    name: str, compared: Comparison, work: str, servers: tuple[str, str], goal: float | None
) -> Iterator[Figure]:
    limit, ours = (compared.get((work, server)) for server in servers)
    if limit and ours:
        yield Figure(name, limit.processor / ours.processor, goal)


def _against_rivals(compared: Comparison, work: str) -> Iterator[Figure]:
    theirs = {name: compared[work, name] for name in SYSTEMS if (work, name) in compared}
    if theirs:
        name, fastest = min(theirs.items(), key=_cost)
        times = fastest.processor / compared[work, WARM].processor
        yield Figure(f"{work}, warm: times {name}", times, _TIMES_RIVAL)


def _cost(each: tuple[str, Borne]) -> float:
    return each[1].processor


def _goal(figure: Figure) -> str:
    if figure.goal is None:
        return "–"
    return ("≤ " if figure.at_most else "≥ ") + _shown(figure, figure.goal)


def _shown(figure: Figure, value: float) -> str:
    digits = 0 if abs(value) >= 100 else 2
    return f"{value:,.{digits}f}{figure.unit}"


def _verdict(figure: Figure) -> str:
    return {True: "met", False: "missed", None: ""}[figure.met]
