"""The index that the settings ask for is the one that everything uses."""

from pathlib import Path
from typing import Any

import pytest

from api.indexing import index_of
from api.settings import POSTGRES, Settings
from content.following import bring_up_to_date
from content.library import Library
from content.searching.postgres_index import PostgresIndex
from content.searching.whoosh_index import WhooshIndex
from tests.building import MakeApp, a_live_article, a_section

pytestmark = pytest.mark.xdist_group("postgres")


@pytest.fixture
def postgres_settings(postgres_library: Library, tmp_path: Path) -> Settings:
    """Settings of a library that is searched in its own database."""
    return Settings(
        home=tmp_path,
        database_url=postgres_library.url,
        search=POSTGRES,
        secret_key="s" * 32,
    )


def test_without_a_setting_the_index_is_in_files(settings: Settings) -> None:
    index = index_of(settings)
    assert isinstance(index, WhooshIndex)
    index.close()


def test_the_application_searches_in_postgresql(
    make_app: MakeApp, postgres_settings: Settings, postgres_library: Library
) -> None:
    client = make_app(postgres_settings).test_client()
    a_live_article(
        postgres_library, "One", sections=[a_section("risks", body="Redness fades in a day.")]
    )

    def search() -> Any:
        return client.get("/api/v1/search?q=does+rednes+fade")

    assert search().status_code == 503
    assert client.get("/readyz").get_json()["index"]["status"] == "unavailable"
    index = index_of(postgres_settings)
    assert isinstance(index, PostgresIndex)
    bring_up_to_date(postgres_library, index)
    index.close()
    assert client.get("/readyz").get_json()["index"] == {"status": "ready", "sequence": 1, "lag": 0}
    answer = search()
    assert answer.status_code == 200, answer.json
    [hit] = answer.json["items"]
    assert hit["section"]["type"] == "risks"
    suggested = client.get("/api/v1/suggest?q=on").get_json()["items"]
    assert [each["text"] for each in suggested] == ["One"]
    assert not (postgres_settings.home / "index").exists()
