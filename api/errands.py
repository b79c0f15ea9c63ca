"""The errands of a site: what `dermis worker` looks after, beside whatever answers requests."""

from collections.abc import Sequence
from typing import Final

from api.outgoing import keys_of, outbound_of
from api.settings import Settings
from api.watching import watch_of
from content.delivering import INTERVAL, Deliveries, OldDeliveries
from content.discarding import EmptyTrash
from content.errands import Errand, Often, Seldom
from content.expiring import ExpiredSignatures
from content.firing import Schedules
from content.forgetting import WhatHasEnded
from content.library import Library
from content.picture_files import PictureFiles
from content.repeating import ForgetKeys
from content.sweeping import PictureSweep

_HOUR: Final = 3_600.0


def errands_of(settings: Settings, library: Library) -> Sequence[Errand]:
    """Every errand of the library; each is run in a thread of its own."""
    deliveries = Deliveries(library, outbound_of(settings), keys_of(settings), watch_of(library))
    return (
        Schedules(library),
        ExpiredSignatures(library),
        EmptyTrash(library),
        ForgetKeys(library),
        Often(deliveries, INTERVAL),
        Seldom(OldDeliveries(library), _HOUR),
        Seldom(WhatHasEnded(library), _HOUR),
        Seldom(PictureSweep(library, PictureFiles(settings.media_path)), _HOUR),
    )
