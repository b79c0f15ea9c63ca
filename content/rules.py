"""The rules of a house: what a site decides about its editors' work, read once at start."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Rules:
    """What a site has decided.

    `review_required`: nothing goes live that no reviewer has signed. A review holds for
    `review_lasts` unless it says otherwise, and is due `due_before` its end. What was deleted is
    kept for `trash_lasts`. A session is over once it was not used for `session_idles`.
    """

    review_required: bool = False
    review_lasts: timedelta = timedelta(days=365)
    due_before: timedelta = timedelta(days=30)
    trash_lasts: timedelta = timedelta(days=30)
    session_idles: timedelta = timedelta(hours=12)
