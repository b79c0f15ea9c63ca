"""What is taken and answered where one question gets one answer, as fields."""

from marshmallow import fields, validate

from api.fields import Locale, Share, Text, Toggle, When
from api.v1.queries import TopicsQuery, body_format
from api.v1.schemas import AddressOut, Answer, ReviewOut
from content.answering import LEAST
from content.published import BODY_FORMATS


class AnswersQuery(TopicsQuery):
    """A question to be answered."""

    format = body_format()

    q = Text(required=True, metadata={"description": "The question, as somebody asks it."})
    locale = Locale(metadata={"description": "A language tag, such as en or de-CH."})
    reviewed = Toggle(
        load_default=False,
        metadata={"description": "Whether only what has a review in force may answer."},
    )
    min_confidence = Share(
        load_default=LEAST,
        metadata={
            "description": "The least `confidence` of an answer; what is less sure is not given. "
            "A question that leaves something of weight uncovered has no answer at any."
        },
    )


class AnswerSectionOut(Answer):
    """The section that an answer stands in; `anchor` is that of the pair, where it is one."""

    id = fields.String(required=True)
    type = fields.String(required=True)
    heading = fields.String(required=True, allow_none=True)
    anchor = fields.String(required=True)


class AnswerSourceOut(Answer):
    """Where an answer stands."""

    article = fields.Nested(AddressOut, required=True)
    section = fields.Nested(AnswerSectionOut, required=True)
    url = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Where the site shows it, with the anchor: the page to cite."},
    )


class GivenAnswerOut(Answer):
    """What answers a question, word for word as it was published."""

    kind = fields.String(required=True, validate=validate.OneOf(["pair", "passage"]))
    question = fields.String(
        required=True, allow_none=True, metadata={"description": "Of a pair; else null."}
    )
    answer = fields.String(required=True)
    format = fields.String(required=True, validate=validate.OneOf(BODY_FORMATS))
    confidence = fields.Float(
        required=True,
        metadata={
            "description": "How much of the question the answer covers, and how plainly: 1 where "
            "all of it is asked by the pair's own question or the heading, less where only the "
            "text says it, for a near type, for misspelt words. It orders answers, it is no "
            f"probability. From {LEAST} on, about nine in ten answers to questions that the "
            "rules had not seen were right when they were read."
        },
    )
    source = fields.Nested(AnswerSourceOut, required=True)
    published_at = When(required=True)
    updated_at = When(required=True)
    reviewed = fields.Nested(ReviewOut, required=True, allow_none=True)
    date = When(
        required=True,
        metadata={"description": "When it was reviewed, or else changed: the date to be said."},
    )
