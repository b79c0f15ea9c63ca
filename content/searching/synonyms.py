"""The synonyms that are shipped, and what becomes of them beside a site's own.

The file says one group a line: `a, b, c` mean the same, the preferred one first; `a, b => c, d`
goes one way, so that who asks for `a` is also given what says `c`. What follows a `#` is a remark.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Final

from content.searching.vocabulary import Group, key_of

_FILE: Final = "synonyms.txt"
_ONE_WAY: Final = "=>"


@lru_cache(maxsize=1)
def shipped() -> tuple[Group, ...]:
    """The groups that Dermis comes with, in the order of the file."""
    text = files("content.searching").joinpath(_FILE).read_text(encoding="utf-8")
    return tuple(groups_of(text))


def groups_of(text: str) -> list[Group]:
    """The groups that a text in the format of the file says."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [_group(line) for line in lines if line]


def in_force(own: Iterable[Group]) -> list[Group]:
    """A site's groups, and those shipped ones that it has not replaced."""
    site = list(own)
    replaced = {key_of(group.expressions[0]) for group in site}
    return [*site, *(each for each in shipped() if key_of(each.expressions[0]) not in replaced)]


def _group(line: str) -> Group:
    expressions, _, meanings = line.partition(_ONE_WAY)
    return Group(_listed(expressions), _listed(meanings))


def _listed(text: str) -> tuple[str, ...]:
    listed: Sequence[str] = [each.strip() for each in text.split(",")]
    return tuple(each for each in listed if each)
