"""Turning the pages of a list: from the cursor of this request to that of the next."""

from typing import Any

from flask import request

from api.house import house
from api.paging import page_request
from content.published import Page, PageRequest


def wanted_page(query: dict[str, Any]) -> PageRequest:
    """The page that the query of this request asks for. Raises `Invalid` for a wrong cursor."""
    return page_request(house().cursors, request.path, query)


def next_cursor(page: Page[Any], query: dict[str, Any]) -> str | None:
    """The cursor that goes on after a page of this list; None after the last."""
    return house().cursors.seal(page.next, request.path, query) if page.next else None
