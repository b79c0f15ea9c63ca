"""Importing many files: each in units of work of its own, what was imported before left out."""

import logging
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from typing import Final

from api.cli.gathering import SourceFile
from api.cli.opening import operator
from api.cli.reports import Report, counts_of
from api.settings import Settings
from content import filing, publishing
from content.errors import DermisError, Refused
from content.importing import committing, decoding
from content.importing.decoding import Decoded
from content.importing.proposals import Proposal, SourceFormat
from content.importing.proposing import Knowledge
from content.library import Library
from content.models import Article

_FILE_EVERY: Final = 50
# Files between two times that the library is filed for comparing: each costs a unit of work.

log = logging.getLogger(__name__)

Propose = Callable[[Decoded, str, SourceFormat | None], "Future[Proposal]"]


@dataclass(frozen=True, slots=True)
class Wishes:
    """How the files are to be imported; `jobs` is the number of processes that read them."""

    locale: str
    source_format: SourceFormat | None
    publish: bool
    dry_run: bool
    again: bool
    jobs: int = 1


@dataclass(slots=True)
class Started:
    """A file on its way: either its proposal is being made, or its report is there already."""

    report: Report
    future: "Future[Proposal] | None" = None


def import_each(
    library: Library, settings: Settings, sources: Sequence[SourceFile], wishes: Wishes
) -> Generator[tuple[Report, Proposal | None], None, None]:
    """Import files one by one, in order; of each a report, and the proposal where one was made.

    A file that cannot be imported is reported and does not stop the others. Whoever stops
    asking leaves no file half imported.
    """
    with library.reading() as session:
        known = committing.knowledge(session, wishes.locale)
    batch = Batch(library, settings, wishes)
    waiting: deque[Started] = deque()
    with _proposers(known, wishes.jobs) as propose:
        for number, source in enumerate(sources):
            if number % _FILE_EVERY == 0:
                filing.catch_up(library)
            waiting.append(batch.start(source, propose))
            if len(waiting) >= 2 * wishes.jobs - 1:
                yield batch.finish(waiting.popleft())
        while waiting:
            yield batch.finish(waiting.popleft())


@dataclass(frozen=True, slots=True)
class Batch:
    """Where the files go, and how."""

    library: Library
    settings: Settings
    wishes: Wishes

    def start(self, source: SourceFile, propose: Propose) -> Started:
        """Look whether the file is new, and have its proposal made if it is."""
        report = Report(source.name, "proposed")
        try:
            limit = self.settings.max_bytes
            decoded = decoding.decode(source.read(limit), limit)
            if self._is_known(report, decoded.text):
                return Started(report)
            return Started(report, propose(decoded, source.name, self.wishes.source_format))
        except (Refused, OSError) as error:
            return Started(_refused(report, error))

    def finish(self, started: Started) -> tuple[Report, Proposal | None]:
        """Store what was proposed, unless it was only to be shown."""
        report, proposal = started.report, None
        if started.future is not None:
            try:
                proposal = _result(started.future)
                report.counts = counts_of(proposal)
                self._store(report, proposal)
            except Refused as error:
                _refused(report, error)
            except _Broken as error:
                report.status, report.reasons = "failed", [str(error)]
        return report, proposal

    def _is_known(self, report: Report, source: str) -> bool:
        """Whether the very same source was imported before; then its articles are reported."""
        if self.wishes.dry_run or self.wishes.again:
            return False
        with self.library.reading() as session:
            before = committing.committed_before(session, source)
            if before is None:
                return False
            articles = committing.committed_articles(session, before)
            report.status, report.proposal_id = "imported before", before.id
            self._tell(report, articles)
        self._publish(report, articles)
        return True

    def _store(self, report: Report, proposal: Proposal) -> None:
        with self.library.reading() as session:
            committing.compare(session, list(proposal.sections), self.wishes.locale)
        if self.wishes.dry_run:
            return
        with self.library.writing(operator()) as work:
            committing.claim_source(work, proposal.source)
            # Another import, or an equal file of this one, may have come first.
            before = committing.committed_before(work.session, proposal.source)
            if before is None or self.wishes.again:
                stored = committing.keep(
                    work, proposal, locale=self.wishes.locale, filename=report.file
                )
                report.status, report.proposal_id = "imported", stored.id
            else:
                report.status, report.proposal_id = "imported before", before.id
            articles = committing.commit(work, report.proposal_id, None)
        self._tell(report, articles)
        self._publish(report, articles)

    def _tell(self, report: Report, articles: Sequence[Article]) -> None:
        report.articles = [{"id": each.id, "slug": each.slug} for each in articles]

    def _publish(self, report: Report, articles: Sequence[Article]) -> None:
        """Publish what never was, each in a unit of work of its own; those refused stay drafts."""
        new = [each for each in articles if not each.first_published_at]
        if not self.wishes.publish or not new:
            return
        published = 0
        for article in new:
            try:
                with self.library.writing(operator()) as work:
                    publishing.publish(work, article.id, None)
                published += 1
            except Refused as error:
                report.reasons.append(f"'{article.slug}' stays a draft. {_details(error)}")
        report.status += f", {published} published"


class _Broken(Exception):
    """A document that this program could not read, and should have."""


def _result(future: "Future[Proposal]") -> Proposal:
    try:
        return future.result()
    except Refused:
        raise
    except BrokenProcessPool as error:
        raise DermisError(
            "A process that read documents was killed. The same command goes on from here."
        ) from error
    except Exception as error:
        # A fault of this program in one document must not stop thousands of others.
        log.exception("a document could not be read")
        raise _Broken(f"This program failed on it: {type(error).__name__}: {error}") from error


def _refused(report: Report, error: Refused | OSError) -> Report:
    report.status = "refused"
    if isinstance(error, Refused):
        report.reasons = [reason.detail for reason in error.reasons] or [str(error)]
    else:
        report.reasons = [f"It cannot be read: {error.strerror or error}."]
    return report


def _details(error: Refused) -> str:
    return " ".join([reason.detail for reason in error.reasons] or [str(error)])


@contextmanager
def _proposers(known: Knowledge, jobs: int) -> Iterator[Propose]:
    """What makes proposals: this process, or several."""
    if jobs == 1:
        yield lambda decoded, name, wanted: _done(known, decoded, name, wanted)
        return
    # Forked processes would share the connections to the database.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, context, initializer=_prepare, initargs=(known,))
    try:
        yield lambda decoded, name, wanted: pool.submit(_propose_here, decoded, name, wanted)
    finally:
        pool.shutdown(cancel_futures=True)


def _done(
    known: Knowledge, decoded: Decoded, name: str, wanted: SourceFormat | None
) -> "Future[Proposal]":
    future: Future[Proposal] = Future()
    try:
        found = committing.propose_decoded(decoded, known, filename=name, source_format=wanted)
        future.set_result(found)
    except Exception as error:
        future.set_exception(error)
    return future


_known: list[Knowledge] = []
# What a process that reads documents was given when it started.


def _prepare(known: Knowledge) -> None:
    """Make ready a process of the pool, which is stopped by the one that started it alone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _known[:] = [known]
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    """End when the process that started this one was killed, instead of waiting for ever."""
    parent.join()
    os.kill(os.getpid(), signal.SIGKILL)


def _propose_here(decoded: Decoded, name: str, wanted: SourceFormat | None) -> Proposal:
    return committing.propose_decoded(decoded, _known[0], filename=name, source_format=wanted)
