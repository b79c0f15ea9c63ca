"""Sealing messages by the Standard Webhooks specification, 1.0.0 (symmetric signatures).

Secrets are derived from the key of the house, so that none of them is stored: whoever has the
database alone can sign nothing.
"""

import hmac
from base64 import b64encode
from collections.abc import Sequence
from typing import Final

PREFIX: Final = "whsec_"


def secret_of(key: bytes, endpoint_id: str, version: int) -> bytes:
    """The secret of an endpoint: 32 bytes; another one for each version."""
    return hmac.digest(key, f"webhook:{endpoint_id}:{version}".encode(), "sha256")


def shown(secret: bytes) -> str:
    """A secret as it is given to whom it belongs."""
    return PREFIX + b64encode(secret).decode()


def sealed(secrets: Sequence[bytes], message_id: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`: a signature by each secret, parted by spaces.

    `timestamp` is that of the attempt, in seconds since 1970; the receiver sees it too.
    """
    content = f"{message_id}.{timestamp}.".encode() + body
    signatures = (hmac.digest(each, content, "sha256") for each in secrets)
    return " ".join(f"v1,{b64encode(each).decode()}" for each in signatures)
