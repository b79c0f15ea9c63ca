"""Killing whoever fires schedules, at moments that nobody chose.

`python -m tests.content.firing --times 500` does it in a library of its own, and says what was
lost, done twice or done in part: nothing, or the exit status is 1. It tells as well how late all
was done, which is that of the code only on a machine that has nothing else to do.
"""

import argparse
import os
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content import releasing, scheduling
from content.agenda import Action, ReleaseItem, Schedule, ScheduleState
from content.errands import attend
from content.firing import Schedules
from content.library import Library
from content.models import Article, AuditEntry, Change
from content.releasing import ItemWish
from content.scheduling import Time
from migrations import upgrading
from tests.building import EDITOR, a_draft

_WORKERS: Final = 2
_LOOK_SECONDS: Final = 0.5
_LONGEST_LIFE: Final = 0.8
_LONGEST_GAP: Final = 0.4
_ARTICLES_OF_A_RELEASE: Final = 3
_PATIENCE: Final = 60.0


@dataclass
class Outcome:
    """How many kills there were, what was done meanwhile, and what went wrong."""

    kills: int
    done: Counter[str] = field(default_factory=Counter)
    lateness: list[float] = field(default_factory=list)
    """Of each schedule in seconds, without the time for which nobody was there to do it."""
    lost: int = 0
    twice: int = 0
    torn: int = 0
    """How often a part of a release was seen without the rest."""

    @property
    def unharmed(self) -> bool:
        """Whether all of it was done, once and whole."""
        return not (self.lost or self.twice or self.torn)


class Agency:
    """Workers that are killed time and again, and an editor who goes on scheduling."""

    def __init__(self, library: Library, random: Random) -> None:
        self._library = library
        self._random = random
        self._workers: list[int] = []
        self._deserted: list[tuple[datetime, datetime]] = []
        self._number = 0

    def run(self, times: int) -> Outcome:
        """Kill so many workers; the outcome, once everything has had its time."""
        outcome = Outcome(times)
        try:
            for kill in range(times):
                self._fill_up()
                self._plan()
                time.sleep(self._random.uniform(0.0, _LONGEST_LIFE))
                self._kill_one()
                if kill % 10 == 9:
                    self._desert()
                if kill % 5 == 0:
                    outcome.torn += self._torn()
            self._fill_up()
            self._wait_for_the_rest()
        finally:
            while self._workers:
                self._kill_one()
        self._examine(outcome)
        return outcome

    def _plan(self) -> None:
        """Put one or two things on the agenda, due about when somebody will be killed."""
        for _ in range(self._random.randint(1, 2)):
            if self._random.random() < 0.2:
                self._plan_release()
            else:
                self._plan_publication()

    def _plan_publication(self) -> None:
        """Of an article, which every third time is to go again at once."""
        article = self._draft()
        with self._library.writing(EDITOR) as work:
            due = self._soon()
            scheduling.schedule(work, article.id, None, Action.PUBLISH, _time(due))
            if self._number % 3 == 0:
                end = _time(due + timedelta(milliseconds=50))
                scheduling.schedule(work, article.id, None, Action.WITHDRAW, end, reason="Over.")

    def _plan_release(self) -> None:
        wishes = [ItemWish(self._draft().id) for _ in range(_ARTICLES_OF_A_RELEASE)]
        with self._library.writing(EDITOR) as work:
            release = releasing.create_release(work, f"Release {self._number}", items=wishes)
            releasing.schedule_release(work, release.id, None, _time(self._soon()))

    def _soon(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._random.uniform(0.3, 1.0))

    def _draft(self) -> Article:
        self._number += 1
        return a_draft(self._library, f"Title {self._number}")

    def _fill_up(self) -> None:
        # No connection may be open in two processes.
        self._library.close()
        while len(self._workers) < _WORKERS:
            pid = os.fork()
            if pid == 0:
                try:
                    library = Library(self._library.url)
                    attend(Schedules(library), threading.Event(), _LOOK_SECONDS)
                finally:
                    os._exit(1)
            self._workers.append(pid)

    def _kill_one(self) -> None:
        pid = self._workers.pop(self._random.randrange(len(self._workers)))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)

    def _desert(self) -> None:
        """Leave nobody alive for a while."""
        while self._workers:
            self._kill_one()
        begin = datetime.now(UTC)
        self._plan()
        time.sleep(self._random.uniform(0.0, _LONGEST_GAP))
        self._deserted.append((begin, datetime.now(UTC)))

    def _torn(self) -> int:
        """How many releases readers see a part of, in one snapshot."""
        live = func.count(Article.live_id)
        statement = (
            select(ReleaseItem.release_id)
            .join(Article, Article.id == ReleaseItem.article_id)
            .group_by(ReleaseItem.release_id)
            .having(live.not_in([0, _ARTICLES_OF_A_RELEASE]))
        )
        with self._library.reading() as session:
            return len(session.scalars(statement).all())

    def _wait_for_the_rest(self) -> None:
        until = time.monotonic() + _PATIENCE
        pending = select(func.count()).where(Schedule.state == ScheduleState.PENDING)
        while time.monotonic() < until:
            with self._library.reading() as session:
                if not session.scalar(pending):
                    return
            time.sleep(0.1)

    def _examine(self, outcome: Outcome) -> None:
        """Compare what was planned with the log, which has an entry for each thing done once."""
        meant = Counter[str]()
        with self._library.reading() as session:
            fired = _fired(session)
            for each in session.scalars(select(Schedule)):
                outcome.done[each.action if each.article_id else "release"] += 1
                outcome.lost += each.state != ScheduleState.DONE
                outcome.twice += fired[each.id] > 1
                outcome.lateness.append(self._late(each))
                article_ids = _article_ids(each)
                meant.update(article_ids)
                outcome.torn += each.release is not None and _numbers(session, article_ids) != 1
            logged = Counter(session.scalars(select(Change.article_id)))
        outcome.twice += (logged - meant).total()
        outcome.lost += (meant - logged).total()
        outcome.torn += self._torn()

    def _late(self, schedule: Schedule) -> float:
        due, ended = schedule.due_at, schedule.ended_at or datetime.now(UTC)
        deserted = (
            (min(ended, end) - max(due, begin)).total_seconds() for begin, end in self._deserted
        )
        away = sum(max(0.0, seconds) for seconds in deserted)
        return max(0.0, (ended - due).total_seconds() - away)


def fire_and_kill(times: int, library: Library, random: Random) -> Outcome:
    """Kill so many workers while schedules come due; the outcome, once all had its time.

    Call it in a process of one thread: workers are forked.
    """
    return Agency(library, random).run(times)


def _time(instant: datetime) -> Time:
    return Time(instant.isoformat(), "UTC")


def _article_ids(schedule: Schedule) -> list[str]:
    if schedule.release is None:
        return [schedule.article_id or ""]
    return [item.article_id for item in schedule.release.items]


def _fired(session: Session) -> Counter[str]:
    """How often each schedule was fired, as the audit has it."""
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "fire_schedule"))
    return Counter(each.detail["schedule"] for each in entries)


def _numbers(session: Session, article_ids: list[str]) -> int:
    """How many numbers of the log the articles have among them."""
    numbers = select(Change.sequence).where(Change.article_id.in_(article_ids)).distinct()
    return len(session.scalars(numbers).all())


def _migrated(url: str) -> Library:
    library = Library(url)
    with library.migrating() as connection:
        upgrading.upgrade(connection)
    return library


def main() -> None:
    """Kill, and report."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--times", type=int, default=500)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--url", help="Of an empty database; else a SQLite file is made.")
    parser.add_argument("--within", type=float, help="Seconds late at the most, or it has failed.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        library = _migrated(options.url or f"sqlite:///{Path(place) / 'library.db'}")
        outcome = fire_and_kill(options.times, library, Random(options.seed))
        library.close()
    done = ", ".join(f"{what} {number}" for what, number in outcome.done.most_common())
    parts = quantiles(outcome.lateness, n=100)
    print(
        f"{outcome.kills} restarts of {_WORKERS} workers, {len(outcome.lateness)} schedules: {done}"
    )
    print(f"lost: {outcome.lost}, done twice: {outcome.twice}, releases torn: {outcome.torn}")
    print(
        f"seconds late while a worker was alive: p50 {parts[49]:.2f}, p90 {parts[89]:.2f}, "
        f"p99 {parts[98]:.2f}, most {max(outcome.lateness):.2f}"
    )
    late = options.within is not None and max(outcome.lateness) > options.within
    sys.exit(late or not outcome.unharmed)


if __name__ == "__main__":
    main()
