"""The fenced blocks of a Markdown text: what documentation shows, to be held to it."""

import re


def blocks(text: str, language: str) -> list[str]:
    """The blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
