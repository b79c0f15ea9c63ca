"""Finished answers as they are kept."""

import tracemalloc

import orjson

from api.answers import Answer

PIECE = {"heading": "Aftercare", "body": "Keep it dry for a day. " * 20}


def test_an_answer_holds_no_more_memory_than_it_counts() -> None:
    def answer() -> Answer:
        return Answer("key", orjson.dumps([PIECE] * 70), "application/json", 1, [])

    answer()
    tracemalloc.start()
    try:
        kept = [answer() for _ in range(20)]
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held <= sum(each.size for each in kept)
