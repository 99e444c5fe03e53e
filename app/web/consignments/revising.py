"""The page of corrections: what is open, what was agreed, what the park asked for, and the form to ask."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from marshmallow import Schema
from werkzeug.wrappers import Response

from app.entry.language import rendered
from app.entry.prints import printed
from app.entry.work import reading, unit_of_work
from app.foundation.core.errors import Conflict, DomainError, InvalidInput
from app.foundation.core.text import Text, say
from app.foundation.core.units import kg_text
from app.foundation.core.work import Work
from app.waste.consignments.fields import CORRECTABLE, FieldRule, Value
from app.waste.consignments.models import Answer
from app.waste.consignments.policy import parties_of
from app.waste.consignments.queries import Papers, papers_for
from app.waste.consignments.revisions import operations, schemas
from app.waste.consignments.revisions.commands import AnswerRevision
from app.waste.consignments.revisions.policy import SIGNING, ensure_correctable, signing_party
from app.waste.consignments.revisions.queries import (
    RevisionStory,
    open_requests,
    revisions_of,
    versions_of,
)
from app.waste.consignments.revisions.showing import differences
from app.waste.consignments.revisions.values import PACKAGES, row_of
from app.waste.consignments.workflow import PARTY_WORDS, Party
from app.waste.registry.methods import METHODS, method_text
from app.waste.registry.models import FORM_WORDS
from app.web.consignments.blueprint import bp
from app.web.consignments.versions import papers_of
from app.web.forms import FormState
from app.web.parsing import parse_form


@dataclass(frozen=True)
class FormField:
    """One field of the form: its name there, its words, the value it holds and how it is asked."""

    name: str
    words: Text
    value: str
    kind: str
    options: list[tuple[str, Any]]

    @property
    def is_mass(self) -> bool:
        return self.kind == "number"


@bp.get("/<number>/revisions")
def revisions(number: str) -> str:
    """Corrections of a consignment, and the form to ask for one."""
    with reading() as work:
        return _page(work, papers_for(work, number), FormState())


@bp.post("/<number>/revisions")
def request_revision(number: str) -> Response | tuple[str, int]:
    """Ask for other values; those left as they are count as not asked."""

    def ask(work: Work) -> None:
        papers = papers_for(work, number)
        typed = {
            field.name.removeprefix("changes-"): request.form.get(field.name, "") for field in _fields(papers)
        }
        held = {field.name.removeprefix("changes-"): field.value for field in _fields(papers)}
        changes = {path: value for path, value in typed.items() if value.strip() and value != held[path]}
        body = {
            "changes": changes,
            "reason": request.form.get("reason", ""),
            "seen_version": request.form.get("seen_version"),
        }
        operations.request_revision(
            work, number, parse_form(schemas.RequestRevisionSchema(), body), printed(work)
        )

    return _done(number, ask, say("更正申请已发出，等待相关方答复"))


@bp.post("/<number>/revisions/<int:revision>/answer")
def answer_revision(number: str, revision: int) -> Response | tuple[str, int]:
    """Agree or refuse."""
    schema = schemas.AnswerRevisionSchema()

    def answer(work: Work, key: str, which: int, command: AnswerRevision) -> None:
        operations.answer_revision(work, key, which, command, printed(work))

    return _post(number, schema, answer, say("已答复"), revision)


@bp.post("/<number>/revisions/<int:revision>/withdrawal")
def withdraw_revision(number: str, revision: int) -> Response | tuple[str, int]:
    """Take it back."""
    operation = operations.withdraw_revision
    return _post(number, schemas.WithdrawRevisionSchema(), operation, say("更正申请已撤回"), revision)


@bp.post("/<number>/correction-requests")
def request_correction(number: str) -> Response | tuple[str, int]:
    """The park asks a party."""
    operation = operations.request_correction
    return _post(number, schemas.RequestCorrectionSchema(), operation, say("更正要求已发出"))


@bp.post("/<number>/correction-requests/<uuid:request_id>/withdrawal")
def withdraw_correction_request(number: str, request_id: UUID) -> Response | tuple[str, int]:
    """The park takes it back."""
    operation = operations.withdraw_correction_request
    schema = schemas.WithdrawCorrectionRequestSchema()
    return _post(number, schema, operation, say("更正要求已撤回"), request_id)


def _post(
    number: str, schema: Schema, operation: Callable[..., Any], done: Text, *which: Any
) -> Response | tuple[str, int]:
    def act(work: Work) -> None:
        typed = {name: value for name, value in request.form.items() if name != "csrf_token"}
        operation(work, number, *which, parse_form(schema, typed))

    return _done(number, act, done)


def _done(number: str, act: Callable[[Work], None], done: Text) -> Response | tuple[str, int]:
    try:
        with unit_of_work() as work:
            act(work)
    except InvalidInput as refused:
        return _again(number, FormState(request.form, refused.problems), None), 422
    except Conflict as refused:
        return _again(number, FormState(request.form), refused.text), 409
    flash(rendered(done))
    return redirect(url_for("consignments.revisions", number=number), 303)


def _again(number: str, form: FormState, refusal: Text | None) -> str:
    with reading() as work:
        return _page(work, papers_for(work, number), form, refusal)


def _page(work: Work, papers: Papers, form: FormState, refusal: Text | None = None) -> str:
    consignment = papers.consignment
    stories = revisions_of(work, consignment)
    may_ask = _may_ask(work, papers)
    fields = _fields(papers) if may_ask else []
    return render_template(
        "consignments/revisions.html",
        number=consignment.number,
        version=consignment.version,
        form=form if form.values else FormState({one.name: one.value for one in fields}),
        refusal=refusal,
        stories=[_story(work, story) for story in stories],
        requests=[
            {"id": one.id, "party": PARTY_WORDS[one.party], "text": one.text, "due_on": one.due_on}
            for one in open_requests(work, consignment)
        ],
        may_ask=may_ask and not any(story.revision.settled_at is None for story in stories),
        is_park=Party.PARK in parties_of(work.actor, consignment),
        parties=[(party.value, PARTY_WORDS[party]) for party in SIGNING],
        fields=fields,
        versions=papers_of(work, versions_of(work, consignment)),
    )


def _may_ask(work: Work, papers: Papers) -> bool:
    try:
        signing_party(work.actor, papers.consignment)
        ensure_correctable(papers.consignment)
    except DomainError:
        return False
    return True


def _story(work: Work, story: RevisionStory) -> dict[str, Any]:
    revision, firm = story.revision, work.actor.organisation_id
    is_open = revision.settled_at is None
    return {
        "number": revision.number,
        "state": revision.state.value,
        "asked_by": story.asked_by,
        "at": revision.requested_at,
        "settled_at": revision.settled_at,
        "reason": revision.reason,
        "differences": differences(revision),
        "consents": [
            {
                "name": name,
                "answer": one.answer.value,
                "person": one.name,
                "reason": one.reason,
                "at": one.answered_at,
            }
            for one, name in story.consents
        ],
        "may_answer": is_open
        and any(one.organisation_id == firm and one.answer is Answer.WAITING for one, _ in story.consents),
        "may_withdraw": is_open and revision.organisation_id == firm,
    }


def _fields(papers: Papers) -> list[FormField]:
    """What can be corrected on this consignment: its own fields, then line by line and container by container."""
    found = []
    for path, rule in CORRECTABLE.items():
        if "*" not in path:
            found.append(_field(papers, path, rule, rule.words))
    for line in papers.lines:
        for path, rule in CORRECTABLE.items():
            if path.startswith("lines."):
                words = say("第 {number} 行 {field}", number=line.line_number, field=rule.words)
                found.append(_field(papers, path.replace("*", str(line.line_number)), rule, words))
    for item in papers.items:
        words = say(
            "容器 {code} {field}",
            code=item.container.local_label or item.container.code,
            field=say("移出量"),
        )
        path = f"containers.{item.container.code}.sent_mass"
        found.append(_field(papers, path, CORRECTABLE["containers.*.sent_mass"], words))
    return found


def _field(papers: Papers, path: str, rule: FieldRule, words: Text) -> FormField:
    value = getattr(row_of(papers, path), rule.column)
    kinds = {
        Value.DAY: "date",
        Value.METHOD: "select",
        Value.FORM: "select",
        Value.PACKAGE: "select",
        Value.MASS: "number",
    }
    options: dict[Value, list[tuple[str, Any]]] = {
        Value.METHOD: [(code, method_text(code)) for code in METHODS],
        Value.FORM: [(form.value, words) for form, words in FORM_WORDS.items()],
        Value.PACKAGE: [(package, Text(package)) for package in PACKAGES],
    }
    assert rule.value is not None  # whatever can be corrected can be read
    return FormField(
        f"changes-{path}",
        words,
        _text(value, rule.value),
        kinds.get(rule.value, "text"),
        options.get(rule.value, []),
    )


def _text(value: Any, kind: Value) -> str:
    if value is None:
        return ""
    if kind is Value.MASS:
        return kg_text(value)
    return ",".join(value) if isinstance(value, list) else str(value)
