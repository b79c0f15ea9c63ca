"""The application for any WSGI server: `wsgi:app`, set by the environment."""

from os import environ

from api import logs
from api.app import create_app, request_fields
from api.settings import Settings

settings = Settings.from_environment(environ)
logs.configure(settings.log_level, request_fields)
app = create_app(settings)
