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
from content.models.keeping import KeptAnswer, Preview
from content.models.log import Change, ChangeHead, ChangeKind
from content.models.people import AuditEntry, Token, User
from content.models.pictures import Consenting, EditionPicture, Picture
from content.models.reviews import Outcome, Review
from content.models.shared import SharedSection, SharedSignature, SharedVersion
from content.models.sources import HeadingPhrase, RecordedCorrection, StoredProposal
from content.models.synonyms import SynonymGroup
from content.models.topics import LabelKind, Topic, TopicLabel
from content.models.translations import TranslatedSection

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
    "Consenting",
    "Edition",
    "EditionAuthor",
    "EditionPicture",
    "EditionState",
    "FaqItem",
    "HeadingPhrase",
    "Id",
    "Instant",
    "KeptAnswer",
    "Key",
    "LabelKind",
    "Minimum",
    "Outcome",
    "Picture",
    "Preview",
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
    "TranslatedSection",
    "User",
    "guarded_by",
    "new_id",
    "now",
]
