"""The frozen OpenAPI document of version 1.

A change of the contract is seen in review, because it changes this file. To renew it, run
`python -m tests.api.v1.contract` in the root of the project.
"""

import tempfile
from pathlib import Path
from typing import Any, Final

import orjson

from api.app import create_app
from api.docs import DOCUMENT
from api.house import House
from api.settings import Settings

FROZEN: Final = Path(__file__).with_name("openapi.json")


def current() -> dict[str, Any]:
    """The document as the code makes it now."""
    with tempfile.TemporaryDirectory() as home:
        url = f"sqlite:///{home}/library.db"
        app = create_app(Settings(home=Path(home), database_url=url, secret_key="s" * 32))
        document: dict[str, Any] = app.test_client().get(DOCUMENT).get_json()
        house: House = app.extensions["dermis"]
        house.close()
    return document


def without_examples(document: Any) -> Any:
    """The document as it binds: examples have a record and tests of their own."""
    if isinstance(document, dict):
        return {
            name: without_examples(value)
            for name, value in document.items()
            if name not in {"example", "examples"}
        }
    return [without_examples(each) for each in document] if isinstance(document, list) else document


def written(document: dict[str, Any]) -> bytes:
    """The document as it is kept: sorted and indented, so that a difference reads well."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(without_examples(document), option=options)


if __name__ == "__main__":
    FROZEN.write_bytes(written(current()))
