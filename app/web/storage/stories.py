"""The trace of a container in words: one line for each event, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flask_babel import gettext as _
from markupsafe import Markup

from app.entry.language import rendered
from app.foundation.core.text import Text, say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.trace.queries import TimelineEntry, timeline_of
from app.parties.accounts.queries import names_of_users
from app.waste.registry.methods import method_text
from app.waste.storage.queries import import_of, zone_words
from app.web.filters import kg, url_if

SIMPLE: Final[dict[str, Text]] = {
    "container.voided": say("作废"),
    "container.filling_started": say("开始装填"),
    "container.sealed": say("封装"),
    "container.damaged": say("报告破损，待改包"),
    "container.repacked": say("改包：转入新容器，旧码作废"),
    "container.split": say("分装到新容器"),
    "container.merged": say("合并到一个新容器，旧码作废"),
    "container.regrouped": say("与其他废物合并，旧码作废"),
    "stock_count.container_counted": say("盘点"),
    "stock_count.closed": say("盘点差异入账"),
    "container.registration_undone": say("撤销登记，台账与入库已冲回"),
    "consignment.created": say("写入联单草稿"),
    "consignment.revised": say("联单草稿更改"),
    "consignment.submitted": say("提交联单，容器锁定"),
    "consignment.loading_started": say("开始装载核验"),
    "consignment.container_loaded": say("扫码装车"),
    "consignment.signed": say("移出人签署联单"),
    "consignment.departed": say("承运人签署，起运"),
    "consignment.arrived": say("到达接受人"),
    "consignment.container_weighed": say("接受人过磅"),
    "consignment.discrepancy_found": say("过磅有差异"),
    "consignment.accepted": say("接受人签收"),
    "consignment.rejected": say("接受人拒收"),
    "consignment.cancelled": say("联单作废，容器解锁"),
}
"""Events whose sentence needs nothing but its name."""

LOOKS: Final = {
    "container.voided": "off",
    "container.registration_undone": "off",
    "container.damaged": "bad",
    "stock_count.closed": "warn",
    "consignment.rejected": "bad",
    "consignment.discrepancy_found": "warn",
    "consignment.cancelled": "off",
}
"""Events that are not simply good news."""

VIA: Final = {"api": say("接口"), "cli": say("命令行"), "system": say("系统"), "demo": say("演示脚本")}
"""Ways in worth naming; the page itself is not."""


@dataclass(frozen=True)
class StoryLine:
    """One event as `ui.timeline` shows it."""

    title: str
    note: str
    at: datetime
    kind: str
    code: str


def story_of(work: Work, container_id: UUID) -> list[StoryLine]:
    """The events of a container, the import it came in with included; four statements."""
    came_with = import_of(work, container_id)
    things = [container_id, came_with] if came_with else [container_id]
    entries = timeline_of(work, *things)
    people = names_of_users(work, {entry.user_id for entry in entries if entry.user_id})
    zones = zone_words(work, _zones_of(entries))
    return [_line(entry, entry.subject_id == container_id, people, zones) for entry in entries]


def _zones_of(entries: Sequence[TimelineEntry]) -> set[UUID]:
    found = {entry.payload["state"].get("zone_id") for entry in entries if entry.subject_kind == "container"}
    return {UUID(zone) for zone in found if zone}


def _line(entry: TimelineEntry, is_own: bool, people: dict[UUID, str], zones: dict[UUID, str]) -> StoryLine:
    number = f"#{entry.sequence} {entry.short_hash}"
    who = people.get(entry.user_id, "") if entry.user_id else ""
    via = rendered(VIA[entry.via]) if entry.via in VIA else ""
    overridden = ", ".join(entry.payload.get("overridden", ()))
    despite = _("说明原因后放行：%(rules)s", rules=overridden) if overridden else ""
    return StoryLine(
        title=_title(entry, zones),
        note=" · ".join(filter(None, (who, via, despite))),
        at=entry.occurred_at,
        kind="warn" if overridden else LOOKS.get(entry.name, "ok"),
        code=number if is_own else _("在相关记录的链上 %(number)s", number=number),
    )


def _title(entry: TimelineEntry, zones: dict[UUID, str]) -> str:
    state = entry.payload["state"]
    if entry.subject_kind == "consignment":
        return _of_consignment(entry.name, state)
    match entry.name:
        case "container.registered":
            return _registered(state)
        case "container.weighed":
            return str(_("称重，净重 %(mass)s", mass=_kg(state)))
        case "container.label_printed":
            return str(_("打印标签，第 %(n)s 次", n=state["label_prints"]))
        case "container.stored":
            return str(_("入库 %(zone)s", zone=_zone(state, zones)))
        case "container.moved":
            return str(_("移到 %(zone)s", zone=_zone(state, zones)))
        case "container.treated":
            method = method_text(entry.payload.get("method", ""))
            mass = kg(Grams(entry.payload.get("mass", 0)), plain=True)
            return str(_("自行利用/处置 %(mass)s · %(method)s", mass=mass, method=rendered(method)))
        case "ledger.imported":
            return str(_("随产生台账导入，共 %(n)s 行", n=state["accepted_count"]))
    return rendered(SIMPLE[entry.name]) if entry.name in SIMPLE else entry.name


def _registered(state: dict[str, Any]) -> str:
    if state.get("net") is None:
        return str(_("登记并打码，尚未称重"))
    return str(_("登记并打码，净重 %(mass)s", mass=_kg(state)))


def _of_consignment(name: str, state: dict[str, Any]) -> str:
    number = state.get("number", "")
    words = rendered(SIMPLE[name]) if name in SIMPLE else name
    url = url_if("consignments.show", number=number) if number else None
    if url is None:
        return f"{words} {number}".strip()
    return Markup('{} <a class="mono" href="{}">{}</a>').format(words, url, number)


def _kg(state: dict[str, Any]) -> str:
    return kg(Grams(state["net"]), plain=True) if state.get("net") is not None else "—"


def _zone(state: dict[str, Any], zones: dict[UUID, str]) -> str:
    zone = state.get("zone_id")
    return zones.get(UUID(zone), "") if zone else ""
