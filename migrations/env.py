"""What Alembic runs: on the connection that it is given, or on the one of `-x url=...`."""

from alembic import context
from sqlalchemy import Connection

from content.agenda import Schedule
from content.bulk import BulkChange
from content.history import SavedPoint
from content.library import Library
from content.models import Stored
from content.observations import SearchTally
from content.people import UserSession
from content.publications import Publication
from content.webhooks import Endpoint

BESIDE_THE_MODELS = (
    *(BulkChange, Schedule, SavedPoint, SearchTally),
    *(UserSession, Publication, Endpoint),
)
"""Of each other module that defines tables one: they are known once they are imported."""


def migrate(connection: Connection) -> None:
    """Run the chosen migrations; SQLite alters tables by copying them, hence the batches."""
    context.configure(
        connection=connection,
        target_metadata=Stored.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    library = Library(context.get_x_argument(as_dictionary=True)["url"])
    with library.migrating() as opened:
        migrate(opened)
    library.close()
