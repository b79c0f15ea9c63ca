"""What a signature is under, and whether it holds."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from content import editing, inspecting
from content.library import Library
from content.models import Article, Edition, now
from content.signing import clinical_digest, signature
from tests.building import EDITOR, TITLE, a_draft, a_faq, a_section, an_approved_article

Edit = Callable[[Edition], None]


def edition(library: Library) -> Edition:
    """A draft with a clinical and a commercial section, and pairs."""
    article = a_draft(library, sections=[a_section("risks"), a_section("cost"), a_faq()])
    with library.reading() as session:
        found = inspecting.article(session, article.id).draft
        assert found is not None
        assert all(section.items is not None for section in found.sections)
        assert found.authors
        return found


def retitle(of: Edition) -> None:
    of.title += "!"


def summarise(of: Edition) -> None:
    of.summary += "!"


def rewrite(of: Edition) -> None:
    of.sections[0].body += "!"


def rename(of: Edition) -> None:
    of.sections[0].heading = None


def retype(of: Edition) -> None:
    of.sections[0].type = "aftercare"


def indent(of: Edition) -> None:
    of.sections[0].level = 3


def ask_otherwise(of: Edition) -> None:
    of.sections[2].items[0].question += "!"


def answer_otherwise(of: Edition) -> None:
    of.sections[2].items[0].answer += "!"


def turn_round(of: Edition) -> None:
    of.sections.reverse()


def take_out(of: Edition) -> None:
    del of.sections[0]


def make_commercial(of: Edition) -> None:
    of.sections[0].type = "cost"


@pytest.mark.parametrize(
    "edit",
    [
        *(retitle, summarise, rewrite, rename, retype, indent, ask_otherwise, answer_otherwise),
        *(turn_round, take_out, make_commercial),
    ],
)
def test_whatever_is_clinical_is_signed(library: Library, edit: Edit) -> None:
    found = edition(library)
    before = clinical_digest(found)
    edit(found)
    assert clinical_digest(found) != before


def reprice(of: Edition) -> None:
    of.sections[1].body = "It costs nothing."


def drop_the_price(of: Edition) -> None:
    del of.sections[1]


def move_the_price(of: Edition) -> None:
    of.sections.insert(0, of.sections.pop(1))


def readdress(of: Edition) -> None:
    of.sections[0].anchor = of.sections[0].id = "elsewhere"
    of.sections[2].items[0].anchor = "there"


@pytest.mark.parametrize("edit", [reprice, drop_the_price, move_the_price, readdress])
def test_what_is_commercial_or_an_address_is_not(library: Library, edit: Edit) -> None:
    found = edition(library)
    before = clinical_digest(found)
    edit(found)
    assert clinical_digest(found) == before


def test_a_signature_holds_until_its_end_and_not_at_it(library: Library) -> None:
    article = an_approved_article(library, lasting=timedelta(days=30))
    with library.reading() as session:
        stored = session.get_one(Article, article.id)
        (review,) = stored.reviews
        assert review.valid_until is not None
        ends, text = review.valid_until, review.clinical_digest
        assert signature(stored, text, ends - timedelta(microseconds=1)) is review
        assert signature(stored, text, ends) is None
        assert signature(stored, "0" * 64, now()) is None


def test_an_edit_ends_a_signature_and_taking_it_back_revives_it(library: Library) -> None:
    article = an_approved_article(library)
    held = []
    for title in (TITLE, "Other", TITLE):
        with library.writing(EDITOR) as work:
            edited = editing.change_article(work, article.id, None, title=title)
            assert edited.draft is not None
            held.append(signature(edited, clinical_digest(edited.draft), work.at) is not None)
    assert held == [True, False, True]
