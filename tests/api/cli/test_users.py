"""People from the command line: how a fresh site gets its first admin."""

from content import authorising, signing_in, staffing
from content.library import Actor, Library
from tests.api.cli.conftest import Dermis
from tests.building import PASSWORD

VISITOR = Actor("a visitor", publishes=False)
ADA = ("--email", "ada@example.org", "--name", "Ada Marsh")


def comes_in(library: Library, secret: str) -> set[str]:
    """What somebody may do who accepts that invitation, and signs in."""
    staffing.accept_invitation(library, VISITOR, secret, PASSWORD)
    opened = signing_in.sign_in(library, VISITOR, "ada@example.org", PASSWORD)
    with library.reading() as session:
        return set(authorising.recognise(session, opened.secret).scopes)


def test_an_invitation_is_printed_alone(dermis: Dermis, shelf: Library) -> None:
    outcome = dermis("user", "create", *ADA, "--role", "admin")
    assert (outcome.status, outcome.err) == (0, "")
    assert comes_in(shelf, outcome.out.strip()) == {"read", "write", "review", "publish", "admin"}


def test_somebody_has_several_roles(dermis: Dermis, shelf: Library) -> None:
    outcome = dermis(
        "user", "create", *ADA, "--credentials", "FRCP", "--role", "author", "reviewer"
    )
    assert comes_in(shelf, outcome.out.strip()) == {"read", "write", "review"}
    with shelf.reading() as session:
        assert staffing.user_at(session, "ADA@example.org").credentials == "FRCP"


def test_an_unknown_role_is_one_clear_line(dermis: Dermis) -> None:
    outcome = dermis("user", "create", *ADA, "--role", "editor")
    assert (outcome.status, outcome.out) == (1, "")
    assert "'editor' is not a role" in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_who_forgot_the_password_is_invited_again(dermis: Dermis, shelf: Library) -> None:
    dermis("user", "create", *ADA, "--role", "author")
    outcome = dermis("user", "invite", "Ada@Example.org")
    assert comes_in(shelf, outcome.out.strip()) == {"read", "write"}
    unknown = dermis("user", "invite", "nobody@example.org")
    assert (unknown.status, unknown.out) == (1, "")
