"""The errands of a site: what `dermis worker` looks after, beside whatever answers requests."""

from collections.abc import Sequence

from api.settings import Settings
from content.discarding import EmptyTrash
from content.errands import Errand
from content.firing import Schedules
from content.library import Library
from content.repeating import ForgetKeys


def errands_of(settings: Settings, library: Library) -> Sequence[Errand]:
    """Every errand of the library; each is run in a thread of its own."""
    return (Schedules(library), EmptyTrash(library), ForgetKeys(library))
