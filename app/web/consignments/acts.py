"""What people do with a consignment, as plain forms posted to it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from marshmallow import Schema
from werkzeug.wrappers import Response

from app.entry.language import rendered
from app.entry.work import reading, unit_of_work
from app.foundation.core.errors import Conflict, InvalidInput, VersionConflict
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.foundation.rulebook.decision import RuleViolated
from app.waste.consignments import operations, schemas
from app.waste.consignments.models import Consignment
from app.waste.consignments.queries import papers_for
from app.web.consignments.blueprint import bp
from app.web.consignments.showing import at_fields, page
from app.web.forms import FormState
from app.web.parsing import parse_form

Operation = Callable[[Work, UUID | str, Any], Consignment]


@dataclass(frozen=True)
class Act:
    """One form: the thing that is posted, its shape, what it does, and what is said when it is done."""

    name: str
    schema: type[Schema]
    operation: Operation
    done: Text
    anchor: str | None = None
    """Where on the page the viewer goes on."""


ACTS = (
    Act(
        "submission",
        schemas.SubmitConsignmentSchema,
        operations.submit_consignment,
        say("已提交给接受人，容器已锁定"),
    ),
    Act(
        "national-number",
        schemas.RecordNationalNumberSchema,
        operations.record_national_number,
        say("国家联单编号已填写"),
    ),
    Act(
        "loading", schemas.StartLoadingSchema, operations.start_loading, say("已开始装载，请逐个扫码"), "load"
    ),
    Act(
        "loaded-containers", schemas.LoadContainerSchema, operations.load_container, say("已扫码装车"), "load"
    ),
    Act(
        "consignor-signature",
        schemas.SignConsignmentSchema,
        operations.sign_as_consignor,
        say("已签署，等待承运人签署"),
    ),
    Act("carrier-signature", schemas.SignConsignmentSchema, operations.sign_as_carrier, say("已签署，起运")),
    Act(
        "arrival", schemas.ArriveConsignmentSchema, operations.arrive, say("已登记到达，请逐个过磅"), "weigh"
    ),
    Act(
        "weighings",
        schemas.WeighReceivedContainerSchema,
        operations.weigh_container,
        say("已记录重量"),
        "weigh",
    ),
    Act(
        "discrepancy",
        schemas.ReportDiscrepancySchema,
        operations.report_discrepancy,
        say("已登记差异，移出人可以看到"),
    ),
    Act("receipt", schemas.AcceptConsignmentSchema, operations.accept_consignment, say("已签收，台账已入账")),
    Act("refusal", schemas.RejectConsignmentSchema, operations.reject_consignment, say("已拒收")),
    Act("cancellation", schemas.CancelConsignmentSchema, operations.cancel_consignment, say("联单已作废")),
)


def _view(act: Act) -> Callable[[str], Response | tuple[str, int]]:
    def view(number: str) -> Response | tuple[str, int]:
        try:
            with unit_of_work() as work:
                act.operation(work, number, parse_form(act.schema(), typed()))
        except InvalidInput as refused:
            form = FormState(request.form, at_fields(refused.problems))
            return _again(number, form, None), 422
        except RuleViolated as refused:
            return _again(number, FormState(request.form), refused.text), 422
        except VersionConflict as refused:
            return _again(number, FormState(request.form), refused.text), 409
        except Conflict as refused:
            return _again(number, FormState(request.form), refused.text), 409
        flash(rendered(act.done))
        return redirect(url_for("consignments.show", number=number, _anchor=act.anchor), 303)

    view.__doc__ = f"Post a {act.name} to a consignment."
    return view


def typed() -> dict[str, Any]:
    """What was typed; reasons for rules stand in fields named `overrides-<rule id>`."""
    values: dict[str, Any] = {name: value for name, value in request.form.items() if name != "csrf_token"}
    reasons = {name: values.pop(name) for name in list(values) if name.startswith("overrides-")}
    given = {name.removeprefix("overrides-"): reason for name, reason in reasons.items() if reason.strip()}
    return values | ({"overrides": given} if given else {})


def _again(number: str, form: FormState, refusal: Text | None) -> str:
    """The page as it is now, with what was typed and why it was refused."""
    with reading() as work:
        return page(work, papers_for(work, number), form, refusal)


for _act in ACTS:
    bp.add_url_rule(f"/<number>/{_act.name}", _act.name.replace("-", "_"), _view(_act), methods=["POST"])
