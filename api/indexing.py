"""The search index that the settings ask for."""

from api.settings import POSTGRES, Settings
from content.searching import SearchIndex
from content.searching.postgres_index import PostgresIndex
from content.searching.whoosh_index import WhooshIndex


def index_of(settings: Settings) -> SearchIndex:
    """The index, not yet opened: whatever is wrong with it is said when it is used."""
    if settings.search == POSTGRES:
        return PostgresIndex(settings.database_url)
    return WhooshIndex(settings.home / "index")
