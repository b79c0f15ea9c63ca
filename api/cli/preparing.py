"""What a library may need before it is served: its schema, and samples for a demo."""

from contextlib import closing
from pathlib import Path
from typing import Final

from api.cli.batching import Wishes
from api.cli.importing import import_all
from api.cli.opening import opened
from api.cli.reports import show_reports
from api.indexing import index_of
from api.settings import Settings
from content import following, inspecting
from content.library import Library
from content.published import PageRequest

SAMPLES: Final = Path(__file__).parent.parent / "samples"


def prepare(settings: Settings, *, demo: bool) -> None:
    """Bring an embedded library to the schema of this version, and fill it if it is a demo.

    Raises `LibraryOutdated` when another database has not been migrated.
    """
    with opened(settings) as library:
        if demo:
            _fill(library, settings)


def samples() -> list[Path]:
    """The sample articles that come with Dermis."""
    return sorted(path for path in SAMPLES.iterdir() if path.suffix in {".md", ".txt", ".html"})


def _fill(library: Library, settings: Settings) -> None:
    with library.reading() as session:
        filled = inspecting.articles(session, inspecting.ArticleQuery(), PageRequest(1)).items
    if filled:
        return
    wishes = Wishes("en", None, publish=True, dry_run=False, again=False)
    show_reports(import_all(library, settings, samples(), wishes, show=True))
    # Search answers from the first request on, as a first visitor expects.
    with closing(index_of(settings)) as index:
        following.bring_up_to_date(library, index)
