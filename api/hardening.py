"""Headers that keep browsers from making more of an answer than it is."""

from typing import Final

DATA: Final = "default-src 'none'; frame-ancestors 'none'"
"""The content security policy of answers that are data: a browser may load nothing for them."""

HEADERS: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)
"""What every answer carries beside its policy."""
