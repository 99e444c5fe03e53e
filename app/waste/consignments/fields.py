"""What stands on a consignment, field by field: who writes it, from which act on it is sealed or required, and who has
to agree when it is corrected after signing. Forms, completeness, corrections and the docs read this one table."""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from app.foundation.core.text import Text, say
from app.waste.consignments.workflow import ConsignmentAct, Party
from app.waste.registry.models import WasteKind

A = ConsignmentAct


class Value(enum.StrEnum):
    """What a corrected value is read as."""

    NATIONAL_NUMBER = "national_number"
    WAYBILL_NUMBER = "waybill_number"
    METHOD = "method"
    DAY = "day"
    WORDS = "words"
    MASS = "mass"
    FORM = "form"
    HAZARDS = "hazards"
    PACKAGE = "package"


@dataclass(frozen=True)
class FieldRule:
    """One field of the consignment, its lines (`lines.*.…`) or its containers (`containers.*.…`)."""

    path: str
    words: Text
    part: Party
    """Whose part of the manifest it stands in."""
    written_by: frozenset[ConsignmentAct]
    sealed_from: ConsignmentAct | None = None
    """From this act on it changes only by agreement; None: the act that writes it may be repeated."""
    required_from: ConsignmentAct | None = None
    missing: Text | None = None
    """What to do where it is required and empty."""
    agreed_by: frozenset[Party] = frozenset()
    """Who has to agree to its correction; nobody: it can't be corrected, only undone by the acts."""
    value: Value | None = None
    is_free_text: bool = False
    """Written by people: kept out of the trace log, which holds its hash."""
    kinds: frozenset[WasteKind] = frozenset(WasteKind)
    """Of which waste it is asked."""

    @property
    def column(self) -> str:
        return self.path.rpartition(".")[2]

    @property
    def of(self) -> str:
        """consignment, lines or containers."""
        return self.path.partition(".")[0] if "." in self.path else "consignment"


_HAZARDOUS = frozenset({WasteKind.HAZARDOUS})
_GENERAL = frozenset({WasteKind.GENERAL})
_WRITING = (A.REVISE,)
_ALL = (Party.CONSIGNOR, Party.CARRIER, Party.CONSIGNEE)
_ENDS = (Party.CONSIGNOR, Party.CONSIGNEE)
_ROAD = (Party.CONSIGNOR, Party.CARRIER)


def _rule(
    path: str,
    words: Text,
    part: Party,
    written_by: Iterable[ConsignmentAct] = _WRITING,
    sealed_from: ConsignmentAct | None = A.SUBMIT,
    *,
    required_from: ConsignmentAct | None = None,
    missing: Text | None = None,
    agreed_by: Iterable[Party] = (),
    value: Value | None = None,
    is_free_text: bool = False,
    kinds: frozenset[WasteKind] = frozenset(WasteKind),
) -> FieldRule:
    return FieldRule(
        path,
        words,
        part,
        frozenset(written_by),
        sealed_from,
        required_from,
        missing,
        frozenset(agreed_by),
        value,
        is_free_text,
        kinds,
    )


_C, _T, _R = Party.CONSIGNOR, Party.CARRIER, Party.CONSIGNEE

FIELDS: Final[tuple[FieldRule, ...]] = (
    _rule(
        "national_number",
        say("国家联单编号"),
        _C,
        (A.REVISE, A.RECORD_NATIONAL_NUMBER, A.BACKFILL),
        A.SIGN_AS_CONSIGNOR,
        agreed_by=_ALL,
        value=Value.NATIONAL_NUMBER,
    ),
    _rule("paper_number", say("纸质联单编号"), _C, (A.RECORD_PAPER,), A.SIGN_AS_CARRIER, kinds=_HAZARDOUS),
    _rule(
        "paper_reason",
        say("使用纸质联单的原因"),
        _C,
        (A.RECORD_PAPER,),
        A.SIGN_AS_CARRIER,
        is_free_text=True,
        kinds=_HAZARDOUS,
    ),
    _rule(
        "consignee_id",
        say("接受人"),
        _R,
        (A.REVISE, A.DIVERT),
        required_from=A.SUBMIT,
        missing=say("请选择接受人"),
    ),
    _rule(
        "consignee_site_id",
        say("接收地点"),
        _R,
        (A.REVISE, A.DIVERT),
        required_from=A.SUBMIT,
        missing=say("请选择接受人的接收地点"),
    ),
    _rule(
        "planned_method",
        say("拟利用处置方式"),
        _R,
        required_from=A.SUBMIT,
        missing=say("请选择拟利用处置方式"),
        agreed_by=_ENDS,
        value=Value.METHOD,
    ),
    _rule("shipper", say("托运人"), _C),
    _rule(
        "carrier_id",
        say("承运人"),
        _T,
        (A.REVISE, A.TAKE_OVER),
        required_from=A.SUBMIT,
        missing=say("请选择承运人"),
    ),
    _rule(
        "vehicle_id",
        say("车辆"),
        _T,
        (A.REVISE, A.TAKE_OVER),
        required_from=A.SUBMIT,
        missing=say("请选择车辆"),
    ),
    _rule(
        "driver_id",
        say("驾驶员"),
        _T,
        (A.REVISE, A.TAKE_OVER),
        required_from=A.SUBMIT,
        missing=say("请选择驾驶员"),
        kinds=_HAZARDOUS,
    ),
    _rule("escort_id", say("押运员"), _T, (A.REVISE, A.TAKE_OVER)),
    _rule(
        "emergency_measures",
        say("突发环境事件防范措施"),
        _C,
        required_from=A.SUBMIT,
        missing=say("请填写突发环境事件的防范措施"),
        kinds=_HAZARDOUS,
        agreed_by=_ROAD,
        value=Value.WORDS,
        is_free_text=True,
    ),
    _rule("via", say("经由地"), _T, agreed_by=_ROAD, value=Value.WORDS, is_free_text=True),
    _rule(
        "due_on",
        say("计划送达日"),
        _C,
        (A.REVISE, A.SUBMIT, A.DIVERT),
        agreed_by=_ALL,
        value=Value.DAY,
    ),
    _rule(
        "waybill_number",
        say("危险货物运单编号"),
        _T,
        (A.RECORD_WAYBILL,),
        A.SIGN_AS_CARRIER,
        agreed_by=_ROAD,
        value=Value.WAYBILL_NUMBER,
    ),
    _rule("gate_gross", say("重车过磅"), _R, (A.ARRIVE,), A.ARRIVE),
    _rule("gate_tare", say("空车回磅"), _R, (A.RECORD_TARE,), A.CONFIRM),
    _rule("checks", say("接收核验"), _R, (A.ACCEPT,), A.ACCEPT, required_from=A.ACCEPT),
    _rule("discrepancy", say("重大差异"), _R, (A.REPORT_DISCREPANCY,), A.ACCEPT),
    _rule(
        "discrepancy_note",
        say("差异说明"),
        _R,
        (A.REPORT_DISCREPANCY, A.ACCEPT_LOAD),
        A.ACCEPT,
        is_free_text=True,
    ),
    _rule("authority_note", say("报告主管部门"), _R, (A.INFORM_AUTHORITY,), None, is_free_text=True),
    _rule(
        "opinion",
        say("接受人处理意见"),
        _R,
        (A.ACCEPT, A.ACCEPT_LOAD, A.REJECT),
        A.ACCEPT,
        required_from=A.ACCEPT,
    ),
    _rule("closing_note", say("理由"), _R, (A.REJECT, A.CANCEL), A.ACCEPT, is_free_text=True),
    _rule("lines.*.form", say("形态"), _C, agreed_by=_ALL, value=Value.FORM),
    _rule("lines.*.hazards", say("危险特性"), _C, agreed_by=_ALL, value=Value.HAZARDS),
    _rule(
        "lines.*.harmful_components",
        say("有害成分"),
        _C,
        agreed_by=_ALL,
        value=Value.WORDS,
        is_free_text=True,
    ),
    _rule("lines.*.package", say("包装方式"), _C, agreed_by=_ALL, value=Value.PACKAGE),
    _rule("lines.*.dangerous_goods", say("危险货物信息"), _C, (A.RECORD_WAYBILL,), A.SIGN_AS_CARRIER),
    _rule("lines.*.discrepancy", say("重大差异"), _R, (A.REPORT_DISCREPANCY, A.ACCEPT), A.ACCEPT),
    _rule(
        "lines.*.sent_mass", say("装车量"), _C, (A.REVISE, A.WEIGH_LOAD), A.SIGN_AS_CONSIGNOR, kinds=_GENERAL
    ),
    _rule("lines.*.received_mass", say("接收量"), _R, (A.ACCEPT_LOAD,), A.ACCEPT_LOAD, kinds=_GENERAL),
    _rule("lines.*.opinion", say("接受人处理意见"), _R, (A.ACCEPT, A.ACCEPT_LOAD, A.REJECT), A.ACCEPT),
    _rule("lines.*.method_code", say("利用处置方式"), _R, (A.ACCEPT, A.ACCEPT_LOAD), A.ACCEPT),
    _rule(
        "containers.*.sent_mass",
        say("移出量"),
        _C,
        agreed_by=_ALL,
        value=Value.MASS,
    ),
    _rule("containers.*.received_gross", say("接收毛重"), _R, (A.WEIGH_CONTAINER,), A.ACCEPT),
    _rule("containers.*.received_tare", say("接收皮重"), _R, (A.WEIGH_CONTAINER,), A.ACCEPT),
    _rule("containers.*.received_mass", say("接收量"), _R, (A.WEIGH_CONTAINER,), A.ACCEPT),
    _rule("containers.*.verdict", say("逐件处理"), _R, (A.JUDGE_CONTAINER,), A.ACCEPT),
    _rule(
        "containers.*.verdict_note", say("处理说明"), _R, (A.JUDGE_CONTAINER,), A.ACCEPT, is_free_text=True
    ),
    _rule("containers.*.lost_mass", say("损失量"), _C, (A.SETTLE_INCIDENT,), A.CLOSE_INCIDENT),
)
"""Everything people write. What is not here follows from the acts themselves."""

BY_PATH: Final[Mapping[str, FieldRule]] = {rule.path: rule for rule in FIELDS}
CORRECTABLE: Final[Mapping[str, FieldRule]] = {path: rule for path, rule in BY_PATH.items() if rule.agreed_by}

DERIVED: Final[Mapping[str, frozenset[str]]] = {
    "consignment": frozenset(
        {
            "number", "kind", "short_code", "park_id", "consignee_park_id", "consignor_id", "consignor_site_id", "licence_id",
            "next_carrier_id", "leg", "leg_count", "round_id", "round_stop", "copied_from_id", "state", "container_count", "loaded_count",
            "weighed_count", "refused_count", "missing_count", "returned_count", "sent_mass", "received_mass", "revision",
            "created_at", "submitted_at", "loading_at", "consignor_signed_at", "departed_at", "arrived_at",
            "consignor_informed_at", "authority_informed_at", "closed_at", "confirmed_at", "result_reported_at",
            "completed_at", "backfilled_at", "version",
        }
    ),
    "lines": frozenset(
        {
            "consignment_id", "line_number", "stream_id", "waste_code", "waste_name", "container_count", "batch_id", "zone_id",
        }
    ),
    "containers": frozenset(
        {"consignment_id", "line_id", "container_id", "zone_id", "loaded_at", "weighed_at"}
    ),
}  # fmt: skip
"""Columns that nobody writes as such: ids, states, times and sums of the acts."""


def required_at(act: ConsignmentAct, kind: WasteKind) -> Iterable[FieldRule]:
    """Fields of the consignment itself that have to be filled in when the act is done with that kind of waste."""
    return (
        rule
        for rule in FIELDS
        if rule.required_from is act and rule.missing is not None and kind in rule.kinds
    )


def rule_of(path: str) -> FieldRule | None:
    """The rule of a path with its number or code in it, such as `lines.2.package`."""
    parts = path.split(".")
    return BY_PATH.get(f"{parts[0]}.*.{parts[2]}" if len(parts) == 3 else path)
