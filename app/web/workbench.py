"""The workbench: what waits for the viewer, by deadline, and what they look at most."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from babel.dates import format_date
from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.entry.language import chosen_locale, rendered
from app.entry.work import caller, reading
from app.foundation.catalogue.codes import printed_plate
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.parties.accounts.permissions import Permission, Role
from app.parties.accounts.queries import organisations_of_park
from app.waste.consignments.queries import Bucket, ConsignmentRow, bucket_counts, consignments_page, counted
from app.waste.consignments.queries.attention import Attention
from app.waste.consignments.workflow import ConsignmentAct, ConsignmentState
from app.waste.registry.queries import Period, period_balance
from app.waste.storage.ageing import AgedContainer
from app.waste.storage.attention import (
    Waiting,
    containers_waiting,
    is_near,
    labels_of,
    oldest_containers,
    streams_waiting,
)
from app.waste.storage.checks import FacilityCheck, facility_checks
from app.waste.storage.places import stock_places
from app.waste.storage.queries import FacilityStock, facilities_with_stock
from app.web.consignments.lists import mine_text
from app.web.consignments.parts import packages_text
from app.web.driving import driver_page
from app.web.filters import tonnes, url_if
from app.web.viewer import attention

bp = Blueprint("workbench", __name__)

LAST_CONSIGNMENTS: Final = 5
WAITING_CONSIGNMENTS: Final = 10
RATE_DAYS: Final = 30
"""Days over which the speed of filling is taken."""
WEEK_DAYS: Final = 7
STORAGE_READERS: Final = (Role.PRODUCER, Role.RECYCLER)

A = ConsignmentAct
ACT_LOOKS: Final = {
    A.START_LOADING: ("truck-loading", say("联单 {number} 等你装载"), say("去装载")),
    A.LOAD_CONTAINER: ("scan", say("联单 {number} 等你扫码装车"), say("去扫码")),
    A.SIGN_AS_CONSIGNOR: ("signature", say("联单 {number} 等你签署"), say("去签署")),
    A.SIGN_AS_CARRIER: ("signature", say("联单 {number} 等你签署起运"), say("去签署")),
    A.ARRIVE: ("map-pin", say("联单 {number} 在途，到达后登记"), say("登记到达")),
    A.WEIGH_CONTAINER: ("scale", say("联单 {number} 等你过磅"), say("去过磅")),
    A.ACCEPT: ("signature", say("联单 {number} 等你签收"), say("去签收")),
    A.WEIGH_LOAD: ("scale", say("联单 {number} 等你登记装车量"), say("去登记")),
    A.ACCEPT_LOAD: ("signature", say("联单 {number} 等你签收"), say("去签收")),
}
OTHER_ACT: Final = ("truck-delivery", say("联单 {number} 等你处理"), say("去处理"))


@dataclass(frozen=True)
class Todo:
    """One entry of the to-do list."""

    title: Text | str
    note: Text | str
    icon: str
    url: str | None
    action: Text
    kind: str = ""
    """Colour of the icon: bad, warn, mute or none."""
    due_on: date | None = None
    due: tuple[str, Text, str] | None = None
    """Kind, words and icon of the tag, where no day is due."""


@dataclass
class Todos:
    """To-dos by when they are due."""

    today: list[Todo] = field(default_factory=list)
    week: list[Todo] = field(default_factory=list)
    later: list[Todo] = field(default_factory=list)

    def groups(self) -> list[tuple[Text, list[Todo]]]:
        named = ((say("今天"), self.today), (say("本周"), self.week), (say("以后"), self.later))
        return [(label, items) for label, items in named if items]

    @property
    def count(self) -> int:
        return len(self.today) + len(self.week) + len(self.later)


@bp.get("/workbench")
def show() -> str:
    """What waits for the viewer: a firm's to-dos, a driver's tasks, or the park at a glance."""
    known = caller()
    assert known is not None  # the guard turned everybody else away
    found = attention()
    with reading() as work:
        shared: dict[str, Any] = {
            "today_words": _today_words(work.today),
            "now": work.now,
            "last": [consignment_line(row) for row in consignments_page(work, limit=LAST_CONSIGNMENTS).rows],
        }
        if work.actor.is_park_staff:
            return render_template("workbench/park.html", **shared, **_park(work))
        if known.role is Role.DRIVER:
            return render_template("workbench/driver.html", **shared, **driver_page(work))
        storing = known.role in STORAGE_READERS
        if storing and _is_new(found):
            return render_template("workbench/new.html", **shared, **_set_up(found, known.role))
        shared |= {
            "todos": _todos(work, found),
            "attention": found,
            "may_send": work.actor.may(Permission.CONSIGNMENTS_SEND),
            "may_register": work.actor.may(Permission.CONTAINERS_MANAGE) and known.role is Role.PRODUCER,
            "aged": oldest_containers(work) if storing else [],
            "stores": [store_view(stock) for stock in facilities_with_stock(work)] if storing else [],
            "full_in": _days_until_full(work) if storing else None,
        }
        shared["has_near"] = any(is_near(aged, work.today) for aged in shared["aged"])
        shared["aged"] = [aged_view(aged, work.today) for aged in shared["aged"]]
    return render_template("workbench/show.html", **shared)


def _today_words(today: date) -> str:
    """11 月 20 日 星期五; Friday, 20 November."""
    if chosen_locale() == "en":
        return format_date(today, "EEEE, d MMMM", locale="en")
    return format_date(today, "M 月 d 日 EEEE", locale="zh")


def _todos(work: Work, found: Attention) -> Todos:
    todos = Todos()
    if found.consignments:
        page = consignments_page(work, bucket=Bucket.MINE, limit=WAITING_CONSIGNMENTS)
        todos.today += [_of_consignment(row) for row in page.rows]
    counts = found.storage
    for kind, group in (
        (Waiting.UNWEIGHED, todos.today),
        (Waiting.UNPLACED, todos.today),
        (Waiting.OUTDATED_LABEL, todos.today),
        (Waiting.UNLABELLED, todos.week),
        (Waiting.NEAR_LIMIT, todos.week),
    ):
        if count := counts.get(kind, 0):
            group.append(_of_containers(work, kind, count))
    if count := counts.get(Waiting.INCOMPLETE_STREAM, 0):
        todos.week.append(_of_streams(work, count))
    return todos


def _of_consignment(row: ConsignmentRow) -> Todo:
    consignment = row.consignment
    icon, title, action = ACT_LOOKS.get(row.next_act, OTHER_ACT) if row.next_act else OTHER_ACT
    wastes = "、".join(dict.fromkeys(line.waste_name for line in row.lines))
    return Todo(
        title=Text(title.msgid, {"number": consignment.number}),
        note=say(
            "{waste} {packages} {mass} · {consignor} → {consignee}{plate}",
            waste=wastes,
            packages=say("{count} 件", count=consignment.container_count)
            if consignment.container_count
            else packages_text(row.lines),
            mass=tonnes(consignment.sent_mass, 3, plain=True),
            consignor=row.consignor_name,
            consignee=row.consignee_name or "—",
            plate=say(" · 车辆 {plate}", plate=printed_plate(row.plate)) if row.plate else "",
        ),
        icon=icon,
        url=url_if("consignments.show", number=consignment.number),
        action=action,
        due_on=consignment.due_on,
        due=None if consignment.due_on else ("info", say("等你处理"), "clock"),
    )


CONTAINER_TODOS: Final = {
    Waiting.UNWEIGHED: ("scale", say("去称重"), "waiting", ("warn", say("今天内"), "clock")),
    Waiting.UNPLACED: ("building-warehouse", say("去入库"), "waiting", ("warn", say("今天内"), "clock")),
    Waiting.OUTDATED_LABEL: ("printer", say("去重印"), "", ("warn", say("今天内"), "clock")),
    Waiting.UNLABELLED: ("qrcode", say("去打印"), "", ("", say("尽快"), "clock")),
    Waiting.NEAR_LIMIT: ("hourglass", say("安排转移"), "standing", ("bad", say("临近期限"), "hourglass")),
}


def _of_containers(work: Work, kind: Waiting, count: int) -> Todo:
    icon, action, state, due = CONTAINER_TODOS[kind]
    some = containers_waiting(work, kind)
    labels = _("、").join(labels_of(some)) + (" …" if count > len(some) else "")
    url = url_if("storage.containers", state=state) if state else url_if("storage.containers")
    if count == 1 and some:
        url = url_if("storage.container", code=some[0].code)
    return Todo(
        title=_container_title(kind, count),
        note=_container_note(kind, labels),
        icon=icon,
        url=url,
        action=action,
        kind="bad" if kind is Waiting.NEAR_LIMIT else "",
        due=due,
    )


def _container_title(kind: Waiting, count: int) -> str:
    match kind:
        case Waiting.UNWEIGHED:
            return str(ngettext("%(num)d 个容器还没有称重", "%(num)d 个容器还没有称重", count))
        case Waiting.UNPLACED:
            return str(ngettext("%(num)d 个容器还没有入库", "%(num)d 个容器还没有入库", count))
        case Waiting.OUTDATED_LABEL:
            return str(ngettext("%(num)d 张标签要重印", "%(num)d 张标签要重印", count))
        case Waiting.UNLABELLED:
            return str(ngettext("%(num)d 个容器还没有标签", "%(num)d 个容器还没有标签", count))
        case _:
            return str(ngettext("%(num)d 个容器临近贮存期限", "%(num)d 个容器临近贮存期限", count))


def _container_note(kind: Waiting, labels: str) -> Text:
    match kind:
        case Waiting.UNWEIGHED:
            return say("{labels}，称重后才能入库", labels=labels)
        case Waiting.UNPLACED:
            return say("{labels}，放进分区才算入库", labels=labels)
        case Waiting.OUTDATED_LABEL:
            return say("{labels}，标签上的重量与称重不一致", labels=labels)
        case Waiting.UNLABELLED:
            return say("{labels}，打印并贴上才能转移", labels=labels)
        case _:
            return say("{labels}，在贮存期限前转移或利用处置", labels=labels)


def _of_streams(work: Work, count: int) -> Todo:
    some = streams_waiting(work)
    names = _("、").join(stream.local_name for stream in some) + (" …" if count > len(some) else "")
    return Todo(
        title=ngettext("%(num)d 种废物缺标签内容", "%(num)d 种废物缺标签内容", count),
        note=say("{names}，补上形态、成分和注意事项才能打印标签", names=names),
        icon="tags",
        url=_stream_url(some),
        action=say("去补充"),
        kind="warn",
        due=("", say("打印之前"), "clock"),
    )


def _stream_url(streams: Sequence[Any]) -> str | None:
    if streams and (url := url_if("storage.stream", stream_id=streams[0].id)):
        return url
    return url_if("storage.streams") or url_if("storage.containers")


def consignment_line(row: ConsignmentRow) -> dict[str, Any]:
    """A consignment in the list of the last ones."""
    c = row.consignment
    share = None
    if c.received_mass is not None and c.sent_mass and c.weighed_count == c.container_count:
        share = round((c.received_mass - c.sent_mass) * 1000 / c.sent_mass) / 10
    moment: tuple[Text, datetime] = (say("创建"), c.created_at)
    for words, at in (
        (say("起运"), c.departed_at),
        (say("到达"), c.arrived_at),
        (say("办结"), c.closed_at),
    ):
        if at is not None:
            moment = (words, at)
    return {
        "number": c.number,
        "url": url_if("consignments.show", number=c.number),
        "wastes": [(line.waste_name, line.waste_code) for line in row.lines][:2],
        "consignor": row.consignor_name,
        "consignee": row.consignee_name,
        "mass": c.sent_mass,
        "state": c.state.value,
        "mine": mine_text(row.next_act) if c.state is not ConsignmentState.DRAFT else None,
        "at": moment[1],
        "at_words": moment[0],
        "share": None if share is None else str(share),
    }


def aged_view(aged: AgedContainer, today: date) -> dict[str, Any]:
    """A container by its age, against the one-year limit."""
    c = aged.container
    days, limit = (today - aged.since).days, (aged.until - aged.since).days
    return {
        "title": c.local_label or c.short_code,
        "url": url_if("storage.container", code=c.code),
        "until": aged.until,
        "days": days,
        "limit": limit,
        "name": aged.stream.local_name,
        "mass": c.net,
    }


def store_view(stock: FacilityStock) -> dict[str, Any]:
    """A facility's use against its capacity."""
    facility = stock.facility
    return {
        "name": facility.name,
        "site": stock.site.name,
        "url": url_if("storage.facility", facility_id=facility.id),
        "mass": stock.mass,
        "capacity": facility.capacity,
        "count": stock.container_count,
    }


def _days_until_full(work: Work) -> int | None:
    """When the firm's stores are full at the speed of the last 30 days; None when they don't fill."""
    places = stock_places(work)
    period = Period(work.today - timedelta(days=RATE_DAYS - 1), work.today)
    total = period_balance(work, places.books, period).total
    grown = total.closing - total.opening
    if grown <= 0 or not places.capacity:
        return None
    left = places.capacity - total.closing
    return max(0, left * RATE_DAYS // grown)


def _is_new(found: Attention) -> bool:
    """Has not set itself up yet, and nobody waits for it."""
    is_set_up = found.set_up.get("containers") and found.set_up.get("facilities")
    return not is_set_up and not found.consignments


def _set_up(found: Attention, role: Role) -> dict[str, Any]:
    """The steps of a firm that has just begun, in their order; the first open one is the current one."""
    counts = found.set_up
    recycler = role is Role.RECYCLER
    steps = [
        (
            bool(counts.get("facilities")),
            say("第一个贮存设施"),
            say("类型、能力和分区；入库时按它检查相容与容量"),
            url_if("storage.new_facility") or url_if("storage.facilities"),
            say("建贮存设施"),
        ),
        (
            bool(counts.get("streams")),
            say("产生的废物"),
            say("从名录选代码，填好俗称、形态和成分；也可以由台账文件带入"),
            url_if("storage.new_stream") or url_if("storage.register"),
            say("添加废物"),
        ),
        (
            bool(counts.get("containers")),
            say("第一个容器"),
            say("登记一桶并打印标签，或导入以前的台账"),
            url_if("storage.register") or url_for("registry.import_form"),
            say("登记第一桶"),
        ),
    ]
    if recycler:
        steps = [
            steps[0],
            (
                bool(counts.get("containers")),
                say("第一次接收"),
                say("移出人把联单提交给你之后，会出现在这里"),
                url_if("consignments.index"),
                say("看联单"),
            ),
        ]
    current = next((number for number, step in enumerate(steps) if not step[0]), None)
    return {
        "steps": [
            {
                "done": done,
                "is_current": number == current,
                "label": label,
                "note": note,
                "url": url,
                "action": act,
            }
            for number, (done, label, note, url, act) in enumerate(steps)
        ],
        "done_count": sum(step[0] for step in steps),
        "may_import": not recycler,
    }


def _park(work: Work) -> dict[str, Any]:
    """The park at a glance: its firms, what lies in their stores, what is on the road, and what rules say."""
    stocks = facilities_with_stock(work)
    firms = organisations_of_park(work, work.actor.park_id) if work.actor.park_id else []
    names = {firm.id: firm.short_name for firm in firms}
    used = [stock for stock in stocks if stock.container_count]
    checks = list(zip(used, facility_checks(work, used), strict=True))
    return {
        "firm_count": len(firms),
        "mass": sum(stock.mass for stock in stocks),
        "capacity": sum(stock.facility.capacity for stock in stocks),
        "container_count": sum(stock.container_count for stock in stocks),
        "buckets": {
            bucket.value: counted(count) if count else 0 for bucket, count in bucket_counts(work).items()
        },
        "findings": [_finding(stock, check, names) for stock, check in checks if check.problems],
        "violations": sum(check.violations for _stock, check in checks),
        "stores": [
            store_view(stock) | {"owner": names.get(stock.facility.organisation_id, "")} for stock in stocks
        ],
    }


def _finding(stock: FacilityStock, check: FacilityCheck, names: dict[Any, str]) -> dict[str, Any]:
    worst = check.problems[0]
    return {
        "owner": names.get(stock.facility.organisation_id, ""),
        "facility": stock.facility.name,
        "url": url_if("storage.facility", facility_id=stock.facility.id),
        "text": rendered(worst.finding.text()),
        "source": rendered(worst.finding.source()),
        "is_violation": worst.is_violation,
        "more": len(check.problems) - 1,
    }
