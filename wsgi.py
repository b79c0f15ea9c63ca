"""The application for any WSGI server: `wsgi:app`, set by the environment."""

from os import environ

from api.app import create_app
from api.settings import Settings

app = create_app(Settings.from_environment(environ))
