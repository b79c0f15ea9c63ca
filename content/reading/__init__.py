"""Readers' questions. Every answer starts from what is published, so none can reach a draft.

Each function takes a fixed number of statements, whatever the number of items. `at` is a point of
the change log, None for now: the answer is the one that was given when the log stood there.
"""

from content.reading.gathering import hub, topic_labels, topics
from content.reading.listing import articles, manifest, sections
from content.reading.locating import (
    article,
    article_section,
    section,
    section_addresses,
    sections_by_id,
)
from content.reading.narrowing import Filter
from content.reading.ordering import ARTICLE_SORTS, ArticleSort
from content.reading.pairing import faqs, faqs_of_article
from content.reading.relating import related
from content.reading.syncing import changes_since
from content.reading.translating import alternates, extent, mapped
from content.reading.viewing import picture, references

__all__ = [
    "ARTICLE_SORTS",
    "ArticleSort",
    "Filter",
    "alternates",
    "article",
    "article_section",
    "articles",
    "changes_since",
    "extent",
    "faqs",
    "faqs_of_article",
    "hub",
    "manifest",
    "mapped",
    "picture",
    "references",
    "related",
    "section",
    "section_addresses",
    "sections",
    "sections_by_id",
    "topic_labels",
    "topics",
]
