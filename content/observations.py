"""What is known of how readers search: counts of queries by day, and of nobody who asked."""

from datetime import date
from typing import Final, Literal, NamedTuple

from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped, mapped_column

from content.models import Stored

MOST_CHARACTERS: Final = 100
"""Of a query that are kept."""

WITHHELD: Final = "(withheld)"
"""Stands for queries whose words may say who asked."""

OTHER: Final = "(other)"
"""Stands for queries that came when there was no room for more different ones."""

Outcome = Literal["found", "not_found", "clicked"]


class Observation(NamedTuple):
    """That somebody searched, or followed a hit; `locale` is "" where none was chosen."""

    query: str
    locale: str
    outcome: Outcome


class SearchTally(Stored):
    """How often a query was asked on a day (UTC), without a time, an address or anything else."""

    __tablename__ = "search_tally"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    query: Mapped[str] = mapped_column(String(MOST_CHARACTERS), primary_key=True)
    """As `observing.observation` folds it, or `WITHHELD`, or `OTHER`."""
    locale: Mapped[str] = mapped_column(String(35), primary_key=True)
    """The one that the search was narrowed to; "" if to none."""
    asked: Mapped[int]
    without_result: Mapped[int]
    clicked: Mapped[int]
