"""Standing consents of a firm, and signing many consignments at once."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.entry.language import rendered
from app.entry.signing import sign_many
from app.entry.work import reading, unit_of_work
from app.foundation.core.errors import Conflict, InvalidInput, NotPermitted
from app.foundation.core.text import Text, say
from app.waste.consignments.operations.consenting import end_consent, give_consent
from app.waste.consignments.policy import ensure_may_send
from app.waste.consignments.queries.consents import consents_seen, possible_partners
from app.waste.consignments.schemas.signing import EndConsentSchema, GiveConsentSchema
from app.web.consignments.blueprint import bp
from app.web.forms import FormState
from app.web.parsing import parse_form


@bp.get("/standing-consents")
def consents() -> str:
    """Consents given and received, and the form to give one."""
    return _page(FormState())


@bp.post("/standing-consents")
def give() -> Response | tuple[str, int]:
    """Give one."""
    typed = {name: value for name, value in request.form.items() if name != "csrf_token"}
    try:
        with unit_of_work() as work:
            give_consent(work, parse_form(GiveConsentSchema(), typed))
    except InvalidInput as refused:
        return _page(FormState(request.form, refused.problems)), 422
    except Conflict as refused:
        return _page(FormState(request.form), refused.text), 409
    flash(rendered(say("长期授权已生效，可随时结束")))
    return redirect(url_for("consignments.consents"), 303)


@bp.post("/standing-consents/<uuid:consent_id>/end")
def end(consent_id: UUID) -> Response | tuple[str, int]:
    """End one."""
    typed = {"seen_version": request.form.get("seen_version")}
    try:
        with unit_of_work() as work:
            end_consent(work, consent_id, parse_form(EndConsentSchema(), typed))
    except Conflict as refused:
        return _page(FormState(), refused.text), 409
    flash(rendered(say("长期授权已结束")))
    return redirect(url_for("consignments.consents"), 303)


@bp.post("/signatures")
def sign_all() -> Response:
    """Sign those that were ticked, each by itself; says how many went and why the others did not."""
    items = [
        {"id": number, "seen_version": int(version)}
        for number, _, version in (ticked.partition("|") for ticked in request.form.getlist("ticked")[:50])
        if version.isdigit()
    ]
    back = redirect(url_for("consignments.index", bucket="mine"), 303)
    if not items:
        flash(rendered(say("请先勾选要签署的联单")), "warn")
        return back
    try:
        outcomes = sign_many(items, request.form.to_dict())
    except (InvalidInput, NotPermitted) as refused:
        problem = refused.problems[0].text if isinstance(refused, InvalidInput) else refused.text
        flash(rendered(problem), "bad")
        return back
    signed = sum(one.problem is None for one in outcomes)
    flash(rendered(say("已签署 {signed} 份，共勾选 {all} 份", signed=signed, all=len(outcomes))))
    for one in outcomes:
        if one.problem is not None:
            flash(f"{one.id}: {rendered(one.problem)}", "bad")
    return back


def _page(form: FormState, refusal: Text | None = None) -> str:
    with reading() as work:
        ensure_may_send(work.actor)
        firm = work.actor.organisation_id
        rows = [
            {
                "id": consent.id,
                "giver": giver,
                "partner": partner,
                "person": consent.name,
                "valid_from": consent.valid_from,
                "valid_to": consent.valid_to,
                "version": consent.version,
                "is_over": consent.ended_at is not None or consent.valid_to < work.today,
                "is_mine": consent.organisation_id == firm,
            }
            for consent, giver, partner in consents_seen(work)
        ]
        partners = [(str(one.id), Text(one.short_name)) for one in possible_partners(work)]
        return render_template(
            "consignments/consents.html", rows=rows, partners=partners, form=form, refusal=refusal
        )
