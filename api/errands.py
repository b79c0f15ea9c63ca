"""The errands of a site: what `dermis worker` looks after, beside whatever answers requests."""

from collections.abc import Sequence

from api.settings import Settings
from content.errands import Errand
from content.firing import Schedules
from content.library import Library


def errands_of(settings: Settings, library: Library) -> Sequence[Errand]:
    """Every errand of the library; each is run in a thread of its own."""
    return (Schedules(library),)
