"""Whatever is typed, a search takes bounded time, and refuses only in words."""

import os
import random
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from content.errors import Invalid
from content.searching import SearchHits, SearchQuery
from content.searching.documents import SectionDocument
from content.searching.whoosh_index import WhooshIndex

ROOT: Final = Path(__file__).parents[3]
CPU_SECONDS: Final = 60
"""For all of them together, on any machine: one that explodes takes hours."""
_WORDS: Final = [
    "scar",
    "acne",
    "laser",
    "peel",
    "needle",
    "skin",
    "redness",
    "heal",
    "cream",
    "sun",
    "care",
    "week",
    "do",
    "the",
]

HOSTILE: Final = {
    "nothing": "",
    "spaces": " \t\n\u00a0\u2003",
    "one letter": "a",
    "one sign": "*",
    "10,000 characters": "a" * 10_000,
    "10,000 words": "scar " * 10_000,
    "1,000 words": " ".join(f"word{number}" for number in range(1_000)),
    "16 words": " ".join([*_WORDS, "brow", "lash", "vein", "lip"]),
    "200 letters": "scar" * 50,
    "200 letters apart": "a " * 100,
    "hyphens": "-".join(["scar"] * 40),
    "a compound of all": "-".join(_WORDS),
    "emoji": "🙂" * 50,
    "emoji with joiners": "👩‍⚕️💉🧴" * 8,
    "wildcards": "*" * 200,
    "a wildcard inside": "*1* ?a? s*r",
    "operators": "AND AND (( OR NOT )) AND",
    "5,000 operators": "scar AND " * 5_000,
    "22 operators": ("scar AND " * 22).strip(),
    "an unbalanced quote": '"unbalanced',
    "quotes": '"' * 200,
    "empty phrases": '"" "" ""',
    "a long phrase": f'"{" ".join(_WORDS)}"',
    "phrases of phrases": '"scar acne" "laser peel" "needle skin" "heal cream"',
    "a field": "article:1 checkpoint:checkpoint",
    "a field with all": "a:b*~99",
    "a range": "[a TO z] {1 TO }",
    "a boost": "scar^1000000000000",
    "a regular expression": "(a+)+$" * 20,
    "another": "/(.*)*/ ^(([a-z])+.)+[A-Z]([a-z])+$",
    "right to left": "ندبات حب الشباب",
    "with marks of direction": "\u202escar\u202c \u2066acne\u2069",
    "Thai, without spaces": "รอยแผลเป็นจากสิว" * 8,
    "Chinese, without spaces": "痤疮疤痕" * 40,
    "NUL": "scar\x00acne",
    "control characters": "".join(map(chr, range(32))),
    "a lone surrogate": "scar \ud800",
    "combining marks": "a" + "\u0301" * 190,
    "what grows when folded": "\ufdfa" * 190,
    "ligatures": "\ufb03" * 190,
    "sharp s": "ß" * 200,
    "dotted i": "İ" * 200,
    "apostrophes": "'" * 100 + "’ʼ" * 50,
    "decimals": "1.2.3.4,5,6" * 15,
    "numbers": "1" * 200,
    "SQL": "'; DROP TABLE article; --",
    "HTML": "<script>alert(1)</script>",
    "a pickle": "\x80\x04\x95",
    "stop words": "what is the and of to",
    "the checkpoint": "checkpoint",
}


def fill(directory: Path) -> WhooshIndex:
    """An index of some hundred sections, in which every word is frequent."""
    chance = random.Random(3)
    index = WhooshIndex(directory)
    index.rebuild(
        [
            SectionDocument(
                f"section-{number}",
                f"article-{number // 8}",
                "en",
                f"slug-{number // 8}",
                "faq",
                ("condition:acne",),
                "Acne scars",
                "Do scars fade?",
                " ".join(chance.choices(_WORDS, k=300)) + " ندبات 疤痕 & <b>1.5</b>.",
            )
            for number in range(600)
        ],
        1,
    )
    return index


def answered(index: WhooshIndex, query: SearchQuery) -> SearchHits | Invalid:
    """What is answered, or the refusal; nothing else may come of it."""
    try:
        return index.search(query)
    except Invalid as refusal:
        return refusal


def ask_all(index: WhooshIndex) -> None:
    """Ask everything, narrowed and not, with as many hits as may be asked for."""
    for text in HOSTILE.values():
        answered(index, SearchQuery(text, limit=100))
        answered(index, SearchQuery(text, topics=["a:b*", "*"]))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WhooshIndex]:
    index = fill(tmp_path_factory.mktemp("index") / "index")
    yield index
    index.close()


@pytest.mark.parametrize("name", HOSTILE)
def test_anything_is_answered_or_refused_in_words(index: WhooshIndex, name: str) -> None:
    answer = answered(index, SearchQuery(HOSTILE[name]))
    if isinstance(answer, Invalid):
        assert answer.reasons[0].pointer == "q"
        assert answer.reasons[0].detail
        return
    assert answer.total >= len(answer.hits)
    for hit in answer.hits:
        marked = [hit.highlights.heading or "", *hit.highlights.body]
        assert not any("<b>" in each or "<script>" in each for each in marked)


@pytest.mark.parametrize("name", ["10,000 characters", "5,000 operators", "1,000 words"])
def test_what_is_too_long_is_refused(index: WhooshIndex, name: str) -> None:
    with pytest.raises(Invalid):
        index.search(SearchQuery(HOSTILE[name]))


def test_all_of_it_takes_bounded_time(tmp_path: Path) -> None:
    code = "import sys, pathlib; from tests.content.searching import test_hostile as t; "
    code += "t.ask_all(t.fill(pathlib.Path(sys.argv[1])))"
    ended = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "index")],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=_bound,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-2_000:]


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
