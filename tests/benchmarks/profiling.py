"""`python -m tests.benchmarks.profiling WORK`: where the time of an answer goes, by function.

One work is asked of the application in this process, without any server, under the profiler: with
the cache, when every answer was given before, and without it. The times are those of a profiled
process, several times what they are otherwise: it is their shares that tell.
"""

import argparse
import cProfile
import pstats
import shutil
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final, NamedTuple

from content.library import Library
from tests.benchmarks.asking import Request
from tests.benchmarks.growth import WITHOUT_CACHE
from tests.benchmarks.in_process import Application, application, environment
from tests.benchmarks.keeping import filled_articles, kept_library
from tests.benchmarks.works import ARTICLE, Work, works

_ANSWERS: Final = 1_000
_ORDERS: Final = ("tottime", "cumulative")


class Profiled(NamedTuple):
    """Microseconds of an answer without the profiler, and what it found."""

    microseconds: float
    profile: cProfile.Profile


def main() -> None:
    """Profile one work."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="dermis-profile-") as directory:
        workplace = Path(directory)
        kept = kept_library(options.libraries or workplace, options.articles, options.articles)
        for name, settings in (("warm", {}), ("cold", WITHOUT_CACHE)):
            home = workplace / name
            home.mkdir()
            shutil.copy(kept, home / "library.db")
            profiled = _profile_in(home, settings, options.work, options.answers)
            print(f"{options.work}, {name}: {profiled.microseconds:,.0f} µs an answer unprofiled")
            for order in _ORDERS:
                pstats.Stats(profiled.profile).strip_dirs().sort_stats(order).print_stats(
                    options.functions
                )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.profiling", description=main.__doc__
    )
    parser.add_argument("work", nargs="?", default=ARTICLE, help=f"such as '{ARTICLE}' (default)")
    parser.add_argument("--articles", type=int, default=2_000, help="(default 2000)")
    parser.add_argument("--answers", type=int, default=_ANSWERS, help=f"(default {_ANSWERS})")
    parser.add_argument("--functions", type=int, default=25, help="that are listed (default 25)")
    parser.add_argument("--libraries", type=Path, help="directory to keep the library in")
    return parser.parse_args()


def _profile_in(home: Path, settings: Mapping[str, str], name: str, answers: int) -> Profiled:
    with application(home, settings) as app:
        work = _work(name, works(app, _slugs(home), searching=False))
        return _profile(app, work.requests, answers)


def _profile(app: Application, requests: Sequence[Request], answers: int) -> Profiled:
    environments = [environment(each) for each in islice(cycle(requests), answers)]
    _answer_all(app, environments)
    begun = time.process_time()
    _answer_all(app, environments)
    spent = time.process_time() - begun
    profile = cProfile.Profile()
    profile.runcall(_answer_all, app, environments)
    return Profiled(spent / answers * 1e6, profile)


def _answer_all(app: Application, environments: Iterable[Mapping[str, Any]]) -> None:
    for each in environments:
        app.answer(each)


def _work(name: str, found: Sequence[Work]) -> Work:
    for each in found:
        if each.name == name:
            return each
    names = ", ".join(f"'{each.name}'" for each in found)
    raise SystemExit(f"There is no work '{name}'; there are {names}.")


def _slugs(home: Path) -> list[str]:
    library = Library(f"sqlite:///{home / 'library.db'}")
    found = [each.slug for each in filled_articles(library, 2_000)]
    library.close()
    return found


if __name__ == "__main__":
    main()
