"""The change log, as front ends follow it."""

from typing import Any, Final

from flask.testing import FlaskClient

from content import changes, editing, publishing
from content.library import Library
from tests.building import EDITOR, a_draft, a_live_article

CHANGES: Final = "/api/v1/changes"


def a_release(library: Library, size: int) -> None:
    """So many new articles that readers see at once."""
    drafts = [a_draft(library, f"Part {number}") for number in range(size)]
    with library.writing(EDITOR) as work, changes.together(work):
        for draft in drafts:
            publishing.publish(work, draft.id, None)


def _pages(client: FlaskClient, limit: int) -> list[list[int]]:
    """The sequence numbers on each page, from the first to the last."""
    pages: list[list[int]] = []
    since: int | None = 0
    while since is not None:
        page: dict[str, Any] = client.get(f"{CHANGES}?since={since}&limit={limit}").get_json()
        pages.append([item["sequence"] for item in page["items"]])
        since = page["next"]
    return pages


def _replay(client: FlaskClient, limit: int) -> dict[str, str]:
    """What a copy holds after it followed the log: slug and digest of each live article."""
    copy: dict[str, str] = {}
    since: int | None = 0
    while since is not None:
        page: dict[str, Any] = client.get(f"{CHANGES}?since={since}&limit={limit}").get_json()
        for item in page["items"]:
            copy.pop(item["article"]["id"], None)
            if item["kind"] == "upsert":
                copy[item["article"]["id"]] = item["article"]["slug"]
        numbers = [item["sequence"] for item in page["items"]]
        assert numbers == sorted(numbers)
        assert numbers[0] > since
        since = page["next"]
        assert since in (None, numbers[-1])
    return copy


def test_replaying_the_log_gives_what_is_live(client: FlaskClient, library: Library) -> None:
    first, second, third = (a_live_article(library, f"Article {number}") for number in range(3))
    with library.writing(EDITOR) as work:
        editing.change_article(work, first.id, None, slug="renamed", title="Renamed")
        publishing.publish(work, first.id, None)
        publishing.withdraw(work, second.id, None, "wrong")
        editing.delete_article(work, third.id, None)
    a_release(library, 5)
    a_live_article(library, "The last")
    live = {item["id"]: item["slug"] for item in client.get("/api/v1/articles").get_json()["items"]}
    for limit in (1, 2, 3, 7, 1000):
        assert _replay(client, limit) == live


def test_the_sequence_has_no_gap_and_says_where_the_log_stands(
    client: FlaskClient, library: Library
) -> None:
    for number in range(5):
        a_live_article(library, f"Article {number}")
    document = client.get(CHANGES).get_json()
    assert [item["sequence"] for item in document["items"]] == [1, 2, 3, 4, 5]
    assert (document["next"], document["sequence"]) == (None, 5)
    page = client.get(f"{CHANGES}?since=1&limit=2").get_json()
    assert [item["sequence"] for item in page["items"]] == [2, 3]
    assert page["next"] == 3


def test_a_page_never_ends_inside_of_what_was_changed_together(
    client: FlaskClient, library: Library
) -> None:
    a_live_article(library, "First")
    a_release(library, 5)
    a_live_article(library, "Last")
    assert _pages(client, 1) == [[1], [2] * 5, [3]]
    assert _pages(client, 2) == [[1] + [2] * 5, [3]]
    assert _pages(client, 6) == [[1] + [2] * 5, [3]]
    assert _pages(client, 7) == [[1] + [2] * 5 + [3]]


def test_a_release_at_the_end_of_the_log_is_the_last_page(
    client: FlaskClient, library: Library
) -> None:
    a_release(library, 3)
    document = client.get(f"{CHANGES}?limit=1").get_json()
    assert [item["sequence"] for item in document["items"]] == [1, 1, 1]
    assert (document["next"], document["sequence"]) == (None, 1)
    assert len({item["at"] for item in document["items"]}) == 1


def test_a_tombstone_names_what_went_and_no_digest(client: FlaskClient, library: Library) -> None:
    article = a_live_article(library, slug="calm")
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, article.id, None, "wrong")
    upsert, tombstone = client.get(CHANGES).get_json()["items"]
    assert (upsert["kind"], tombstone["kind"]) == ("upsert", "tombstone")
    assert tombstone["article"] == {**upsert["article"], "digest": None}
    went = [section["id"] for section in tombstone["sections"]]
    assert went == [section["id"] for section in upsert["sections"]]


def test_drafts_leave_no_trace(client: FlaskClient, library: Library) -> None:
    draft = a_draft(library)
    with library.writing(EDITOR) as work:
        editing.change_article(work, draft.id, None, title="Other", slug="other")
        editing.delete_article(work, draft.id, None)
    document = client.get(CHANGES).get_json()
    assert document == {"items": [], "next": None, "sequence": 0}


def test_beyond_the_head_there_is_nothing_yet(client: FlaskClient, library: Library) -> None:
    a_live_article(library)
    document = client.get(f"{CHANGES}?since=999").get_json()
    assert document == {"items": [], "next": None, "sequence": 1}
