"""Content codings: which one a client wants (RFC 9110 §12.5.3), and bodies brought into it."""

import re
import sys
import zlib
from enum import StrEnum
from functools import lru_cache
from struct import pack
from typing import Final

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


class Coding(StrEnum):
    """The codings that answers are sent in; of those that a client likes equally, the first."""

    BR = "br"
    ZSTD = "zstd"
    GZIP = "gzip"
    IDENTITY = "identity"


_REMEMBERED_CHARACTERS: Final = 128
# Browsers send 23 to 30.

_REMEMBERED: Final = 512

_READ_CHARACTERS: Final = 2_048
# Reading as much takes a quarter of a millisecond at the worst.

_MEMBER: Final = re.compile(
    r"(?:^|,)[ \t]*+(br|zstd|gzip|x-gzip|identity|\*)[ \t]*+"
    r"(?:;[ \t]*+q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)[ \t]*+)?(?=,|\Z)",
    re.IGNORECASE | re.ASCII,
)
# Names that mean nothing to us are passed over like those that are malformed. The quantifiers
# are possessive, because a run of spaces would otherwise be read once for each of its spaces.

_LEAST: Final = 0.000_1
# Weight of identity where nothing is said of it: acceptable, and below anything that is asked for.

# Measured on JSON of our articles of 8, 40 and 200 KB, in milliseconds and KB. Brotli 4: 0.06,
# 0.4, 2.0 to 2.6, 11.8, 64.3; 6: 0.07, 0.6, 3.4 to 2.6, 11.1, 60.4; 8: 0.08, 0.7, 4.1 to 2.6,
# 11.1, 59.6; 9: 4, 9, 18 for no less; 10: 2.7, 15, 139 to 2.2, 9.8, 54.6. Zstandard 6: 0.04, 0.3,
# 1.8 to 2.6, 11.7, 61.7; 9: 0.07, 0.5, 3.2 to 2.6, 11.5, 60.6; 13: 0.3, 1.8, 23 to 2.6, 11.5, 58.8.
# Gzip 5: 0.04, 0.5, 4.6 to 2.7, 11.9, 67.4; 6: 0.04, 0.7, 7.6 to 2.7, 11.8, 66.6; 9: 0.04, 0.8, 10
# to 2.7, 11.7, 66.2. Chosen is the last of each that the one who waits for it will not notice.
_BROTLI_QUALITY: Final = 6
_ZSTD_LEVEL: Final = 9
_GZIP_LEVEL: Final = 6

_GZIP_HEADER: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
# RFC 1952 with no time and an unknown system: the standard library names the system it runs on.

_WORTH_BYTES: Final = 1_024
# Below, an answer with its headers fits into one packet as it is.

_TEXT: Final = re.compile(
    r"text/[^;]+|[^;]+\+(?:json|xml)"
    r"|application/(?:json|xml|javascript|yaml|wasm)"
    r"|image/(?:bmp|x-icon|vnd\.microsoft\.icon)|font/(?:ttf|otf)",
    re.IGNORECASE | re.ASCII,
)


def negotiated(accept_encoding: str | None) -> Coding | None:
    """The coding to answer in, or None when the client accepts nothing that we have (406).

    `accept_encoding` is the value of the header, or None where there is none: then the answer is
    identity, which every client reads. Members that are malformed are ignored. Of a name that is
    repeated the lowest weight counts, so that a client never gets what it refused.
    """
    if accept_encoding is None:
        return Coding.IDENTITY
    if len(accept_encoding) <= _REMEMBERED_CHARACTERS:
        return _remembered(accept_encoding)
    if len(accept_encoding) <= _READ_CHARACTERS:
        return _chosen(accept_encoding)
    return _chosen(accept_encoding[:_READ_CHARACTERS].rpartition(",")[0])


def encoded(body: bytes, coding: Coding) -> bytes:
    """The body in that coding: the same bytes on every machine with the same libraries."""
    match coding:
        case Coding.BR:
            packed: bytes = brotli.compress(body, quality=_BROTLI_QUALITY)
            return packed
        case Coding.ZSTD:
            return zstd.compress(body, _ZSTD_LEVEL)
        case Coding.GZIP:
            return _gzipped(body)
        case Coding.IDENTITY:
            return body


def worth(body_size: int, media_type: str) -> bool:
    """Whether a body of so many bytes and of that media type gets smaller by a coding.

    `media_type` is a value of `Content-Type`, parameters included. What is not known to be text
    or the like (pictures, archives, office documents) is taken to be compressed already.
    """
    essence = media_type.partition(";")[0].strip()
    return body_size >= _WORTH_BYTES and _TEXT.fullmatch(essence) is not None


def _chosen(accept_encoding: str) -> Coding | None:
    asked = _weights(accept_encoding)
    others = asked.get("*", 0.0)
    weights = {coding: asked.get(coding, others) for coding in Coding}
    if "*" not in asked:
        weights[Coding.IDENTITY] = asked.get(Coding.IDENTITY, _LEAST)
    best = max(weights, key=weights.__getitem__)
    return best if weights[best] > 0 else None


_remembered: Final = lru_cache(_REMEMBERED)(_chosen)


def _weights(accept_encoding: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for name, weight in _MEMBER.findall(accept_encoding):
        known = name.lower().removeprefix("x-")
        weights[known] = min(float(weight or 1), weights.get(known, 1.0))
    return weights


def _gzipped(body: bytes) -> bytes:
    deflated = zlib.compress(body, _GZIP_LEVEL, wbits=-zlib.MAX_WBITS)
    return _GZIP_HEADER + deflated + pack("<LL", zlib.crc32(body), len(body) & 0xFFFFFFFF)
