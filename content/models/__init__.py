"""What is stored, and the constraints that hold it together; each room of it has a module."""

from content.models.articles import (
    Article,
    ArticleState,
    ArticleTopic,
    Edition,
    EditionAuthor,
    EditionState,
    FaqItem,
    Redirect,
    Section,
)
from content.models.columns import Id, Instant, Key, Sequence, Stored, guarded_by, new_id, now
from content.models.comparisons import ComparedArticle, ComparedSection, Minimum
from content.models.log import Change, ChangeHead, ChangeKind
from content.models.people import AuditEntry, Token, User
from content.models.reviews import Outcome, Review
from content.models.shared import SharedSection, SharedSignature, SharedVersion
from content.models.sources import HeadingPhrase, RecordedCorrection, StoredProposal
from content.models.synonyms import SynonymGroup
from content.models.topics import LabelKind, Topic, TopicLabel

__all__ = [
    "Article",
    "ArticleState",
    "ArticleTopic",
    "AuditEntry",
    "Change",
    "ChangeHead",
    "ChangeKind",
    "ComparedArticle",
    "ComparedSection",
    "Edition",
    "EditionAuthor",
    "EditionState",
    "FaqItem",
    "HeadingPhrase",
    "Id",
    "Instant",
    "Key",
    "LabelKind",
    "Minimum",
    "Outcome",
    "RecordedCorrection",
    "Redirect",
    "Review",
    "Section",
    "Sequence",
    "SharedSection",
    "SharedSignature",
    "SharedVersion",
    "Stored",
    "StoredProposal",
    "SynonymGroup",
    "Token",
    "Topic",
    "TopicLabel",
    "User",
    "guarded_by",
    "new_id",
    "now",
]
