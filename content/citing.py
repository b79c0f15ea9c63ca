"""Saying what the text of a draft rests on."""

from collections.abc import Sequence

from content.drafting import lock_article, open_draft, saved
from content.errors import Invalid
from content.library import Work
from content.models import Article
from content.references import Reference, as_stored, reference_objections


def set_references(
    work: Work, article_id: str, expected: int | None, references: Sequence[Reference]
) -> Article:
    """Give the draft these references, in this order, in the place of those that it has.

    A text that cites one which is not among them is refused when it is published. Raises
    `Invalid` with every reason at once, `EditConflict`, `Unknown`.
    """
    reasons = list(reference_objections(references, "/references"))
    if reasons:
        raise Invalid("What was sent is not acceptable.", reasons)
    article = lock_article(work, article_id, expected)
    open_draft(work, article).references = as_stored(references)
    saved(work, article, "cite")
    work.audit("cite", "article", article.id, references=len(references))
    return article
