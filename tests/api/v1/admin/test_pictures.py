"""Pictures over HTTP: forms and JSON, refusals at their place, and what a refusal leaves."""

import io
from base64 import b64encode
from typing import Any, Final

import orjson
import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from api.settings import Settings
from content.library import Library
from tests.api.examining import everything, places, problem
from tests.building import (
    MakeApp,
    a_draft,
    a_live_article,
    a_picture,
    a_png,
    a_section,
    a_token,
    bearer,
)

MEDIA: Final = "/api/v1/admin/media"
CONSENT: Final = {"reference": "file 14", "given_at": "2026-01-02T00:00:00Z"}


def upload(client: FlaskClient, token: str, data: bytes, **form: Any) -> TestResponse:
    """Send a form with a file."""
    sent = {"file": (io.BytesIO(data), "holiday.exe"), **form}
    return client.post(MEDIA, data=sent, content_type="multipart/form-data", headers=bearer(token))


def test_a_form_takes_the_file_and_all_that_is_said_of_it(
    client: FlaskClient, token: str, settings: Settings
) -> None:
    about = {"alt": {"en": "A cheek."}, "shows_person": True, "consent": CONSENT, "credit": "Us"}
    answer = upload(client, token, a_png(8, 6), about=orjson.dumps(about).decode())
    assert answer.status_code == 201
    document = answer.get_json()
    assert (document["type"], document["width"], document["height"]) == ("image/png", 8, 6)
    assert document["alt"] == {"en": "A cheek."}
    assert document["consent_state"] == "given"
    assert document["consent"]["valid_until"] is None
    assert document["markdown"] == f"![](media:{document['id']})"
    kept = settings.home / "media" / document["digest"][:2] / document["digest"]
    assert len(kept.read_bytes()) == document["size"]
    found = client.get(f"{MEDIA}/{document['id']}", headers=bearer(token))
    assert found.get_json() == document
    assert found.headers["ETag"] == '"1"'


def test_json_takes_the_same_in_base64(client: FlaskClient, token: str) -> None:
    sent = {"file": b64encode(a_png()).decode(), "decorative": True}
    answer = client.post(MEDIA, json=sent, headers=bearer(token))
    assert answer.status_code == 201
    assert answer.get_json()["decorative"] is True


@pytest.mark.parametrize(
    ("data", "form", "place"),
    [
        (b"<svg onload='alert(1)'></svg>", {}, "/file"),
        (b"GIF89a", {}, "/file"),
        (a_png()[:45], {}, "/file"),
        (a_png(), {"about": '{"colour": "blue"}'}, "/colour"),
        (a_png(), {"about": '{"alt": {"English": "A cheek."}}'}, "/alt/English/key"),
        (a_png(), {"about": '{"decorative": true, "alt": {"en": "A"}}'}, "/decorative"),
        (a_png(), {"title": "A cheek"}, ""),
        (a_png(), {"about": ["{}", "{}"]}, ""),
    ],
)
def test_a_form_that_is_wrong_is_refused_and_stores_no_row(
    client: FlaskClient, library: Library, data: bytes, form: dict[str, Any], place: str
) -> None:
    token = a_token(library, "write")
    before = everything(library)
    assert places(problem(upload(client, token, data, **form), 422)) == [place]
    assert everything(library) == before


def test_what_is_no_json_in_a_form_is_malformed(client: FlaskClient, token: str) -> None:
    problem(upload(client, token, a_png(), about="{"), 400)


def test_a_file_that_is_not_in_base64_is_refused(client: FlaskClient, token: str) -> None:
    answer = client.post(MEDIA, json={"file": "not base64!"}, headers=bearer(token))
    assert places(problem(answer, 422)) == ["/file"]


def test_a_picture_that_is_too_large_is_refused_by_the_setting(
    make_app: MakeApp, settings: Settings, library: Library
) -> None:
    out = io.BytesIO()
    Image.effect_noise((600, 400), 90).save(out, "PNG")
    app = make_app(
        Settings(settings.production, settings.home, settings.database_url, max_bytes=90_000)
    )
    secret = a_token(library, "write")
    problem(upload(app.test_client(), secret, out.getvalue()), 413)
    assert not (settings.home / "media").exists()


def test_a_stale_change_is_refused_and_a_fresh_one_counts_up(
    client: FlaskClient, library: Library, token: str
) -> None:
    address = f"{MEDIA}/{a_picture(library).id}"

    def patch(tag: str) -> TestResponse:
        headers = {**bearer(token), "If-Match": tag}
        return client.patch(address, json={"caption": "Calm."}, headers=headers)

    assert patch('"1"').headers["ETag"] == '"2"'
    problem(patch('"1"'), 412)
    problem(client.patch(address, json={}, headers=bearer(token)), 428)


def test_who_may_only_write_may_not_take_a_live_picture_away(
    client: FlaskClient, library: Library
) -> None:
    picture = a_picture(library, shows_person=True, alt={"en": "A"}, consent=None)
    body = [a_section(body=f"![](media:{picture.id})")]
    headers = {**bearer(a_token(library, "write")), "If-Match": "*"}
    address = f"{MEDIA}/{picture.id}"
    given = client.patch(address, json={"consent": CONSENT}, headers=headers)
    assert given.get_json()["consent_state"] == "given"
    article = a_live_article(library, sections=body)
    taken = {"consent": {**CONSENT, "withdrawn_at": "2026-02-02T00:00:00Z"}}
    problem(client.patch(address, json=taken, headers=headers), 403)
    both = {**bearer(a_token(library, "write", "publish")), "If-Match": "*"}
    assert client.patch(address, json=taken, headers=both).status_code == 200
    (use,) = client.get(f"{address}/usage", headers=both).get_json()["items"]
    assert (use["id"], use["live"]) == (article.id, True)


def test_a_picture_in_use_names_its_users(
    client: FlaskClient, library: Library, token: str
) -> None:
    picture = a_picture(library)
    article = a_draft(library, sections=[a_section(body=f"![](media:{picture.id})")])
    headers = {**bearer(token), "If-Match": "*"}
    document = problem(client.delete(f"{MEDIA}/{picture.id}", headers=headers), 409)
    assert article.slug in document["errors"][0]["detail"]


def test_the_list_is_narrowed_and_counted(
    client: FlaskClient, library: Library, token: str
) -> None:
    pictures = [a_picture(library, alt={"en": "A"}) for _ in range(3)]
    wordless = a_picture(library)
    found = client.get(f"{MEDIA}?lacks=no_alt&count=true", headers=bearer(token)).get_json()
    assert ([each["id"] for each in found["items"]], found["total"]) == ([wordless.id], 1)
    first = client.get(f"{MEDIA}?limit=2", headers=bearer(token)).get_json()
    rest = client.get(f"{MEDIA}?limit=2&cursor={first['next']}", headers=bearer(token)).get_json()
    ids = [each["id"] for page in (first, rest) for each in page["items"]]
    assert ids == [wordless.id, *(each.id for each in reversed(pictures))]
    problem(client.get(f"{MEDIA}?lacks=colour", headers=bearer(token)), 422)
