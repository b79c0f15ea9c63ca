"""What every command begins with: the settings, and the logs as they say."""

from os import environ

from api import logs
from api.settings import Settings


def read_settings() -> Settings:
    """The settings of the environment, with the logs set up. Raises `SettingsRefused`."""
    settings = Settings.from_environment(environ)
    logs.configure(settings.log_level)
    return settings
