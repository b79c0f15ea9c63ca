"""Commands around people: the first admin of a site comes from here."""

from collections.abc import Sequence

import click

from api.cli.configuring import read_settings
from api.cli.opening import opened, operator
from content import staffing
from content.authorising import Role
from content.staffing import Person


@click.group()
def user() -> None:
    """People who work on the library."""


@user.command("create")
@click.option("--email", required=True, help="Where they are reached, and sign in as.")
@click.option("--name", required=True, help="As readers see it under a review.")
@click.option(
    "--role", "roles", multiple=True, required=True, help=f"{', '.join(Role)}; several if need be."
)
@click.option("--credentials", help="The qualification that they sign reviews with.")
@click.argument("more_roles", nargs=-1, metavar="[ROLE]...")
def create_user(
    email: str,
    name: str,
    roles: Sequence[str],
    credentials: str | None,
    more_roles: Sequence[str],
) -> None:
    """Create an account and print its invitation, alone, this once.

    Within three days it sets the password, at POST /api/v1/admin/invitations/accept.
    """
    person = Person(email, name, [*roles, *more_roles], credentials)
    with opened(read_settings()) as library, library.writing(operator()) as work:
        secret = staffing.create_user(work, person).secret
    click.echo(secret)


@user.command("invite")
@click.argument("email")
def invite_user(email: str) -> None:
    """Print a new invitation for whoever has that EMAIL, such as after a forgotten password."""
    with opened(read_settings()) as library, library.writing(operator()) as work:
        found = staffing.user_at(work.session, email)
        secret = staffing.invite(work, found.id).secret
    click.echo(secret)
