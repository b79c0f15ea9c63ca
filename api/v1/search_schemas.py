"""What search takes and answers, as fields."""

from typing import Final, get_args

from marshmallow import Schema, ValidationError, fields, validate, validates

from api.fields import Choices, Digits, Either, Locale, Text, Toggle
from api.v1.queries import TYPES, PageQuery, Query, TopicsQuery, body_format
from api.v1.schemas import AddressOut, Answer, PageOut, SectionOut
from content.advising import GROUNDS
from content.finding import FoundGroup, FoundSection
from content.searching import FACETS, MOST_IN_GROUP, CompletionKind
from content.searching.queries import MAX_CHARACTERS
from content.suggesting import MOST_SUGGESTIONS, MOST_TYPED

GROUPS: Final = ("article",)


def _check_text(text: str) -> None:
    if not text.strip():
        raise ValidationError("Give at least one word to search for.")


class SearchQueryIn(PageQuery, TopicsQuery):
    """A search."""

    format = body_format()
    q = Text(required=True, metadata={"description": "What a visitor typed."})
    type = Choices(TYPES, metadata={"description": "Of one of these types."})
    locale = Locale(metadata={"description": "A language tag, such as en or de-CH."})
    article = Text(
        validate=validate.Length(1), metadata={"description": "The slug of the article."}
    )
    facets = Choices(
        FACETS, metadata={"description": "By what to count what there is to narrow the search by."}
    )
    group = Text(
        validate=validate.OneOf(GROUPS, error="Must be one of: {choices}."),
        metadata={
            "description": f"`article` answers articles, each with its best {MOST_IN_GROUP} hits.",
        },
    )
    explain = Toggle(
        load_default=False,
        metadata={"description": "Whether each hit says in words why it stands where it does."},
    )

    @validates("q")
    def check_text(self, text: str, data_key: str) -> None:
        """Refuse nothing at all: it is a form that was sent before anything was typed."""
        _check_text(text)


class ClickIn(Schema):
    """That a visitor followed a hit of a search."""

    q = Text(
        required=True,
        validate=validate.Length(max=MAX_CHARACTERS),
        metadata={"description": "What was searched for, as it was sent to the search."},
    )
    section = Text(
        required=True,
        validate=validate.Length(1, 36),
        metadata={"description": "The id of the section."},
    )
    locale = Locale(
        load_default=None,
        allow_none=True,
        metadata={"description": "The locale to which the search was narrowed, if to any."},
    )

    @validates("q")
    def check_text(self, text: str, data_key: str) -> None:
        """Refuse what cannot have been searched for."""
        _check_text(text)


class SuggestQuery(Query):
    """What is completed."""

    q = Text(
        load_default="",
        validate=validate.Length(0, MOST_TYPED),
        metadata={"description": "What a visitor has typed so far."},
    )
    locale = Locale(metadata={"description": "A language tag, such as en or de-CH."})
    limit = Digits(1, MOST_SUGGESTIONS, load_default=8, metadata={"description": "At most."})


class HighlightsOut(Answer):
    """Where the words were found: escaped text, as HTML, with `<mark>` around each of them."""

    heading = fields.String(
        metadata={"left_out": True, "description": "The heading, where a word stands in it."}
    )
    body = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Passages that show the words, cut at the ends of sentences."},
    )


class HitOut(Answer):
    """A section that answers a search."""

    section = fields.Nested(SectionOut, required=True)
    article = fields.Nested(AddressOut, required=True, attribute="section.article")
    score = fields.Float(
        required=True, metadata={"description": "Only to be compared within one answer."}
    )
    highlights = fields.Nested(HighlightsOut, required=True)
    matched = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Those of the words of the query that the section holds."},
    )
    reasons = fields.List(
        fields.String(),
        metadata={
            "left_out": True,
            "description": "Why it stands where it does, the weightiest first.",
        },
    )


class GroupedArticleOut(AddressOut):
    """The article of a group."""

    id = fields.String(required=True)


class HitGroupOut(Answer):
    """An article that answers a search, with its best sections."""

    article = fields.Nested(GroupedArticleOut, required=True)
    score = fields.Float(required=True, metadata={"description": "That of its best hit."})
    total = fields.Integer(
        required=True, metadata={"description": "All of its sections that match."}
    )
    hits = fields.List(
        fields.Nested(HitOut),
        required=True,
        metadata={"description": f"The best of them, at most {MOST_IN_GROUP}."},
    )


class FacetValueOut(Answer):
    """A value to narrow a search by, and how many sections it then has."""

    value = fields.String(
        required=True, metadata={"description": "What the parameter takes; a topic's `kind:key`."}
    )
    label = fields.String(required=True, metadata={"description": "For readers."})
    total = fields.Integer(required=True)


class FacetsOut(Answer):
    """The values of those facets that were asked for, the most frequent first.

    Of types and locales those that could be chosen in place of the one asked for; of topics those
    that could be added.
    """

    type = fields.List(fields.Nested(FacetValueOut), metadata={"left_out": True})
    topic = fields.List(fields.Nested(FacetValueOut), metadata={"left_out": True})
    locale = fields.List(fields.Nested(FacetValueOut), metadata={"left_out": True})


class InsteadOut(Answer):
    """A way on from an empty page, on which it is known that there is something."""

    reason = fields.String(
        required=True,
        validate=validate.OneOf(GROUNDS),
        metadata={
            "description": "The same search without filters, or without quotation marks; the hub "
            "of a topic that the words name; the list of all topics."
        },
    )
    label = fields.String(
        metadata={"left_out": True, "description": "Of a topic how readers call it."}
    )
    path = fields.String(
        required=True, metadata={"description": "Where it is answered, with its query."}
    )
    total = fields.Integer(
        required=True, metadata={"description": "How many sections, articles or topics are there."}
    )


class SearchOut(PageOut):
    """Hits, or articles with their best hits, best first."""

    items = fields.List(
        Either({FoundSection: HitOut, FoundGroup: HitGroupOut}),
        required=True,
        metadata={"description": "Hits; with `group=article` articles with their best hits."},
    )
    facets = fields.Nested(FacetsOut, metadata={"left_out": True, "description": "With `facets=`."})
    did_you_mean = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The query with its misspelt words put right; null if none were."},
    )
    instead = fields.List(
        fields.Nested(InsteadOut),
        required=True,
        metadata={"description": "Where nothing was found, what to do instead; else empty."},
    )


class SuggestedSectionOut(Answer):
    """The section that a suggestion leads to, in its article."""

    id = fields.String(required=True)
    type = fields.String(required=True)
    type_label = fields.String(required=True)
    anchor = fields.String(required=True)


class SuggestionOut(Answer):
    """What a visitor may be about to type, and where it leads."""

    text = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(get_args(CompletionKind)))
    highlight = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "The text as safe HTML with what was typed in `<mark>`; null where that "
            "was misspelt, or is found by another name."
        },
    )
    sections = fields.Integer(
        required=True, metadata={"description": "How many sections it stands for."}
    )
    topic = fields.String(
        required=True, allow_none=True, metadata={"description": "`kind:key` of a topic."}
    )
    section = fields.Nested(
        SuggestedSectionOut,
        required=True,
        allow_none=True,
        metadata={"description": "Of a heading or question; the oldest of several sections."},
    )
    article = fields.Nested(
        AddressOut,
        required=True,
        allow_none=True,
        metadata={"description": "Where that section is, or what the title is of."},
    )


class SuggestionsOut(Answer):
    """Suggestions, best first."""

    items = fields.List(fields.Nested(SuggestionOut), required=True)
