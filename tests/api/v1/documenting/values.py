"""What examples ask with: a value for each parameter and body that the document knows.

An operation that is new needs nothing here where its parameters and bodies are known ones, or
say in their schema what is right. A test names what it misses otherwise.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from tests.api.v1.documenting.asking import Json, Operation
from tests.api.v1.documenting.chance import BEGIN
from tests.api.v1.documenting.stage import (
    EMAIL,
    MICRONEEDLING,
    MOVED,
    OLD,
    PASSWORD,
    PICTURE,
    SOURCE,
    TRANSLATED,
    WITHDRAWN,
)

Names = Mapping[str, str]
Read = Callable[[str], Json]
"""Reads what an editor gets at a path."""

_PATHS: Final[Mapping[str, str]] = {
    "slug": MICRONEEDLING,
    "anchor_or_type": "aftercare",
    "kind": "procedure",
    "key": "microneedling",
    "edition_number": "1",
    "point_number": "1",
    "locale": "en",
    "old_slug": OLD,
    "version_number": "1",
}
_STAGED: Final[Mapping[str, str]] = {
    "article_id": MICRONEEDLING,
    "section_id": "section",
    "proposal_id": "proposal",
    "token_id": "site token",
    "phrase_id": "phrase",
    "query_id": "query",
    "group_id": "synonyms",
    "preview_id": "preview",
    "schedule_id": "schedule",
    "release_id": "release",
    "webhook_id": "webhook",
    "user_id": "user",
    "session_id": "session",
    "media_id": "picture",
    "shared_id": "shared",
    "bulk_id": "bulk",
}
"""Of parameters of paths the name on the stage of what they find."""

_STAGED_OF: Final[Mapping[tuple[str, str], str]] = (
    {
        (operation, "article_id"): "draft"
        for operation in (
            *("adminChangeArticle", "adminOrderSections", "adminPublish", "adminSchedule"),
            *("adminArticlePreviews", "adminSharePreview", "adminRevokePreview", "adminOperate"),
            "adminSubmit",
        )
    }
    | {
        ("adminArticleSchedule", "article_id"): "planned",
        ("adminUnschedule", "article_id"): "planned",
        ("adminRemoveReleaseItem", "article_id"): "edited",
        ("adminUnscheduleRelease", "release_id"): "scheduled release",
        ("adminDiscardedArticle", "article_id"): "trashed",
        ("adminTakeBackArticle", "article_id"): "trashed",
        ("adminPurgeArticle", "article_id"): "trashed",
        ("adminTranslationState", "article_id"): "translation",
        ("adminMarkTranslated", "article_id"): "translation",
        ("adminMarkTranslated", "section_id"): "translated section",
        ("adminStartTranslation", "article_id"): "illustrated",
        ("adminSetReferences", "article_id"): "illustrated",
        ("adminRemovePicture", "media_id"): "unused picture",
        ("adminCheck", "article_id"): "unready",
        ("adminRecall", "article_id"): "submitted by the admin",
        ("adminRequestChanges", "article_id"): "submitted",
        ("adminApprove", "article_id"): "submitted",
        ("adminReopen", "article_id"): WITHDRAWN,
    }
    | {
        (operation, "article_id"): "edited"
        for operation in (
            *("adminEditions", "adminEdition", "adminPoints", "adminPoint", "adminDiff"),
            *("adminRestoreEdition", "adminRestorePoint"),
        )
    }
    | {
        ("adminUnshareSection", "article_id"): "sharing article",
        ("adminUnshareSection", "section_id"): "sharing section",
        ("adminDeleteSharedSection", "shared_id"): "spare shared",
        ("adminRevertBulkChange", "bulk_id"): "applied bulk",
    }
)
_PLAIN_OF: Final[Mapping[tuple[str, str], str]] = {
    (operation, parameter): value
    for operation in ("adminRelabelTopic", "adminDeleteTopic")
    for parameter, value in (("kind", "device"), ("key", "derma-blade"))
}
"""Where an operation would do harm to what the other parameters find, or could not be done."""

ASKED: Final[Mapping[str, Json]] = {
    "articles": {"topic": ["condition:acne-scars"]},
    "article": {"types": ["aftercare", "risks"]},
    "sections": {"type": ["aftercare"], "topic": ["condition:acne-scars"], "format": "text"},
    "topics": {"kind": "procedure"},
    "listChanges": {"since": 3},
    "suggestions": {"q": "after", "limit": 3},
    "adminExportAudit": {"action": "withdraw"},
    "adminUsage": {"q": "sunscreen"},
    "adminSearchQueries": {"until": f"{BEGIN:%Y-%m-%d}"},
    "feedAtom": {"limit": 1},
    "feedJson": {"limit": 1},
}
"""The optional parameters of the request that an operation shows first."""

_KNOWN: Final[Json] = {
    "limit": 2,
    "locale": "en",
    "q": "do scars come back",
    "topic": ["procedure:microneedling"],
    "type": ["aftercare", "risks"],
    "types": ["aftercare", "risks"],
    "slug": [MICRONEEDLING, "chemical-peels-depths-downtime-and-results"],
    "article": MICRONEEDLING,
    "fields": ["title", "summary"],
    "since": 3,
    "at": 12,
}
_KNOWN_OF: Final[Mapping[tuple[str, str], Any]] = {
    ("adminSchedules", "article"): "019cae3a-2f60-7000-8000-000000100001",
    ("adminSchedules", "release"): "019cae3a-2f60-7000-8000-000000100002",
    ("answers", "reviewed"): False,
    ("sections", "fields"): ["heading", "body", "article.slug"],
    ("adminArticles", "slug"): MICRONEEDLING,
    **{
        (operation, name): value
        for operation in ("adminAuditEntries", "adminExportAudit")
        for name, value in {
            "actor": "Ada the editor",
            "user": "018f2b6c-0000-7000-8000-000000000001",
            "token": "018f2b6c-0000-7000-8000-000000000002",
            "action": "withdraw",
            "kind": "article",
            "object": "018f2b6c-0000-7000-8000-000000000003",
            "since": f"{BEGIN:%Y-%m-%dT%H:%M:%SZ}",
            "until": f"{BEGIN + timedelta(days=9):%Y-%m-%dT%H:%M:%SZ}",
        }.items()
    },
    ("adminDiff", "from"): "edition:1",
    ("adminDiff", "to"): "point:2",
    ("adminArticles", "freshness"): ["overdue", "due_soon"],
    ("adminRedirects", "slug"): OLD,
    ("adminCorrections", "since"): f"{BEGIN:%Y-%m-%dT%H:%M:%SZ}",
    ("adminSearchQueries", "since"): f"{BEGIN:%Y-%m-%d}",
}

DONE: Final = "the-first-time"
SUBSCRIBED: Final = "the-first-webhook"
"""A key that an editor has used before."""

BODIES: Final[Mapping[str, Callable[[Names, Read], Json]]] = {
    "ImportIn": lambda _names, _read: {"source": SOURCE, "format": "markdown"},
    "CorrectionsIn": lambda names, read: {
        "corrections": [
            {
                "action": "retype",
                "id": _first_section(read(f"/api/v1/admin/imports/{names['proposal']}")),
                "type": "mechanism",
            }
        ]
    },
    "CommitIn": lambda _names, _read: {"publish": False},
    "NewArticleIn": lambda _names, _read: {
        "title": "What a patch test tells",
        "summary": "Why it comes before a peel.",
        "topics": ["procedure:chemical-peels"],
        "sections": [_SECTION],
    },
    "ArticlePatchIn": lambda _names, _read: {
        "title": "Shaving the face, gently",
        "slug": "shaving-the-face",
    },
    "CommentIn": lambda _names, _read: {
        "comment": "Say after how many days the redness is no longer normal.",
    },
    "SignatureIn": lambda names, read: {
        "statement": "Agrees with the present evidence; the risks are complete.",
        "valid_until": f"{BEGIN.replace(year=BEGIN.year + 1):%Y-%m-%dT%H:%M:%SZ}",
    },
    "ArchivalIn": lambda names, _read: {
        "reason": "The newer guide says all of it.",
        "redirect_to": names["chemical-peels-depths-downtime-and-results"],
    },
    "NewRedirectIn": lambda names, _read: {
        "locale": "en",
        "slug": "dermarolling-for-scars",
        "article_id": names[MICRONEEDLING],
    },
    "RedirectTargetIn": lambda names, _read: {
        "article_id": names["chemical-peels-depths-downtime-and-results"]
    },
    "WithdrawalIn": lambda _names, _read: {"reason": "A study that it names was retracted."},
    "NewSectionIn": lambda _names, _read: {"section": _SECTION, "position": 2},
    "SectionIn": lambda _names, _read: _SECTION,
    "SectionPatchIn": lambda _names, _read: {"body": "Use sunscreen **every** day."},
    "MergeIn": lambda _names, _read: {"base": 1, "mine": _SECTION},
    "RestoreIn": lambda _names, _read: {"why": "The study that it cites was corrected."},
    "OperationsIn": lambda names, read: {
        "operations": [
            {
                "action": "retype",
                "id": _sections(read(f"/api/v1/admin/articles/{names['draft']}"))[0],
                "type": "recurrence_factors",
            },
            {
                "action": "move",
                "id": _sections(read(f"/api/v1/admin/articles/{names['draft']}"))[0],
                "position": 2,
            },
        ],
        "why": "It speaks of months, not of days.",
    },
    "NewSharedSectionIn": lambda _names, _read: {
        "name": "Aftercare of shaving",
        "draft": _SECTION,
    },
    "SharedSectionPatchIn": lambda _names, _read: {
        "draft": {"body": "Leave the skin alone for *four* days, and use sunscreen."}
    },
    "BulkChangeIn": lambda _names, _read: {
        "kind": "replace",
        "find": "dermaroller",
        "replace_with": "microneedling roller",
        "where": {"locale": "en"},
        "in": ["heading", "body", "answers"],
    },
    "ApplyIn": lambda _names, _read: {"only": [1, 2]},
    "ShareIn": lambda _names, _read: {"name": "Aftercare of needling"},
    "OrderIn": lambda names, read: {
        "order": _sections(read(f"/api/v1/admin/articles/{names['draft']}"))[::-1]
    },
    "NewTopicIn": lambda _names, _read: {
        "kind": "procedure",
        "key": "oxygen-facial",
        "labels": [{"label": "oxygen facial"}, {"label": "oxygen jet", "kind": "alternative"}],
    },
    "LabelsIn": lambda _names, _read: {
        "labels": [{"label": "derma blade"}, {"label": "Dermaklinge", "locale": "de"}]
    },
    "NewTokenIn": lambda _names, _read: {
        "name": "The site's build",
        "scopes": ["read"],
        "expires_in": 2_592_000,
    },
    "NewPreviewIn": lambda _names, _read: {"expires_in": 259_200, "note": "For the clinic"},
    "PersonIn": lambda _names, _read: {
        "email": "sam@clinic.example",
        "name": "Dr Sam Okoro",
        "roles": ["author", "reviewer"],
        "credentials": "MRCP, GMC 1234567",
        "credentials_until": "2028-03-01T00:00:00Z",
    },
    "PersonPatchIn": lambda _names, _read: {"roles": ["reviewer", "publisher"]},
    "AcceptanceIn": lambda names, _read: {
        "invitation": names["invitation secret"],
        "password": "four slow boats at dawn",
    },
    "SignInIn": lambda _names, _read: {"email": EMAIL, "password": PASSWORD},
    "NewPasswordIn": lambda _names, _read: {
        "old_password": PASSWORD,
        "new_password": "a kettle sings in the rain",
    },
    "ClickIn": lambda names, _read: {"q": "do scars come back", "section": names["section"]},
    "NewPhraseIn": lambda _names, _read: {"phrase": "once you are home", "type": "aftercare"},
    "NewWebhookIn": lambda _names, _read: {
        "name": "The site",
        "url": "https://www.example.org/api/dermis",
        "topics": ["procedure:microneedling"],
    },
    "WebhookPatchIn": lambda _names, _read: {"topics": [], "locale": "en"},
    "ReplayIn": lambda _names, _read: {"from": 3, "to": 7},
    "ReferencesIn": lambda _names, _read: {
        "references": [
            {
                "id": "blade-study",
                "title": "Of blades and skin",
                "doi": "10.1000/182",
                "year": 2024,
                "publisher": "Journal of Examples",
            }
        ]
    },
    "NewTranslationIn": lambda _names, _read: {"locale": "nl", "title": "Dermaplaning in beeld"},
    "TranslatedIn": lambda names, _read: {"source_id": names["source section"]},
    "NewPictureIn": lambda _names, _read: {
        "file": PICTURE,
        "alt": {"en": "A cheek, calm a week after the session."},
        "shows_person": True,
        "consent": {
            "reference": "Consent file 2026-014",
            "given_at": f"{BEGIN:%Y-%m-%dT%H:%M:%SZ}",
        },
    },
    "PicturePatchIn": lambda _names, _read: {
        "alt": {"en": "A blade on a cheek.", "de": "Eine Klinge an einer Wange."}
    },
    "GroupIn": lambda _names, _read: {"expressions": ["oxygen facial", "oxygen jet"]},
    "ScheduleIn": lambda _names, _read: {"action": "publish", **_TIME},
    "TimeIn": lambda _names, _read: _TIME,
    "NewReleaseIn": lambda names, _read: {
        "title": "Autumn: after the sun",
        "items": [{"article_id": names["draft"]}],
    },
    "ReleasePatchIn": lambda _names, _read: {"note": "Waits for the pictures."},
    "ReleaseItemIn": lambda names, _read: {"article_id": names["draft"]},
}
"""Of each schema of a body an example."""

CONFLICTS: Final[Mapping[str, Callable[[Names], tuple[Json, Json]]]] = {
    "adminCreateArticle": lambda _names: ({}, {"slug": MICRONEEDLING}),
    "adminChangeArticle": lambda names: (
        {"article_id": names["twin"], "If-Match": "*"},
        {"slug": MICRONEEDLING},
    ),
    "adminMergeSection": lambda _names: (
        {},
        {"base": {"type": "aftercare", "body": "Something else that both of them began with."}},
    ),
    **{
        operation: lambda names: (_sharing(names), {})
        for operation in ("adminReplaceSection", "adminChangeSection", "adminShareSection")
    },
    "adminOperate": lambda names: (
        {"article_id": names["sharing article"], "If-Match": "*"},
        {"operations": [{"action": "retitle", "id": names["sharing section"], "heading": None}]},
    ),
    "adminApplyBulkChange": lambda names: ({"bulk_id": names["overtaken bulk"]}, {"only": [1]}),
    "adminRevertBulkChange": lambda names: ({"bulk_id": names["bulk"]}, {}),
    "adminUnshareSection": lambda names: (
        {"article_id": names[MICRONEEDLING], "section_id": names["section"], "If-Match": "*"},
        {},
    ),
    "adminDeleteSharedSection": lambda names: ({"shared_id": names["shared"], "If-Match": "*"}, {}),
    **{
        operation: lambda names: ({"shared_id": names["own shared"], "If-Match": "*"}, {})
        for operation in ("adminPublishSharedSection", "adminSignSharedSection")
    },
    "adminPublish": lambda names: ({"article_id": names["unready"], "If-Match": "*"}, {}),
    "adminWithdraw": lambda names: ({"article_id": names["draft"], "If-Match": "*"}, {}),
    "adminSubmit": lambda names: ({"article_id": names["unready"], "If-Match": "*"}, {}),
    **{
        operation: lambda names: ({"article_id": names["draft"], "If-Match": "*"}, {})
        for operation in (
            *("adminRecall", "adminRequestChanges", "adminApprove", "adminSign"),
            *("adminArchive", "adminReopen"),
        )
    },
    "adminCreateRedirect": lambda _names: ({}, {"slug": MICRONEEDLING}),
    "adminChangeRedirect": lambda _names: ({"old_slug": MOVED, "If-Match": "*"}, {}),
    "adminDeleteRedirect": lambda _names: ({"old_slug": MOVED, "If-Match": "*"}, {}),
    "adminCorrect": lambda names: ({"proposal_id": names["committed"], "If-Match": "*"}, {}),
    "adminCommit": lambda names: ({"proposal_id": names["unready proposal"]}, {"publish": True}),
    "adminAddHeadingPhrase": lambda _names: ({}, {"phrase": "the days that follow"}),
    "adminCreateTopic": lambda _names: ({}, {"key": "microneedling"}),
    "adminCreateSynonyms": lambda _names: ({}, {"expressions": ["glow facial", "glow peel"]}),
    "adminChangeSynonyms": lambda names: (
        {"group_id": names["synonyms"], "If-Match": "*"},
        {"expressions": ["ProGlow", "Pro Glow Facial"]},
    ),
    "adminCreateWebhook": lambda _names: ({"Idempotency-Key": SUBSCRIBED}, {}),
    "adminIssueToken": lambda _names: ({"Idempotency-Key": DONE}, {}),
    "adminSharePreview": lambda names: ({"article_id": names[MICRONEEDLING]}, {}),
    "adminTakeBackArticle": lambda names: ({"article_id": names["replaced"], "If-Match": "*"}, {}),
    "adminRotateWebhookSecret": lambda names: ({"webhook_id": names["purge"]}, {}),
    "adminCreateUser": lambda _names: ({}, {"email": EMAIL}),
    "adminChangeUser": lambda names: (
        {"user_id": names["admin user"], "If-Match": "*"},
        {"roles": ["author"]},
    ),
    "adminDisableUser": lambda names: ({"user_id": names["admin user"], "If-Match": "*"}, {}),
    "adminInviteUser": lambda names: ({"user_id": names["gone user"]}, {}),
    "adminDeleteTopic": lambda _names: ({"kind": "procedure", "key": "microneedling"}, {}),
    "adminSchedule": lambda names: ({"article_id": names["unready"], "If-Match": "*"}, {}),
    "adminUnschedule": lambda names: ({"article_id": names["draft"], "If-Match": "*"}, {}),
    "adminCancelSchedule": lambda names: ({"schedule_id": names["cancelled schedule"]}, {}),
    "adminPublishRelease": lambda names: (_release(names, "unready release"), {}),
    "adminScheduleRelease": lambda names: (_release(names, "unready release"), {}),
    "adminUnscheduleRelease": lambda names: (_release(names, "release"), {}),
    "adminChangeRelease": lambda names: (_release(names, "published release"), {}),
    "adminDeleteRelease": lambda names: (_release(names, "scheduled release"), {}),
    "adminAddReleaseItem": lambda names: (_release(names, "scheduled release"), {}),
    "adminRemoveReleaseItem": lambda names: (_release(names, "scheduled release"), {}),
    "adminRemovePicture": lambda names: ({"media_id": names["picture"], "If-Match": "*"}, {}),
    "adminStartTranslation": lambda names: (
        {"article_id": names["planned"]},
        {"locale": "de", "slug": TRANSLATED},
    ),
    "adminTranslationState": lambda names: ({"article_id": names["draft"]}, {}),
    "adminMarkTranslated": lambda names: ({"article_id": names["draft"], "If-Match": "*"}, {}),
}
"""Of each operation that may meet a state that forbids it: other parameters, and other members."""

STRANGERS: Final[Mapping[str, Json]] = {
    "SignInIn": {"password": "a heron over the lake"},
    "AcceptanceIn": {"invitation": "dermis_invitation_used-before"},
}
"""Of each schema of a body by which somebody comes in, the members by which nobody does."""

_SECTION: Final[Json] = {
    "type": "aftercare",
    "heading": "The days that follow",
    "body": "Wash with lukewarm water, and wear *sunscreen* out of doors.",
}


_TIME: Final[Json] = {"at": "2026-03-29T09:00:00", "zone": "Europe/Berlin"}


def _release(names: Names, name: str) -> Json:
    return {"release_id": names[name], "If-Match": "*"}


def _sharing(names: Names) -> Json:
    found = {"article_id": names["sharing article"], "section_id": names["sharing section"]}
    return {**found, "If-Match": "*"}


def found_by(operation: Operation, name: str, names: Names) -> str:
    """The value of a parameter of a path, with which there is something at that path."""
    key = (operation.name, name)
    if key in _PLAIN_OF:
        return _PLAIN_OF[key]
    staged = _STAGED_OF.get(key) or _STAGED.get(name)
    assert staged or name in _PATHS, f"Give {operation.path} a value of '{name}' in {__file__}."
    return names[staged] if staged else _PATHS[name]


def value_of(operation: Operation, name: str) -> Any:
    """A value of a parameter of a query: a known one, or one that its schema says is right."""
    if (operation.name, name) in _KNOWN_OF:
        return _KNOWN_OF[operation.name, name]
    found = _KNOWN.get(name, _from_schema(operation.parameters[name]["schema"]))
    assert found is not None, f"Give {operation.name} a value of '{name}' in {__file__}."
    return found


def _from_schema(schema: Json) -> Any:
    if schema.get("type") == "array":
        inner = _from_schema(schema["items"])
        return None if inner is None else [inner]
    if "enum" in schema:
        return schema["enum"][-1]
    if schema.get("format") == "date-time":
        return f"{BEGIN:%Y-%m-%dT%H:%M:%SZ}"
    if schema.get("type") in {"integer", "number"}:
        return schema.get("default", max(1, schema.get("minimum", 1)))
    return True if schema.get("type") == "boolean" else None


def _sections(article: Json) -> list[str]:
    edition = article["draft"] or article["live"]
    return [section["id"] for section in edition["sections"]]


def _first_section(proposal: Json) -> str:
    return str(proposal["articles"][0]["sections"][0]["id"])
