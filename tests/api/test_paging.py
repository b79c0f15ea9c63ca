"""Cursors are signed, and bound to their list."""

import pytest

from api.paging import Cursors, page_request
from content.errors import Invalid
from content.published import PageRequest

CURSORS = Cursors(b"k" * 32)
PLACE = ["2026-03-01T09:00:00+00:00", "0190-1", 3]
QUERY = {"topic": ["procedure:microneedling"], "limit": 20, "count": False, "format": "html"}
SEALED = CURSORS.seal(PLACE, "/api/v1/sections", QUERY)


def test_a_cursor_opens_to_its_place() -> None:
    assert CURSORS.open(SEALED, "/api/v1/sections", QUERY) == PLACE


def test_how_items_are_shown_may_change_from_page_to_page() -> None:
    other = {**QUERY, "limit": 5, "count": True, "format": "text", "fields_": ["id"], "cursor": "x"}
    assert CURSORS.open(SEALED, "/api/v1/sections", other) == PLACE


def test_the_order_of_what_a_list_is_narrowed_to_does_not_matter() -> None:
    one = {"topic": ["condition:acne", "procedure:peels"], "type": ["faq", "risks"]}
    other = {"type": ["risks", "faq", "faq"], "topic": ["procedure:peels", "condition:acne"]}
    assert CURSORS.open(CURSORS.seal(PLACE, "/", one), "/", other) == PLACE


@pytest.mark.parametrize(
    ("key", "path", "query"),
    [
        (b"o" * 32, "/api/v1/sections", QUERY),
        (b"k" * 32, "/api/v1/articles", QUERY),
        (b"k" * 32, "/api/v1/sections", {**QUERY, "topic": []}),
        (b"k" * 32, "/api/v1/sections", {**QUERY, "locale": "de"}),
    ],
)
def test_a_cursor_of_another_key_list_or_filter_is_refused(
    key: bytes, path: str, query: dict[str, object]
) -> None:
    with pytest.raises(Invalid):
        Cursors(key).open(SEALED, path, query)


def test_a_cursor_with_any_other_character_is_refused() -> None:
    for position, character in enumerate(SEALED):
        other = "A" if character != "A" else "B"
        tampered = SEALED[:position] + other + SEALED[position + 1 :]
        with pytest.raises(Invalid):
            CURSORS.open(tampered, "/api/v1/sections", QUERY)


@pytest.mark.parametrize("cursor", ["", "a", "=", "!!!!", "é", "\x00", SEALED + "!", SEALED + "=="])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid) as caught:
        CURSORS.open(cursor, "/api/v1/sections", QUERY)
    assert [reason.pointer for reason in caught.value.reasons] == ["cursor"]


def test_a_query_without_a_cursor_asks_for_the_first_page() -> None:
    asked = page_request(CURSORS, "/api/v1/sections", {"limit": 7, "count": True})
    assert asked == PageRequest(7, None, count=True)
