"""Recording the examples of the OpenAPI document: each operation is asked, and asked wrongly."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import orjson
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.app import create_app
from api.docs import DOCUMENT
from api.house import House
from api.quotas import Quota
from api.v1 import describing
from api.v1.delivering import JSON
from tests.api.v1.documenting.asking import (
    REQUEST_ID,
    Asked,
    Json,
    Operation,
    documented,
    operations,
    success,
)
from tests.api.v1.documenting.chance import Chance, pinned
from tests.api.v1.documenting.stage import MAX_BYTES, MOVED, WITHDRAWN, Stage, set_up, settings_of
from tests.api.v1.documenting.values import (
    ASKED,
    BODIES,
    CONFLICTS,
    DONE,
    STRANGERS,
    SUBSCRIBED,
    found_by,
    value_of,
)
from tests.building import bearer

RECORDED: Final = Path(describing.__file__).with_name("examples.json")
SHOWN_ITEMS: Final = 3
_IDS_FROM: Final = 0x400000
_NOTHING: Final = Quota(0, 60)


@dataclass(frozen=True, slots=True)
class Recorder:
    """Asks applications on the stage; each request draws the same ids."""

    stage: Stage
    chance: Chance
    spare: Path
    """A folder for copies of the home."""
    client: FlaskClient
    """Of the stage itself, for what changes nothing."""
    away: FlaskClient
    """Of an application whose database has gone."""
    limited: FlaskClient
    """Of an application that nobody may ask anything."""
    forgetful: FlaskClient
    """Of an application that does not read the library as it was."""

    def document(self) -> Json:
        """The OpenAPI document of the application."""
        found: Json = self.client.get(DOCUMENT).get_json()
        return found

    def send(self, asked: Asked, client: FlaskClient | None = None) -> TestResponse:
        """The answer to a request, which draws its ids from where each request does."""
        self.chance.begin_at(_IDS_FROM)
        return asked.send(client or self.client)

    def done(self, asked: Asked) -> TestResponse:
        """The answer to a good request; what it writes is thrown away."""
        if asked.operation.method == "get":
            return self.send(asked)
        with ExitStack() as exits:
            home = _copied(self.stage.settings.home, self.spare / "written")
            exits.callback(shutil.rmtree, home)
            return self.send(asked, _opened(home, exits))


@contextmanager
def recorder(folder: Path) -> Iterator[Recorder]:
    """A recorder on a stage that is set up in an empty folder; time and chance stand still."""
    home, spare = folder / "home", folder / "spare"
    home.mkdir()
    spare.mkdir()
    with ExitStack() as exits:
        chance = exits.enter_context(pinned())
        stage = set_up(home, chance)
        with ExitStack() as first:
            _issue_once(_opened(home, first), stage, chance)
        gone = _copied(home, spare / "gone")
        away = _opened(gone, exits)
        shutil.rmtree(gone)
        limited = _opened(home, exits, rate_limit=_NOTHING, admin_rate_limit=_NOTHING)
        forgetful = _opened(home, exits, snapshot_days=0)
        yield Recorder(stage, chance, spare, _opened(home, exits), away, limited, forgetful)


def _issue_once(client: FlaskClient, stage: Stage, chance: Chance) -> None:
    """Issue a token, and create a webhook that goes again, with keys that are then known."""
    chance.begin_at(_IDS_FROM - 0x1000)
    body = BODIES["NewTokenIn"](stage.names, lambda _path: {})
    headers = {**bearer(stage.names["admin secret"]), "Idempotency-Key": DONE}
    assert client.post("/api/v1/admin/tokens", json=body, headers=headers).status_code == 201
    body, path = BODIES["NewWebhookIn"](stage.names, lambda _path: {}), "/api/v1/admin/webhooks"
    headers["Idempotency-Key"] = SUBSCRIBED
    made = client.post(path, json=body, headers=headers)
    path = f"{path}/{made.get_json()['id']}"
    assert client.delete(path, headers={**headers, "If-Match": "*"}).status_code == 204


def _copied(home: Path, to: Path) -> Path:
    shutil.copytree(home, to)
    return to


def _opened(home: Path, exits: ExitStack, **other: Any) -> FlaskClient:
    """A client of an application on a home, until the exits are taken."""
    app = create_app(replace(settings_of(home), **other))
    house: House = app.extensions["dermis"]
    exits.callback(house.close)
    return app.test_client()


def good(recorder: Recorder, operation: Operation) -> Asked:
    """The request that an operation is shown with."""
    names = recorder.stage.names
    parameters: Json = {}
    for name, parameter in operation.parameters.items():
        if parameter["in"] == "path":
            parameters[name] = found_by(operation, name, names)
        elif name == "limit" or (parameter.get("required") and parameter["in"] == "query"):
            parameters[name] = value_of(operation, name)
    parameters |= ASKED.get(operation.name, {})
    headers = bearer(names["admin secret"]) if operation.guarded else {}
    asked = Asked(operation, parameters, headers=headers)

    def read(path: str) -> Json:
        found: Json = recorder.client.get(path, headers=headers).get_json()
        return found

    if "If-Match" in operation.parameters:
        asked = asked.given(**{"If-Match": _tag(recorder.client, asked)})
    schema = operation.body_schema
    if schema:
        assert schema in BODIES, f"Give the body {schema} an example."
        asked = replace(asked, body=BODIES[schema](names, read))
    return asked


def _tag(client: FlaskClient, asked: Asked) -> str:
    """The entity tag of what a request edits: of what is at its path, or nearest above it."""
    path = asked.path
    while path.count("/") > 3:
        answer = client.get(path, headers=dict(asked.headers))
        if answer.status_code == 200 and "ETag" in answer.headers:
            return answer.headers["ETag"]
        path = path.rpartition("/")[0]
    raise AssertionError(f"Nothing at or above {asked.path} has an entity tag.")


def others(recorder: Recorder, asked: Asked, answer: TestResponse) -> Iterator[Asked]:
    """The good request with one more parameter, for each that it does not give."""
    for name, parameter in asked.operation.parameters.items():
        if name in asked.parameters or parameter["in"] != "query":
            continue
        if name == "cursor":
            value = _cursor(recorder, asked, answer)
        elif name == "preview":
            what = "picture preview" if "/media/" in asked.path else "preview"
            value = recorder.stage.names[f"{what} secret"]
        else:
            value = value_of(asked.operation, name)
        yield asked.given(**{name: value})


def _cursor(recorder: Recorder, asked: Asked, answer: TestResponse) -> str:
    found = _next(answer) or _next(recorder.done(asked.given(limit=1)))
    assert found, f"The stage has too little for a second page of {asked.operation.name}."
    return found


def _next(answer: TestResponse) -> str | None:
    """The cursor that goes on after a page: of a list, or of a feed, which only links to it."""
    link = answer.headers.get("Link", "").partition(">")[0].strip("<")
    if link:
        return parse_qs(urlsplit(link).query)["cursor"][0]
    found: str | None = answer.get_json()["next"] if answer.mimetype == JSON else None
    return found


def _malformed(asked: Asked, stage: Stage) -> Asked:
    if asked.operation.method == "get":
        return replace(asked, query="locale=%ff")
    json = {"Content-Type": "application/json"}
    return replace(asked, raw=b'{"title": ', headers={**asked.headers, **json})


def _invalid(asked: Asked, stage: Stage) -> Asked:
    if asked.body is not None:
        return replace(asked, body={**asked.body, "colour": "blue"})
    if "limit" in asked.parameters:
        return asked.given(limit=1001)
    known = [
        name
        for name, each in asked.operation.parameters.items()
        if each["in"] == "query" and len(name) > 1
    ]
    return replace(asked, query=f"{known[0][:-1] if known else 'page'}=2")


def _too_large(asked: Asked, stage: Stage) -> Asked:
    return replace(
        asked,
        raw=b" " * (MAX_BYTES + 1),
        headers={**asked.headers, "Content-Type": "application/json"},
    )


def _unsupported(asked: Asked, stage: Stage) -> Asked:
    return replace(asked, raw=b"a=b", headers={**asked.headers, "Content-Type": "text/csv"})


def _stranger(asked: Asked, stage: Stage) -> Asked:
    if asked.operation.guarded:
        return asked.without("Authorization")
    return replace(
        asked, body={**(asked.body or {}), **STRANGERS[asked.operation.body_schema or ""]}
    )


def _not_allowed(asked: Asked, stage: Stage) -> Asked:
    return replace(asked, headers=bearer(stage.names["reader secret"]))


def _not_found(asked: Asked, stage: Stage) -> Asked:
    last = [name for name, each in asked.operation.parameters.items() if each["in"] == "path"][-1]
    return asked.given(**{last: "nothing"})


def _gone(asked: Asked, stage: Stage) -> Asked:
    found_by_slug = "slug" in asked.operation.path
    return asked.given(slug=WITHDRAWN) if found_by_slug else asked.given(at=1)


def _conflicting(asked: Asked, stage: Stage) -> Asked:
    name = asked.operation.name
    assert name in CONFLICTS, f"Say how {name} meets a conflict, or do not document 409."
    parameters, members = CONFLICTS[name](stage.names)
    if asked.body is not None:
        asked = replace(asked, body={**asked.body, **members})
    return asked.given(**parameters)


_WRONGLY: Final[Mapping[int, Callable[[Asked, Stage], Asked]]] = {
    308: lambda asked, _stage: asked.given(slug=MOVED),
    400: _malformed,
    401: _stranger,
    403: _not_allowed,
    404: _not_found,
    409: _conflicting,
    410: _gone,
    406: lambda asked, _stage: asked.sending(**{"Accept-Encoding": "identity;q=0"}),
    412: lambda asked, _stage: asked.given(**{"If-Match": '"999999"'}),
    413: _too_large,
    414: lambda asked, _stage: replace(asked, query=f"page={'9' * 9_000}"),
    415: _unsupported,
    422: _invalid,
    428: lambda asked, _stage: asked.without("If-Match"),
    429: lambda asked, _stage: asked,
    503: lambda asked, _stage: asked,
}
"""Of each status how a good request is asked so that it is answered with it."""


def refusals(recorder: Recorder, asked: Asked) -> Iterator[tuple[int, TestResponse]]:
    """The answer to a request that was made wrong, for each refusal that is documented."""
    for status in sorted(documented(asked.operation)):
        if status >= 300 and status != 304:
            assert status in _WRONGLY, f"Say in {__file__} how {status} is provoked."
            wrong = _WRONGLY[status](asked, recorder.stage)
            asked_of = {
                410: recorder.forgetful,
                429: recorder.limited,
                503: recorder.away,
            }.get(status)
            # Where nobody has come in yet, a refusal is written down too.
            kept = asked.operation.guarded or asked_of is not None
            yield status, recorder.send(wrong, asked_of) if kept else recorder.done(wrong)


def recorded(recorder: Recorder) -> dict[str, Json]:
    """The example of every operation, as it is kept beside the contract."""
    found = operations(recorder.document())
    examples = {operation.name: _example(recorder, operation) for operation in found}
    refused = recorder.client.delete("/api/v1/articles", headers={"X-Request-Id": REQUEST_ID})
    return {**examples, "default": {"answers": {"default": refused.get_json()}}}


def _example(recorder: Recorder, operation: Operation) -> Json:
    asked = good(recorder, operation)
    answer = recorder.done(asked)
    _expect(success(operation), asked, answer)
    answers = {str(answer.status_code): shown(operation, answer)}
    for status, refused in refusals(recorder, asked):
        _expect(status, asked, refused)
        answers[str(status)] = shown(operation, refused)
    more: Json = {}
    for other in others(recorder, asked, answer):
        _expect(success(operation), other, recorder.done(other))
        more |= {
            name: other.parameters[name] for name in other.parameters - asked.parameters.keys()
        }
    example = {"asked": dict(asked.parameters), "others": more, "answers": answers}
    return {**example, "body": asked.body} if asked.body is not None else example


def _expect(status: int, asked: Asked, answer: TestResponse) -> None:
    said = answer.data[:500].decode(errors="replace")
    assert answer.status_code == status, f"{asked.operation.name} {status}: {asked.address}\n{said}"


def shown(operation: Operation, answer: TestResponse) -> Any:
    """What an example shows of an answer: a document, a text, or None.

    Of a list that comes in one page, however long it is, the first items.
    """
    if (answer.mimetype or "").startswith("image/"):
        return f"{len(answer.data)} bytes of {answer.mimetype}"
    if answer.mimetype == "application/zip":
        return "A zip file."
    if not answer.is_json:
        return answer.get_data(as_text=True) or None
    found = answer.get_json()
    if "limit" not in operation.parameters and "items" in found:
        return {**found, "items": found["items"][:SHOWN_ITEMS]}
    return found


def written(examples: dict[str, Json]) -> bytes:
    """Examples as they are kept: indented, each in the order in which it was answered."""
    return orjson.dumps(examples, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
