"""Passwords: what they must be, and how they are kept, as Argon2id hashes (RFC 9106)."""

import re
import threading
from collections.abc import Iterator
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from content import texts
from content.errors import Reason

SHORTEST: Final = 12
LONGEST: Final = 1024
"""Characters; a person may use a whole sentence."""

_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# What OWASP advises at least. The library's own default costs five times as much, which turns a
# flood of sign-ins into one of work.

_AT_ONCE: Final = threading.BoundedSemaphore(4)
# Each hash holds 19 MiB, and a processor for a while.

_NOBODY: Final = f"$argon2id$v=19$m=19456,t=2,p=1${'A' * 22}${'A' * 43}"
# Compared with where there is no account, so that it costs the same time.

_COMMON: Final = (
    *("administrator", "password", "passwort", "qwertyuiop", "qwertzuiop", "asdfghjkl"),
    *("qwerty", "qwertz", "asdfgh", "zxcvbnm", "welcome", "letmein", "iloveyou", "changeme"),
    *("sunshine", "princess", "football", "baseball", "monkey", "dragon", "master", "secret"),
    *("superman", "trustno", "abcdefghijkl", "abcdef", "abc", "admin", "login", "dermis"),
    *("summer", "winter", "spring", "autumn", "test", "hello"),
)
_DIGITS: Final = str.maketrans("013457@$!", "oleastasi")
_REMAINDER: Final = 5
# Letters and digits that are left when the words above and runs of digits are taken out: fewer
# are no secret.
_FEWEST_DIFFERENT: Final = 5


def objections(password: str, pointer: str, *, email: str, name: str) -> Iterator[Reason]:
    """Why the person with that address and name may not have this password."""
    if len(password) < SHORTEST:
        yield Reason(pointer, "too_short", f"A password has at least {SHORTEST} characters.")
    elif len(password) > LONGEST:
        yield Reason(pointer, "too_long", f"A password has at most {LONGEST} characters.")
    elif _is_about(password, email, name):
        detail = "This is little more than your name or address: choose something else."
        yield Reason(pointer, "personal", detail)
    elif _is_common(password):
        detail = "This is among the first that anybody would try: choose several unrelated words."
        yield Reason(pointer, "too_common", detail)


def hashed(password: str) -> str:
    """The hash to keep, with its salt and parameters."""
    with _AT_ONCE:
        return _HASHER.hash(_one_form(password))


def verified(kept: str | None, password: str) -> bool:
    """Whether it is the password that was hashed; without a hash it is not, after the same work."""
    with _AT_ONCE:
        try:
            return _HASHER.verify(kept or _NOBODY, _one_form(password))
        except (VerificationError, InvalidHashError):
            return False


def outdated(kept: str) -> bool:
    """Whether it was hashed with other parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


def _one_form(password: str) -> str:
    """The same letters are typed as different characters on different keyboards."""
    return texts.composed(password)


def _is_about(password: str, email: str, name: str) -> bool:
    left = password.casefold()
    own = [email, email.partition("@")[0], *re.split(r"[@.]", email), name, *name.split()]
    for each in sorted({each.casefold() for each in own if len(each) > 2}, key=len, reverse=True):
        left = left.replace(each, "")
    return len(left) < len(password) and len(re.sub(r"[\W\d_]", "", left)) < _REMAINDER


def _is_common(password: str) -> bool:
    folded = password.casefold()
    if len(set(folded)) < _FEWEST_DIFFERENT:
        return True
    return any(_left_over(each) < _REMAINDER for each in (folded, folded.translate(_DIGITS)))


def _left_over(folded: str) -> int:
    for word in _COMMON:
        folded = folded.replace(word, "")
    return len(re.sub(r"[\W\d_]", "", folded))
