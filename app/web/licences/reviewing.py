"""The park checks a licence field by field, the document beside the fields."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.entry.work import reading, unit_of_work
from app.foundation.core.errors import Conflict, InvalidInput
from app.foundation.core.text import Text
from app.foundation.core.work import Work
from app.foundation.core.working_days import add_working_days
from app.foundation.files.operations import file_for
from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.loader import rulebook
from app.foundation.rulebook.outcome import OutcomeKind
from app.parties.accounts.queries import names_of_users
from app.parties.licences import operations, policy, queries
from app.parties.licences.charge import is_in_charge
from app.parties.licences.commands import JudgeField, RegisterLicence
from app.parties.licences.documents import PDF_TYPE
from app.parties.licences.models import ApplicationState, LicenceApplication
from app.parties.licences.review import (
    APPLICATION_WORDS,
    REVIEW,
    changed_fields,
    details_of,
    licence_of,
)
from app.parties.licences.rules import LicenceTermFacts, has_plausible_term
from app.web.forms import FormState
from app.web.licences.blueprint import APPLICATION_LOOKS, bp, seen
from app.web.licences.showing import words

CHECK_DAYS = 2
"""Working days in which the park means to have looked at what a firm hands in; a platform setting."""


@bp.get("/licence-applications/<uuid:application_id>/review")
def review(application_id: UUID) -> str:
    """The document beside its fields, each to be accepted or queried."""
    with reading() as work:
        return _page(work, application_id, FormState())


@bp.post("/licence-applications/<uuid:application_id>/fields")
def judge(application_id: UUID) -> BaseResponse | tuple[str, int]:
    """Accept or query one field."""
    field = request.form.get("field", "")

    def act(work: Work) -> None:
        is_accepted = request.form.get("verdict") == "accepted"
        text = "" if is_accepted else request.form.get("text", "")
        operations.judge_field(work, application_id, JudgeField(field, is_accepted, seen(), text))

    return _do(application_id, act, None, f"r-{field}")


@bp.post("/licence-applications/<uuid:application_id>/queries")
def send_queries(application_id: UUID) -> BaseResponse | tuple[str, int]:
    """Give it back with all queries as one message."""
    return _do(
        application_id,
        lambda work: operations.send_queries(work, application_id, seen()),
        _("质疑已合成一条消息退回企业"),
    )


@bp.post("/licence-applications/<uuid:application_id>/approval")
def approve(application_id: UUID) -> BaseResponse | tuple[str, int]:
    """Approve what is accepted in every field."""
    return _do(
        application_id,
        lambda work: operations.approve_application(work, application_id, seen()),
        _("核对通过，许可证已登记"),
    )


def _do(
    application_id: UUID, act: Any, done: str | None, anchor: str | None = None
) -> BaseResponse | tuple[str, int]:
    try:
        with unit_of_work() as work:
            act(work)
    except InvalidInput as refused:
        with reading() as work:
            return _page(work, application_id, FormState(request.form, refused.problems)), 422
    except Conflict as refused:
        with reading() as work:
            return _page(work, application_id, FormState(request.form), refused.text), 409
    if done:
        flash(done)
    return redirect(url_for("licences.review", application_id=application_id, _anchor=anchor), 303)


def _page(work: Work, application_id: UUID, form: FormState, refusal: Text | None = None) -> str:
    policy.ensure_may_read(work.actor)
    found = queries.application_for(work, application_id)
    file = file_for(work, found.file_id)
    firm = queries.firms_of(work, {found.organisation_id})[found.organisation_id]
    details = licence_of(found.details)
    standing = _standing(work, found)
    verdicts = [one["verdict"] for one in found.verdicts.values()]
    people = names_of_users(work, {one for one in (found.submitted_by, found.decided_by) if one})
    return render_template(
        "licences/review.html",
        application=found,
        application_words=APPLICATION_WORDS,
        look=APPLICATION_LOOKS[found.state],
        firm=firm,
        details=details,
        review=REVIEW,
        accepted=verdicts.count("accepted"),
        queried=verdicts.count("queried"),
        file=file,
        is_pdf=file.media_type == PDF_TYPE,
        checks=_checks(found, details, firm.name),
        before=standing and dict.fromkeys(changed_fields(details_of(standing), found.details), standing),
        findings=[
            one
            for one in (queries.alteration_findings(work, found, standing) if standing else [])
            if one.outcome is OutcomeKind.FINDING
        ],
        people=people,
        due_on=add_working_days(found.submitted_at.date(), CHECK_DAYS),
        is_turn=found.state is ApplicationState.SUBMITTED
        and policy.may_manage(work.actor)
        and is_in_charge(work, found.organisation_id),
        form=form,
        refusal=refusal,
        **words(),
    )


def _checks(
    found: LicenceApplication, details: RegisterLicence, firm_name: str
) -> dict[str, tuple[bool, str]]:
    """What the platform itself can say beside a field."""
    name_is_known = details.legal_name == firm_name
    name = _("与企业登记一致") if name_is_known else _("与企业登记的“%(name)s”不一致", name=firm_name)
    checks = {"legal_name": (name_is_known, name)}
    limits: Limits = rulebook().rule("HWLM-13-a").limits
    term = has_plausible_term(
        LicenceTermFacts(
            subject_id=found.id,
            licence_kind=details.kind,
            valid_from=details.valid_from,
            valid_to=details.valid_to,
        ),
        limits,
    )
    is_plausible = term.kind is OutcomeKind.PASS
    checks["validity"] = (
        is_plausible,
        _("期限正常") if is_plausible else _("超过法定年限，请核对"),
    )
    own_scales = [line.yearly_scale for line in details.lines if line.yearly_scale]
    if own_scales:
        fits = sum(own_scales) <= details.yearly_scale
        checks["yearly_scale"] = (fits, _("各项之和不超过总规模") if fits else _("各项之和超过总规模"))
    return checks


def _standing(work: Work, found: LicenceApplication) -> RegisterLicence | None:
    """The licence as it stands, which the new one follows; None: there is none."""
    if found.licence_id is None or found.state is ApplicationState.APPROVED:
        return None
    return queries.licence_command(work, queries.licence_for(work, found.licence_id).licence)
