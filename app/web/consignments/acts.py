"""What people do with a consignment, as plain forms posted to it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.entry.consignment_acts import ACT_FORMS, ActForm
from app.entry.language import rendered
from app.entry.signing import signing_actor
from app.entry.work import caller, reading, unit_of_work
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, VersionConflict
from app.foundation.core.text import Text
from app.foundation.rulebook.decision import RuleViolated
from app.parties.accounts.confirming.checking import NoSecondFactor
from app.parties.accounts.confirming.tries import WrongSecondFactor
from app.waste.consignments.queries import papers_for
from app.waste.consignments.workflow import ConsignmentAct
from app.web.consignments.blueprint import bp
from app.web.consignments.files import kept_upload
from app.web.consignments.general import BY_LINE, at_masses
from app.web.consignments.road import PAGES, at_controls, own_page, with_parts
from app.web.consignments.showing import at_fields, page
from app.web.consignments.waybill import at_goods, with_goods
from app.web.forms import FormState
from app.web.parsing import instant_typed, parse_form

MAPPINGS = ("overrides", "methods", "lost", "masses")
"""What a command takes by rule, line or container, and a form in one field each."""
EMPTY: Mapping[str, Text | None] = {}
LISTS = ("checks", "verified")
INSTANTS = ("occurred_at",)


def _view(act: ActForm) -> Callable[[str], Response | tuple[str, int]]:
    def view(number: str) -> Response | tuple[str, int]:
        try:
            command = parse_form(act.schema(), typed())
            with unit_of_work(signing_actor(act.act, number, typed())) as work:
                if act.act is ConsignmentAct.REPORT_RESULT:
                    command = replace(command, file_id=kept_upload(work))
                act.operation(work, number, command)
        except InvalidInput as refused:
            return _again(number, act, FormState(request.form, _at(act, refused.problems)), None), 422
        except (NoSecondFactor, WrongSecondFactor) as refused:
            return _again(number, act, FormState(request.form), refused.text), 403
        except RuleViolated as refused:
            return _again(number, act, FormState(request.form), refused.text, _to_confirm(refused)), 422
        except VersionConflict as refused:
            return _again(number, act, FormState(request.form), refused.text), 409
        except Conflict as refused:
            return _again(number, act, FormState(request.form), refused.text), 409
        flash(rendered(act.done))
        return redirect(url_for("consignments.show", number=number, _anchor=act.anchor), 303)

    view.__doc__ = f"Post a {act.name} to a consignment."
    return view


def typed() -> dict[str, Any]:
    """What was typed. Reasons for rules stand in fields named `overrides-<rule id>`, methods of lines in
    `methods-<line>`; empty ones are left out. Of `checks` there are as many as were ticked.
    """
    values: dict[str, Any] = {name: value for name, value in request.form.items() if name != "csrf_token"}
    for group in MAPPINGS:
        names = [name for name in values if name.startswith(f"{group}-")]
        told = {name.removeprefix(f"{group}-"): values.pop(name) for name in names}
        if given := {name: value for name, value in told.items() if value.strip()}:
            values[group] = given
    known = caller()
    for name in INSTANTS:
        if values.get(name) and known:
            values[name] = instant_typed(values[name], known.actor.zone)
    return with_goods(with_parts(values)) | {
        name: request.form.getlist(name) for name in LISTS if name in values
    }


def _at(act: ActForm, problems: tuple[FieldProblem, ...]) -> list[FieldProblem]:
    if act.act in BY_LINE:
        return at_masses(problems)
    if act.act is ConsignmentAct.RECORD_WAYBILL:
        return at_goods(request.form, problems)
    return at_controls(problems) if act.act in PAGES else at_fields(problems)


def _to_confirm(refused: RuleViolated) -> dict[str, Text | None]:
    """Rules that whoever acts confirms with a reason, with what they found; those with a reason already keep it.

    None where something else stops the act: a reason would not help.
    """
    if refused.stops:
        return {}
    given: dict[str, Text | None] = dict.fromkeys(typed().get("overrides", {}))
    return given | {one.rule_id: one.text() for one in refused.to_confirm}


def _again(
    number: str,
    act: ActForm,
    form: FormState,
    refusal: Text | None,
    reasons: Mapping[str, Text | None] = EMPTY,
) -> str:
    """The page as it is now, with what was typed and why it was refused: the act's own one, if it has one.

    Args:
        reasons: rules that whoever acts confirms with a reason, with what they found.
    """
    with reading() as work:
        papers = papers_for(work, number)
        return own_page(work, papers, act, form, refusal, reasons) or page(work, papers, form, refusal)


for _act in ACT_FORMS:
    bp.add_url_rule(f"/<number>/{_act.name}", _act.name.replace("-", "_"), _view(_act), methods=["POST"])
