"""Passwords: which will do, and how they are kept."""

import argon2
import pytest

from content import passwords
from tests.building import PASSWORD, a_hash


def codes(password: str) -> list[str]:
    found = passwords.objections(
        password, "/password", email="ada.marsh@clinic.example", name="Ada Marsh"
    )
    return [reason.code for reason in found]


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "too_short"),
        ("k7!vQ2#mZ9x", "too_short"),
        ("a heron over the canal" * 50, "too_long"),
        ("password1234", "too_common"),
        ("Passw0rd!!!!", "too_common"),
        ("P@$$w0rd2026", "too_common"),
        ("qwertyuiop12", "too_common"),
        ("123456789012", "too_common"),
        ("aaaaaaaaaaaa", "too_common"),
        ("abababababab", "too_common"),
        ("Welcome2Dermis!", "too_common"),
        ("letmeinletmein", "too_common"),
        ("ada.marsh@clinic.example", "personal"),
        ("AdaMarsh2026!", "personal"),
        ("Marsh-Ada-1988", "personal"),
    ],
)
def test_what_anybody_would_try_will_not_do(password: str, code: str) -> None:
    assert codes(password) == [code]


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "four slow boats at dawn",
        "k7!vQ2#mZ9xw",
        "marsh herons wade slowly",
        "ключ под ковром",
    ],
)
def test_whatever_else_is_long_enough_will_do(password: str) -> None:
    assert codes(password) == []


def test_a_password_is_kept_as_an_argon2id_hash_of_its_own() -> None:
    kept = passwords.hashed(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in kept
    assert kept != passwords.hashed(PASSWORD)
    assert passwords.verified(kept, PASSWORD)
    assert not passwords.verified(kept, PASSWORD + " ")


def test_the_same_letters_are_the_same_password() -> None:
    assert passwords.verified(
        passwords.hashed("caf\u00e9 au lait, noir"), "cafe\u0301 au lait, noir"
    )


def test_who_has_no_password_is_compared_with_as_much_work_as_who_has() -> None:
    nobody = argon2.extract_parameters(passwords._NOBODY)
    assert nobody == argon2.extract_parameters(a_hash())
    assert not passwords.verified(None, PASSWORD)
    assert not passwords.verified("", PASSWORD)
    assert not passwords.verified("damaged", PASSWORD)


def test_a_hash_of_other_parameters_is_outdated() -> None:
    assert not passwords.outdated(a_hash())
    assert passwords.outdated(argon2.PasswordHasher(time_cost=1).hash(PASSWORD))
