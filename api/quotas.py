"""How many requests somebody may make in which time, and the fields that tell them."""

import math
import re
from dataclasses import dataclass
from typing import Final

HEADERS: Final = ("RateLimit-Policy", "RateLimit")
"""What tells one client of its own quota: to be left out of whatever is kept for others."""

_WRITTEN: Final = re.compile(r"([1-9][0-9]{0,8})/(second|minute|hour|day)")
_SECONDS: Final = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}


@dataclass(frozen=True, slots=True)
class Quota:
    """So many requests in a window of so many seconds, which begins with the first of them."""

    amount: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> "Quota":
        """The quota written as `100/minute`. Raises `ValueError` for what is written otherwise."""
        written = _WRITTEN.fullmatch(text)
        if written is None:
            raise ValueError(f"'{text}' is not a quota.")
        return cls(int(written[1]), _SECONDS[written[2]])


@dataclass(frozen=True, slots=True)
class Standing:
    """How much of a quota somebody has used, and the seconds until the window ends."""

    policy: str
    quota: Quota
    used: int
    left: float

    @property
    def exceeded(self) -> bool:
        """Whether this request was one too many."""
        return self.used > self.quota.amount

    @property
    def reset(self) -> int:
        """Whole seconds until there is a new window: at least 1, and never more than it lasts."""
        return min(max(1, math.ceil(self.left)), self.quota.seconds)

    def headers(self) -> tuple[tuple[str, str], ...]:
        """The two fields of draft-ietf-httpapi-ratelimit-headers, by name and value."""
        remaining = max(0, self.quota.amount - self.used)
        return (
            (HEADERS[0], f'"{self.policy}";q={self.quota.amount};w={self.quota.seconds}'),
            (HEADERS[1], f'"{self.policy}";r={remaining};t={self.reset}'),
        )
