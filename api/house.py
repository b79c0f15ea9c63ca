"""The pieces of one running application, and how a view gets at them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import Flask, current_app

from api.cross_origin import Sharing
from api.metering import Meter
from api.observations import Observations
from api.paging import Cursors
from api.remembering import Memory
from api.settings import Settings
from api.uses import Uses
from content.expanding import Vocabularies
from content.library import Library
from content.picture_files import PictureFiles
from content.searching import SearchIndex
from content.searching.rebuilds import Rebuilds

if TYPE_CHECKING:  # What it needs is an extra.
    from api.openid import Provider

_KEY: Final = "dermis"


@dataclass(frozen=True, slots=True)
class House:
    """What `create_app` put together."""

    settings: Settings
    library: Library
    files: PictureFiles
    index: SearchIndex
    vocabularies: Vocabularies
    rebuilds: Rebuilds
    cursors: Cursors
    memory: Memory
    sharing: Sharing
    observations: Observations
    meter: Meter
    uses: Uses
    provider: "Provider | None"
    """Where people may sign in elsewhere, if anywhere."""

    def close(self) -> None:
        """Let go of everything that is open."""
        self.uses.close()
        if self.provider is not None:
            self.provider.close()
        self.observations.close()
        self.memory.close()
        self.index.close()
        self.library.close()


def furnish(app: Flask, house: House) -> None:
    """Give the application its pieces."""
    app.extensions[_KEY] = house


def house() -> House:
    """The pieces of the application that answers this request."""
    found: House = current_app.extensions[_KEY]
    return found
