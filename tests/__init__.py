"""Tests that mirror the modules; `python -m tests` runs every check of the project."""
