"""Labelling facets: in the readers' language, and in one order."""

import pytest

from content import cataloguing
from content.cataloguing import LabelDraft
from content.labelling import FacetValue, labelled
from content.library import Library
from content.reading import gathering
from tests.building import EDITOR, a_live_article


@pytest.fixture
def named(library: Library) -> Library:
    """A library with articles under three topics, of which one has names in two languages."""
    with library.writing(EDITOR) as work:
        names = [
            LabelDraft("scar sanding"),
            LabelDraft("Narbenschliff", locale="de"),
            LabelDraft("hidden sanding", kind="hidden"),
        ]
        cataloguing.create_topic(work, "procedure", "scar-sanding", names)
    topics = ["procedure:scar-sanding", "condition:acne", "procedure:microneedling"]
    a_live_article(library, topics=topics)
    return library


def test_values_come_by_their_number_and_then_by_themselves(named: Library) -> None:
    with named.reading() as session:
        found = labelled(session, {"type": {"risks": 1, "faq": 2, "aftercare": 1}}, "en")
    assert [each.value for each in found["type"]] == ["faq", "aftercare", "risks"]


@pytest.mark.parametrize(
    ("locale", "label"),
    [("en", "scar sanding"), ("de", "Narbenschliff"), ("de-CH", "Narbenschliff"), ("fr", None)],
)
def test_topics_are_called_as_in_the_nearest_language(
    named: Library, locale: str, label: str | None
) -> None:
    with named.reading() as session:
        found = labelled(session, {"topic": {"procedure:scar-sanding": 4}}, locale)
    expected = FacetValue("procedure:scar-sanding", label or "scar sanding", 4)
    assert found == {"topic": [expected]}


@pytest.mark.parametrize("most", [0, 1, 500])
def test_many_topics_are_labelled_like_few(
    named: Library, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(gathering, "_MOST_NAMED", most)
    counts = {"condition:acne": 1, "procedure:scar-sanding": 1, "device:gone": 1}
    with named.reading() as session:
        found = labelled(session, {"topic": counts, "locale": {}}, "en")
    assert [each.label for each in found["topic"]] == ["acne", "gone", "scar sanding"]
    assert found["locale"] == []
