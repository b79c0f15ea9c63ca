"""Search: the sections that answer what a visitor typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from flask import Response, request
from flask_smorest import Blueprint

from api.auth import public
from api.house import house
from api.parsing import BeaconParser, refuse_query
from api.v1.delivering import delivers
from api.v1.search_schemas import ClickIn, SearchOut, SearchQueryIn
from api.v1.turning import wanted_page
from content import reading
from content.advising import Way, ways_on
from content.finding import FoundGroup, FoundSection, find
from content.labelling import FacetValue, labelled
from content.observations import Observation
from content.observing import observation
from content.published import BodyFormat, Page
from content.searching import Resume, SearchQuery
from content.statements import Snapshot

blueprint = Blueprint("search", __name__, url_prefix="/api/v1", description="Sections by words")
blueprint.ARGUMENTS_PARSER = BeaconParser()


_NOT_KEPT: Final = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Instead:
    """A way on, as an address."""

    reason: str
    label: str | None
    path: str
    total: int


@dataclass(frozen=True, slots=True)
class Facets:
    """The values of each facet; None of those that were not asked for."""

    type: Sequence[FacetValue] | None = None
    topic: Sequence[FacetValue] | None = None
    locale: Sequence[FacetValue] | None = None


@dataclass(frozen=True, slots=True)
class SearchPage(Page[FoundSection | FoundGroup]):
    """A page of hits or groups, with what helps to go on from it."""

    facets: Facets | None = None
    did_you_mean: str | None = None
    instead: Sequence[Instead] = ()
    observed: Observation | None = None
    """What is counted when it is sent: first pages alone, for nobody has searched who goes on."""


@blueprint.get("/search")
@public
@blueprint.arguments(SearchQueryIn, location="query")
@delivers(blueprint, SearchOut)
def search(session: Snapshot, query: dict[str, Any]) -> SearchPage:
    """Search sections

    Best first. Words in quotes must occur as they stand; everything else is plain words. A hit
    is a whole section, with the sentences that match marked. Where nothing is found, `instead`
    leads on. 503 while the index is being made.
    """
    page = wanted_page(query)
    asked = SearchQuery(
        text=query["q"],
        types=query.get("type", ()),
        topics=query["topic"],
        locale=query.get("locale"),
        article=query.get("article"),
        limit=page.limit,
        after=Resume(*page.after) if page.after else None,
        facets=query.get("facets", ()),
        grouped=query.get("group") == "article",
        explain=query["explain"],
    )
    return answered(session, asked, body_format=query["format"], count=page.count)


@blueprint.post("/search/clicks")
@public
@blueprint.doc(operationId="countClick")
@blueprint.arguments(ClickIn)
@blueprint.response(204)
def count_click(body: dict[str, Any]) -> Response:
    """Count that a hit was followed

    For editors, who see which queries find nothing that is worth a click. Nothing is kept but
    the query, the day, and how often. A section that readers do not see is not counted, and the
    answer is the same. The body may also come as `text/plain`, as `navigator.sendBeacon` sends
    it.
    """
    refuse_query(request)
    with house().library.snapshot() as session:
        seen = reading.sections_by_id(session, [body["section"]], body_format="text")
    if seen:
        house().observations.count(observation(body["q"], body["locale"], "clicked"))
    return Response(status=204, headers=_NOT_KEPT)


def answered(
    session: Snapshot, asked: SearchQuery, *, body_format: BodyFormat = "html", count: bool = False
) -> SearchPage:
    """What is answered to a query, read from a snapshot. Raises as `find` does."""
    index = house().index
    vocabulary = house().vocabularies.current(session)
    found = find(session, index, asked, vocabulary, body_format=body_format, count=count)
    locale = asked.locale or house().settings.locale
    items: list[FoundSection | FoundGroup] = [*found.groups] if asked.grouped else [*found.items]
    lost = asked.after is None and not items
    ways = ways_on(session, index, asked, vocabulary, locale) if lost else []
    facets = Facets(**labelled(session, found.facets, locale)) if asked.facets else None
    return SearchPage(
        items=items,
        next=found.next,
        total=found.total,
        sequence=found.sequence,
        scopes=found.scopes,
        facets=facets,
        did_you_mean=found.did_you_mean,
        instead=[_instead(way, asked.locale) for way in ways],
        observed=_observed(asked, lost=lost),
    )


def _observed(asked: SearchQuery, *, lost: bool) -> Observation | None:
    if asked.after is not None:
        return None
    return observation(asked.text, asked.locale, "not_found" if lost else "found")


def _instead(way: Way, locale: str | None) -> Instead:
    """The way as an address; in the locale that was asked for, where it is not without it."""
    if way.query is not None:
        path = _path("search", q=way.query.text, locale=way.query.locale)
        return Instead(way.ground, None, path, way.total)
    if way.topic is None:
        return Instead(way.ground, None, _path("topics", locale=locale), way.total)
    topic = way.topic.topic
    path = _path(f"topics/{quote(topic.kind)}/{quote(topic.key)}", locale=locale)
    return Instead(way.ground, topic.label, path, way.total)


def _path(place: str, **query: str | None) -> str:
    asked = urlencode({name: value for name, value in query.items() if value is not None})
    return f"/api/v1/{place}?{asked}".rstrip("?")
