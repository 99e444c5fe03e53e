"""Handing in a licence: the form, and the firm's own page of what it handed in."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.entry.work import house, reading, unit_of_work
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.text import Text, say
from app.foundation.core.units import grams_from_tonnes, kg_text, tonnes_text
from app.foundation.core.work import Work
from app.foundation.files.operations import file_for
from app.parties.licences import operations, policy, queries
from app.parties.licences.charge import name_of_park, parks_to_check
from app.parties.licences.commands import AnswerQueries, ApplyForLicence, RegisterLicence
from app.parties.licences.documents import PDF_TYPE, store_document
from app.parties.licences.models import ApplicationKind, ApplicationState, LicenceKind
from app.parties.licences.review import (
    APPLICATION_WORDS,
    FIELDS,
    KIND_WORDS,
    LEVEL_WORDS,
    MODE_WORDS,
    REVIEW,
    details_of,
    licence_of,
)
from app.parties.licences.schemas import LicenceContentSchema
from app.web.forms import FormState
from app.web.licences.blueprint import APPLICATION_LOOKS, bp, file_response, seen
from app.web.licences.showing import words
from app.web.parsing import parse_form

TEXTS: Final = (
    "number", "issuer", "issuer_level", "kind", "legal_name", "legal_rep", "domicile", "facility_address",
    "issued_on", "valid_from", "valid_to",
)  # fmt: skip
ROW_FIELDS: Final = ("code", "yearly_scale")
"""Fields of a row that problems name as the form does."""
SPARE_ROWS: Final = 3
MOST_ROWS: Final = 60
METHODS: Final = (
    "R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9", "R15", "D1", "D9", "D10", "D16", "C1", "C2", "C3",
    "Y10", "Y11", "Y12", "Y13", "Y16", "G21", "G22", "G29", "S",
)  # fmt: skip
"""Codes of 14.7, in its order."""


@bp.get("/licence-applications/new")
def apply() -> str:
    """The form to hand in a licence; of a renewal or change it is filled in with what stands now."""
    with reading() as work:
        policy.ensure_may_apply(work.actor)
        kind = _kind(request.args.get("kind"))
        own = work.actor.organisation_id
        found = queries.usable_licence(work, own, work.today) if own else None
        if found is None:
            kind = ApplicationKind.NEW
        values: dict[str, Any] = {"kind_of": kind.value, "kind": LicenceKind.COMPREHENSIVE.value}
        if found is not None and kind is not ApplicationKind.NEW:
            values |= _typed_of(details_of(queries.licence_command(work, found.licence)))
            values["licence_id"] = str(found.licence.id)
        return _form(work, FormState(values), kind)


@bp.post("/licence-applications/new")
def apply_now() -> BaseResponse | tuple[str, int]:
    """Hand it in."""
    kind = _kind(request.form.get("kind_of"))
    try:
        licence = _typed_licence()
        with unit_of_work() as work:
            command = ApplyForLicence(kind, licence, _stored(work), *_ids("licence_id", "park_id"))
            application = operations.apply_for_licence(work, command)
            application_id = application.id
    except InvalidInput as refused:
        with reading() as work:
            return _form(work, FormState(request.form, _at_rows(refused.problems)), kind), 422
    except Conflict as refused:
        problem = FieldProblem("", refused.text)
        with reading() as work:
            return _form(work, FormState(request.form, [problem]), kind), 409
    flash(_("已提交，等待园区逐项核对"))
    return redirect(url_for("licences.application", application_id=application_id), 303)


@bp.get("/licence-applications/<uuid:application_id>")
def application(application_id: UUID) -> str | BaseResponse:
    """What was handed in and how far it is; whoever checks it goes to the review."""
    with reading() as work:
        policy.ensure_may_read(work.actor)
        if work.actor.is_park_staff:
            return redirect(url_for("licences.review", application_id=application_id))
        return _page(work, application_id, None)


@bp.post("/licence-applications/<uuid:application_id>/answer")
def answer(application_id: UUID) -> BaseResponse | tuple[str, int]:
    """Answer all queries of a round at once."""
    try:
        licence = _typed_licence()
        answers = {name: request.form.get(f"answers-{name}", "") for name in FIELDS}
        with unit_of_work() as work:
            upload = request.files.get("file")
            file_id = _stored(work) if upload and upload.filename else None
            operations.answer_queries(work, application_id, AnswerQueries(licence, answers, seen(), file_id))
    except InvalidInput as refused:
        with reading() as work:
            return _page(work, application_id, FormState(request.form, _at_rows(refused.problems))), 422
    except Conflict as refused:
        with reading() as work:
            return _page(work, application_id, FormState(request.form, [FieldProblem("", refused.text)])), 409
    flash(_("已补充，园区会再核对改动的项"))
    return redirect(url_for("licences.application", application_id=application_id), 303)


@bp.post("/licence-applications/<uuid:application_id>/withdrawal")
def withdraw(application_id: UUID) -> BaseResponse:
    """Take it back."""
    with unit_of_work() as work:
        operations.withdraw_application(work, application_id, seen())
    flash(_("已撤回"))
    return redirect(url_for("licences.application", application_id=application_id), 303)


@bp.get("/licence-applications/<uuid:application_id>/document")
def application_document(application_id: UUID) -> Response:
    """The document that was handed in: as it came, or with `view` to be shown in the page."""
    with reading() as work:
        found = queries.application_for(work, application_id)
        return file_response(file_for(work, found.file_id), as_view="view" in request.args)


def _form(work: Work, form: FormState, kind: ApplicationKind) -> str:
    own = work.actor.organisation_id
    parks = parks_to_check(work, own) if own else []
    return render_template(
        "licences/apply.html",
        form=form,
        kind=kind,
        parks=[(str(park.id), Text(park.name)) for park in parks],
        is_asked=len(parks) > 1 and work.actor.park_id not in {park.id for park in parks},
        application_words=APPLICATION_WORDS,
        **form_words(form),
    )


def form_words(form: FormState) -> dict[str, Any]:
    """Choices and rows of the form."""
    rows = max((row for row in range(MOST_ROWS) if form.value(f"lines-{row}-code")), default=-1) + 1
    return {
        "row_count": min(rows + SPARE_ROWS, MOST_ROWS),
        "kinds": [(kind.value, word) for kind, word in KIND_WORDS.items()],
        "modes": [(mode.value, word) for mode, word in MODE_WORDS.items()],
        "levels": [(level.value, word) for level, word in LEVEL_WORDS.items()],
        "methods": [(code, code) for code in METHODS],
    }


def _page(work: Work, application_id: UUID, form: FormState | None) -> str:
    found = queries.application_for(work, application_id)
    form = form or FormState(_typed_of(found.details))
    file = file_for(work, found.file_id)
    return render_template(
        "licences/application.html",
        application=found,
        application_words=APPLICATION_WORDS,
        park=name_of_park(work, found.park_id),
        details=licence_of(found.details),
        look=APPLICATION_LOOKS[found.state],
        review=REVIEW,
        fields=FIELDS,
        file=file,
        is_pdf=file.media_type == PDF_TYPE,
        form=form,
        may_answer=policy.may_apply(work.actor) and found.state is ApplicationState.QUERIED,
        may_withdraw=policy.may_apply(work.actor)
        and found.state in (ApplicationState.QUERIED, ApplicationState.SUBMITTED),
        **form_words(form),
        **words(),
    )


def _kind(text: str | None) -> ApplicationKind:
    return next((kind for kind in ApplicationKind if kind.value == text), ApplicationKind.NEW)


def _ids(*names: str) -> list[UUID | None]:
    """What is chosen in fields of the form; None where nothing is."""
    return [_id(name, request.form.get(name)) for name in names]


def _id(name: str, text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise InvalidInput([FieldProblem(f"#/{name}", say("这不是有效的编号"))]) from None


def _stored(work: Work) -> UUID:
    """Keep the uploaded document.

    Raises:
        InvalidInput: none came, or it is neither PDF nor picture.
    """
    policy.ensure_may_apply(work.actor)
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise InvalidInput([FieldProblem("#/file", say("请上传许可证正本的 PDF 或照片"))])
    return store_document(work, house().files, upload.read(), upload.filename).id


def _typed_licence() -> RegisterLicence:
    """What was typed; masses in tonnes, one row a category or code.

    Raises:
        InvalidInput: names every wrong field at once.
    """
    problems: list[FieldProblem] = []
    values: dict[str, Any] = {name: request.form.get(name, "") for name in TEXTS}
    values["modes"] = request.form.getlist("modes")
    values["yearly_scale_kg"] = _kg("yearly_scale", problems)
    values["lines"] = []
    rows = _filled_rows()
    for row in rows:
        code = request.form[f"lines-{row}-code"].strip().upper()
        line = {
            "category": code if code.startswith("HW") else "",
            "waste_code": "" if code.startswith("HW") else code,
            "method": request.form.get(f"lines-{row}-method", ""),
        }
        if scale := _kg(f"lines-{row}-yearly_scale", problems):
            line["yearly_scale_kg"] = scale
        values["lines"].append(line)
    try:
        licence: RegisterLicence = parse_form(LicenceContentSchema(), values)
    except InvalidInput as refused:
        raise InvalidInput([*_at_rows(refused.problems), *problems]) from None
    if problems:
        raise InvalidInput(problems)
    return licence


def _filled_rows() -> list[int]:
    return [row for row in range(MOST_ROWS) if request.form.get(f"lines-{row}-code", "").strip()]


def _at_rows(found: Iterable[FieldProblem]) -> list[FieldProblem]:
    """Problems of the n-th line at the row of the form it was typed in."""
    rows = _filled_rows()
    return [_at_row(one, rows) for one in found]


def _at_row(problem: FieldProblem, rows: list[int]) -> FieldProblem:
    parts = problem.pointer.split("/")
    if parts[1:2] == ["yearly_scale_kg"]:
        return FieldProblem("#/yearly_scale", problem.text)
    is_line = parts[1:2] == ["lines"] and len(parts) > 2 and parts[2].isdigit()
    if is_line and parts[-1] not in ROW_FIELDS:
        return FieldProblem(f"#/lines/{rows[int(parts[2])]}/code", problem.text)
    return problem


def _kg(name: str, problems: list[FieldProblem]) -> str:
    typed = request.form.get(name, "").strip().replace(",", "")
    if not typed:
        return ""
    try:
        return kg_text(grams_from_tonnes(typed))
    except ValueError:
        problems.append(FieldProblem(f"#/{name.replace('-', '/')}", say("请填写吨数，如 3000")))
        return ""


def _typed_of(details: Mapping[str, Any]) -> dict[str, Any]:
    """A stored licence as its form holds it."""
    values: dict[str, Any] = {name: details.get(name) or "" for name in TEXTS}
    values["modes"] = details["modes"]
    values["yearly_scale"] = _tonnes(details["yearly_scale"])
    for row, line in enumerate(details["lines"]):
        values[f"lines-{row}-code"] = line["waste_code"] or line["category"]
        values[f"lines-{row}-method"] = line["method"]
        values[f"lines-{row}-yearly_scale"] = _tonnes(line["yearly_scale"]) if line["yearly_scale"] else ""
    return values


def _tonnes(mass: int) -> str:
    text = tonnes_text(mass)
    return text.rstrip("0").rstrip(".") if "." in text else text
