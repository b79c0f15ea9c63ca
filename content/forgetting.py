"""The errand that forgets what has ended: sessions, invitations, sign-ins elsewhere, links.

None of them lets anybody in any more; what became of them is in the audit.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, exists, or_, select

from content import signing_in, throttling
from content.library import Actor, Library
from content.models import Preview, now
from content.people import Invitation, SpentState, Throttle, UserSession

PREVIEWS_KEPT: Final = timedelta(days=90)
"""For so long editors see of a link to a preview that it has ended, and who had it."""

_FORGETTER: Final = Actor("dermis (what has ended)", publishes=False)


class WhatHasEnded:
    """Forgets sessions, invitations, throttles and links to previews in time."""

    name = "what has ended"

    def __init__(self, library: Library) -> None:
        self._library = library

    def run(self) -> bool:
        """Forget it all; there is then nothing left to do for now."""
        with self._library.reading() as session:
            found = any(session.scalar(select(exists().where(ended))) for _, ended in _ended(now()))
        if found:
            with self._library.writing(_FORGETTER) as work:
                for table, ended in _ended(work.at):
                    work.session.execute(delete(table).where(ended))
        return False


def _ended(at: datetime) -> Iterator[tuple[type, ColumnElement[bool]]]:
    """What is stored of each kind that has ended by then."""
    yield UserSession, signing_in.is_over(at)
    yield Invitation, Invitation.expires_at <= at
    yield SpentState, SpentState.expires_at <= at
    yield Throttle, throttling.no_longer_counts(at)
    ended = (Preview.expires_at, Preview.revoked_at)
    yield Preview, or_(*(each <= at - PREVIEWS_KEPT for each in ended))
