"""Reviews, and how fresh one is."""

from enum import StrEnum

from content.models import Outcome, Review

__all__ = ["Freshness", "Outcome", "Review"]


class Freshness(StrEnum):
    """Whether what readers see is signed: derived whenever it is asked for, never stored."""

    NEVER = "never"
    """No text of the article was ever signed."""
    CURRENT = "current"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    """This text was signed, and the signature has expired."""
    INVALIDATED = "invalidated"
    """Another text of the article was signed: the clinical one has changed since."""
