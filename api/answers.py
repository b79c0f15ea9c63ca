"""Finished answers: what a delivery route says, with all that goes with it, made once.

An answer is the same for everybody. It is kept in each content coding that was asked for, and
with the headers of a 200 and of a 304, so that sending it again costs next to nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

from werkzeug.http import http_date

from api.caching import entity_tag
from api.coding import Coding, encoded, worth
from content.observations import Observation
from content.scopes import Scope

ANSWER: Final = "dermis.answer"
"""Where in the WSGI environment a view leaves its finished answer."""

SPELLING: Final = "dermis.spelling"
"""Where it finds how the question was spelt."""

Header = tuple[str, str]

_ONLY_WITH_BODY: Final = frozenset(
    {
        *("Content-Type", "Content-Length", "Content-Encoding", "Content-Language"),
        "Last-Modified",
    }
)
# What a 304 with an entity tag need not repeat (RFC 9110, section 15.4.5).

_OVERHEAD: Final = 1_200
# What the headers and the objects of one form take in memory, in bytes, measured and rounded up.

_ARTICLE_BYTES: Final = 150
# The same for the id of an article.


class Form(NamedTuple):
    """An answer in one coding: its entity tag as it is sent, its headers, and its body."""

    tag: str
    headers: list[Header]
    unchanged: list[Header]
    """The headers of a 304."""
    body: bytes


@dataclass(slots=True, eq=False)
class Answer:
    """What is answered to one question, and what that depends on.

    `key` is the question in its one spelling; `sequence` the point of the log that it was read
    at. `articles` are the ids of those that it shows or that decide on its end, `scopes` say what
    else could change it; without either it never changes. `lasting` is False for what must not be
    kept, because something that it was made from lags behind the library; `pinned` is True for
    what was read at a chosen point. `expires` is when that can no longer be read, or when what an
    index said is to be asked anew. `observed` is what is counted each time that it is sent;
    `lifetime` takes the place of the usual one.
    """

    key: str
    body: bytes
    media_type: str
    sequence: int
    headers: Sequence[Header]
    articles: frozenset[str] = frozenset()
    scopes: tuple[Scope, ...] = ()
    lasting: bool = True
    pinned: bool = False
    expires: datetime | None = None
    observed: Observation | None = None
    lifetime: Header | None = None
    tag: str = ""
    _forms: dict[Coding, Form] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # What wrote it may have left room behind it, as much again as it takes (orjson does).
        self.body = bytes(memoryview(self.body))
        self.tag = entity_tag(self.body)

    @property
    def is_empty(self) -> bool:
        """Whether it says that there is nothing to say: a 204."""
        return not self.body

    @property
    def size(self) -> int:
        """What it takes in memory without any coding, in bytes."""
        headers = sum(len(value) for _, value in self.headers)
        return len(self.body) + headers + _ARTICLE_BYTES * len(self.articles) + _OVERHEAD

    def form(self, coding: Coding) -> Form | None:
        """The answer in that coding, if it was brought into it before."""
        return self._forms.get(coding)

    def make_form(self, coding: Coding) -> tuple[Form, int]:
        """Bring the answer into that coding; the form, and the bytes that it adds.

        What does not get smaller is sent as it is, whatever was asked for.
        """
        packed = self.body
        if coding is not Coding.IDENTITY and worth(len(self.body), self.media_type):
            packed = encoded(self.body, coding)
        plain = len(packed) >= len(self.body)
        form = self._form(self.body, Coding.IDENTITY) if plain else self._form(packed, coding)
        self._forms[coding] = form
        return form, (0 if plain else len(packed)) + _OVERHEAD

    def _form(self, body: bytes, coding: Coding) -> Form:
        # A strong entity tag means these very bytes, so that each coding has its own (RFC 9110).
        if self.is_empty:
            return Form("", list(self.headers), list(self.headers), b"")
        plain = coding is Coding.IDENTITY
        tag = f'"{self.tag}"' if plain else f'"{self.tag}-{coding}"'
        headers = [
            ("Content-Type", self.media_type),
            ("Content-Length", str(len(body))),
            *([] if plain else [("Content-Encoding", str(coding))]),
            ("ETag", tag),
            ("Accept-Ranges", "none"),
            *self.headers,
        ]
        unchanged = [each for each in headers if each[0] not in _ONLY_WITH_BODY]
        return Form(tag, headers, unchanged, body)


def validators(*, modified: datetime | None, tags: Iterable[str]) -> list[Header]:
    """What caches beyond us need: a date, and tags to purge by; how long they may keep it is said
    when it is sent.
    """
    ordered = sorted(set(tags))
    return [
        *([("Last-Modified", http_date(modified))] if modified else []),
        ("Surrogate-Key", " ".join(ordered)),
        ("Cache-Tag", ",".join(ordered)),
    ]
