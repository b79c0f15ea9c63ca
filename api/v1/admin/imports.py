"""Importing over HTTP: a source becomes a proposal, and a proposal becomes drafts."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import request
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from api.auth import guarded
from api.errors import Problem
from api.house import house
from api.parsing import StrictParser, body_bytes, json_body, load_strictly
from api.v1.admin import schemas
from api.v1.admin.answering import matches, reads, writes
from api.v1.admin.proposal_schemas import CorrectionsIn, ProposalOut
from content import filing
from content.authorising import Scope
from content.importing import committing, correcting
from content.importing.proposals import SOURCE_FORMATS, Proposal, from_document
from content.library import Work
from content.models import StoredProposal

blueprint = Blueprint(
    "admin-imports",
    __name__,
    url_prefix="/api/v1/admin/imports",
    description="From a source to proposals, and to drafts",
)
blueprint.ARGUMENTS_PARSER = StrictParser()

_UPLOAD: dict[str, Any] = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "format": {"type": "string", "enum": list(SOURCE_FORMATS)},
        "locale": {"type": "string"},
    },
    "additionalProperties": False,
}
_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {"schema": schemas.ImportIn},
        "multipart/form-data": {"schema": _UPLOAD},
    },
}


def _proposed(view: Callable[..., Any]) -> Callable[..., Any]:
    """Pass what is found in the source that was sent, and how it was described.

    Found in a snapshot: whoever writes does not have to wait for it, but for what has to be filed
    before sections can be compared.
    """

    @wraps(view)
    def answer() -> Any:
        data, sent = _uploaded() if request.mimetype == "multipart/form-data" else _sent()
        described = {**sent, "locale": sent["locale"] or house().settings.locale}
        filing.catch_up(house().library)
        with house().library.reading() as session:
            proposal = committing.propose_source(
                session,
                data,
                limit=house().settings.max_bytes,
                locale=described["locale"],
                filename=described["filename"],
                source_format=described["format"],
            )
        return view(proposal, described)

    return answer


@blueprint.post("")
@guarded(Scope.WRITE)
@blueprint.doc(requestBody=_BODY)
@_proposed
@writes(blueprint, ProposalOut, status=201)
def propose(work: Work, proposal: Proposal, sent: dict[str, Any]) -> dict[str, Any]:
    """Propose the split of a source

    Plain text, Markdown or HTML, as `source` in JSON or as a `file` of a form; DOCX as a file.
    Answers the articles found, each section with its type, confidence, evidence and place in the
    source, what was set aside and why, and the proof that every character is accounted for.
    Nothing of it is content until it is committed.
    """
    stored = committing.keep(work, proposal, locale=sent["locale"], filename=sent["filename"])
    return _shown(work.session, stored)


@blueprint.get("/<proposal_id>")
@guarded(Scope.READ)
@blueprint.arguments(schemas.NoQuery, location="query")
@reads(blueprint, ProposalOut)
def proposal(session: Session, query: dict[str, Any], proposal_id: str) -> dict[str, Any]:
    """Get a proposal"""
    return _shown(session, committing.proposal(session, proposal_id))


@blueprint.patch("/<proposal_id>")
@guarded(Scope.WRITE)
@blueprint.alt_response(409, description="The proposal is committed already.")
@matches(blueprint)
@blueprint.arguments(CorrectionsIn)
@writes(blueprint, ProposalOut, rehearsed=True)
def correct(
    work: Work, body: dict[str, Any], proposal_id: str, expected: int | None
) -> dict[str, Any]:
    """Correct a proposal

    Sections are given other types and headings, split, merged and moved, pieces are set aside and
    taken back: in order, all of it or nothing, 422 with every reason. The proof is made anew, and
    what was changed is recorded to be learned from. 409 once the proposal is committed.
    """
    stored = correcting.correct(work, proposal_id, expected, body["corrections"])
    return _shown(work.session, stored)


@blueprint.post("/<proposal_id>/commit")
@guarded(Scope.WRITE)
@blueprint.alt_response(409, description="It has no article, or one cannot go live yet.")
@matches(blueprint, required=False)
@blueprint.arguments(schemas.CommitIn)
@writes(blueprint, schemas.CommittedOut)
def commit(
    work: Work, body: dict[str, Any], proposal_id: str, expected: int | None
) -> dict[str, Any]:
    """Commit a proposal

    Its articles become drafts; with `publish` all of them go live as well, or nothing happens
    and the answer is 409 with every reason. Committing again answers the same articles.
    """
    return {"articles": committing.commit(work, proposal_id, expected, publish=body["publish"])}


def _sent() -> tuple[bytes, dict[str, Any]]:
    """The source and its description from a JSON body."""
    sent = load_strictly(schemas.ImportIn(), json_body(request))
    return sent["source"].encode(), sent


def _uploaded() -> tuple[bytes, dict[str, Any]]:
    """The source and its description from a form with a file."""
    body_bytes(request)  # Refuses what the form's parser would cut.
    uploads = list(request.files.items(multi=True))
    if [name for name, _ in uploads] != ["file"]:
        raise _form_refused("/file", "Send one file, as 'file'.", "required")
    for name, values in request.form.lists():
        if len(values) > 1:
            raise _form_refused(f"/{name[:60]}", "Give it once.", "repeated")
    upload = uploads[0][1]
    described = {"filename": upload.filename or None, **request.form.to_dict()}
    return upload.stream.read(), load_strictly(schemas.UploadIn(), described)


def _form_refused(pointer: str, detail: str, code: str) -> Problem:
    entry = {"pointer": pointer, "detail": detail, "code": code}
    return Problem(422, "invalid", "What was sent is not acceptable.", [entry])


def _shown(session: Session, stored: StoredProposal) -> dict[str, Any]:
    proposal = from_document(stored.document, stored.source)
    wrong = proposal.unaccounted()
    before = committing.committed_before(session, stored.source)
    return {
        **proposal.as_answer(),
        "id": stored.id,
        "filename": stored.filename,
        "locale": stored.locale,
        "revision": stored.revision,
        "created_at": stored.created_at,
        "created_by": stored.created_by,
        "committed_at": stored.committed_at,
        "article_ids": stored.article_ids,
        "proof": {
            "characters": len(stored.source),
            "accounted": len(stored.source) - sum(end - start for start, end in wrong),
            "unaccounted": wrong,
        },
        "already_committed": before.id if before and before.id != stored.id else None,
    }
