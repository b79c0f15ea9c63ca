"""Fixtures of the tests of the version."""

import shutil
from pathlib import Path

import pytest

from api.cli.batching import Wishes
from api.cli.importing import import_all
from api.cli.preparing import samples
from api.settings import Settings
from content import reading
from content.library import Library
from content.published import PageRequest, PublishedArticle


@pytest.fixture(scope="session")
def sample_articles(
    migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> list[PublishedArticle]:
    """The articles of the demo as readers get them in HTML, through the real import."""
    home = tmp_path_factory.mktemp("demo")
    shutil.copy(migrated, home / "library.db")
    settings = Settings(home=home, database_url=f"sqlite:///{home / 'library.db'}")
    library = Library(settings.database_url)
    import_all(
        library,
        settings,
        samples(),
        Wishes("en", None, publish=True, dry_run=False, again=False),
        show=False,
    )
    with library.reading() as session:
        found = reading.articles(session, reading.Filter(), PageRequest(100), with_sections=True)
    library.close()
    return found.items
