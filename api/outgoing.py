"""Calling out as the settings allow it: who may be called, and by which keys."""

from api.settings import Settings
from content.messaging import Keys
from content.outbound import Outbound


def outbound_of(settings: Settings) -> Outbound:
    """What calls public addresses, and those that the site itself allows."""
    return Outbound(settings.webhook_networks)


def keys_of(settings: Settings) -> Keys:
    """What signs events, and what purges the site's cache."""
    return Keys(settings.signing_key(), settings.purge_token)
