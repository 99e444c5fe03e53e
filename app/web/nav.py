"""The navigation as data (ux.md 1): who sees which screens, in which groups, with which counts."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app, url_for

from app.foundation.core.text import Text, say
from app.parties.accounts.permissions import Permission, Role


@dataclass(frozen=True)
class Item:
    """One screen that can be reached from the navigation."""

    endpoint: str
    label: Text
    icon: str
    permission: Permission | None = None
    badge: str | None = None
    short: Text | None = None
    covers: frozenset[str] = frozenset()
    """Endpoints of the pages below this one, for which it is marked as well."""
    counted_by: str | None = None
    """Endpoint that counts what waits there; the page asks it when it has been shown, so no page waits for it."""


@dataclass(frozen=True)
class Group:
    """A headed part of the left navigation."""

    label: Text
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Badge:
    """How many things wait behind a link; hot ones wait for this viewer or are overdue."""

    count: int
    hot: bool = True


@dataclass(frozen=True)
class Link:
    """One navigation entry as a page shows it."""

    url: str
    label: Text
    icon: str
    places: frozenset[str]
    badge: Badge | None = None
    short: Text | None = None
    count_url: str | None = None


@dataclass(frozen=True)
class Navigation:
    """What one viewer sees: groups of links on wide screens, at most four links beside scan on phones."""

    groups: tuple[tuple[Text, tuple[Link, ...]], ...] = ()
    phone_bar: tuple[Link, ...] = ()
    scan_url: str | None = None


WORKBENCH = Item("workbench.show", say("我的工作台"), "home", badge="todo", short=say("工作台"))
AGENDA = Item(
    "agenda.index",
    say("期限与任务"),
    "calendar-event",
    Permission.TRACE_READ,
    short=say("期限"),
    covers=frozenset({"agenda.issue"}),
    counted_by="agenda.count",
)
TASKS = Item("workbench.show", say("今天的任务"), "home", badge="todo", short=say("任务"))
JOBS = Item(
    "jobs.index",
    say("任务中心"),
    "list-check",
    Permission.LEDGER_IMPORT,
    covers=frozenset({"jobs.show"}),
)
REGISTER = Item(
    "storage.register", say("五即一码登记"), "scan", Permission.CONTAINERS_MANAGE, badge="register"
)
LEDGER = Item(
    "registry.ledger",
    say("废物台账"),
    "clipboard-list",
    Permission.LEDGER_READ,
    short=say("台账"),
    covers=frozenset(
        {
            "registry.import_form",
            "books.tables",
            "books.differences_page",
            "books.stock",
            "books.correction",
            "declarations.index",
            "declarations.show",
        }
    ),
)
PLANS = Item(
    "plans.index",
    say("管理计划"),
    "clipboard-text",
    Permission.LEDGER_READ,
    short=say("计划"),
    covers=frozenset({"plans.show", "plan_forms.edit", "plan_forms.table", "plan_forms.profile"}),
)
FACILITIES = Item(
    "storage.facilities",
    say("贮存设施"),
    "building-warehouse",
    Permission.STORAGE_READ,
    badge="storage",
    short=say("贮存"),
    covers=frozenset({"storage.facility"}),
)
CONTAINERS = Item(
    "storage.containers",
    say("容器与标签"),
    "package",
    Permission.STORAGE_READ,
    badge="containers",
    short=say("容器"),
    covers=frozenset({"storage.container", "storage.handle"}),
)
BATCHES = Item(
    "storage.batches",
    say("一般固废批次"),
    "stack-2",
    Permission.STORAGE_READ,
    short=say("一般固废"),
    covers=frozenset({"storage.batch", "storage.new_batch"}),
)
CONSIGNMENTS = Item(
    "consignments.index",
    say("转移联单"),
    "truck-delivery",
    Permission.CONSIGNMENTS_READ,
    badge="consignments",
    short=say("联单"),
    covers=frozenset({"consignments.new", "consignments.show"}),
)
CLEARANCES = Item(
    "clearances.index",
    say("合同与备案"),
    "contract",
    Permission.CLEARANCES_READ,
    short=say("合同"),
    covers=frozenset(
        {
            "clearances.contract",
            "clearances.new_contract",
            "clearances.edit_contract",
            "clearances.crossing",
            "clearances.new_crossing",
            "clearances.edit_crossing",
        }
    ),
)
ROUNDS = Item(
    "rounds.index",
    say("收集趟次"),
    "route",
    Permission.CONSIGNMENTS_CARRY,
    short=say("趟次"),
    covers=frozenset({"rounds.show"}),
)
SCAN = Item("scan.scanner", say("扫码验真"), "scan", Permission.SCAN, short=say("扫码"))
CATALOGUE = Item(
    "catalogue.search",
    say("废物名录"),
    "file-search",
    Permission.CATALOGUE_READ,
    covers=frozenset({"catalogue.general_waste"}),
)
_LICENCE_PAGES = frozenset(
    {
        "licences.show",
        "licences.apply",
        "licences.application",
        "licences.review",
        "licences.fleet",
        "licences.fleet_form",
    }
)
LICENCES = Item(
    "licences.index",
    say("许可与资质"),
    "certificate",
    Permission.LICENCES_READ,
    short=say("许可"),
    covers=_LICENCE_PAGES,
)
PARK_LICENCES = Item(
    "licences.index",
    say("许可与备案"),
    "certificate",
    Permission.LICENCES_READ,
    short=say("许可"),
    covers=_LICENCE_PAGES,
)

CHECKPOINTS = Item("trace.checkpoints", say("日志检查点"), "shield-check", Permission.TRACE_READ)
STAFF = Item(
    "account.staff",
    say("员工与权限"),
    "users",
    Permission.STAFF_MANAGE,
    covers=frozenset({"account.matrix", "account.send_invitation"}),
)

GROUPS: dict[Role, tuple[Group, ...]] = {
    Role.PRODUCER: (
        Group(say("工作台"), (WORKBENCH, AGENDA, REGISTER, JOBS)),
        Group(say("台账与贮存"), (LEDGER, FACILITIES, CONTAINERS, BATCHES, PLANS, CATALOGUE)),
        Group(say("转移"), (CONSIGNMENTS, CLEARANCES)),
        Group(say("企业"), (STAFF,)),
    ),
    Role.RECYCLER: (
        Group(say("工作台"), (WORKBENCH, AGENDA, JOBS)),
        Group(say("接收"), (CONSIGNMENTS, CLEARANCES, FACILITIES, CONTAINERS, LEDGER, PLANS, CATALOGUE)),
        Group(say("企业"), (LICENCES, STAFF)),
    ),
    Role.CARRIER: (
        Group(say("运输"), (WORKBENCH, CONSIGNMENTS, ROUNDS, CLEARANCES)),
        Group(say("企业"), (LICENCES, STAFF)),
    ),
    Role.DRIVER: (Group(say("运输"), (TASKS, CONSIGNMENTS, ROUNDS, SCAN)),),
    Role.INSPECTOR: (
        Group(say("巡查"), (WORKBENCH, AGENDA, SCAN)),
        Group(
            say("查询"),
            (
                CONSIGNMENTS,
                CLEARANCES,
                PARK_LICENCES,
                FACILITIES,
                CONTAINERS,
                LEDGER,
                PLANS,
                CATALOGUE,
                CHECKPOINTS,
            ),
        ),
    ),
    Role.PARK_OPERATOR: (
        Group(say("总览"), (WORKBENCH, AGENDA)),
        Group(
            say("监管"),
            (PARK_LICENCES, CLEARANCES, CONSIGNMENTS, FACILITIES, CONTAINERS, LEDGER, PLANS, CATALOGUE),
        ),
        Group(say("园区"), (CHECKPOINTS, STAFF)),
    ),
}
"""The groups of each role; `scan` stands in the top bar and in the middle of the phone bar besides."""

PHONE_BARS: dict[Role, tuple[Item, ...]] = {
    Role.PRODUCER: (WORKBENCH, LEDGER, CONSIGNMENTS),
    Role.RECYCLER: (WORKBENCH, FACILITIES, CONSIGNMENTS),
    Role.CARRIER: (WORKBENCH, LICENCES, CONSIGNMENTS),
    Role.DRIVER: (TASKS, CONSIGNMENTS),
    Role.INSPECTOR: (WORKBENCH, CONSIGNMENTS),
    Role.PARK_OPERATOR: (WORKBENCH, FACILITIES, CONSIGNMENTS),
}
"""The phone bar of each role; `scan` and 更多 complete it."""


def navigation_for(role: str, permissions: frozenset[str], badges: Mapping[str, int | Badge]) -> Navigation:
    """The navigation of one viewer.

    Args:
        role: a value of `Role`; it orders the screens.
        permissions: what the viewer may do; items that need more are left out, and so are
            screens this application does not have.
        badges: counts by badge key; zero shows nothing.
    """

    def links(items: tuple[Item, ...]) -> tuple[Link, ...]:
        return tuple(_link(item, badges) for item in items if _is_open(item, permissions))

    groups = tuple((group.label, links(group.items)) for group in GROUPS[Role(role)])
    return Navigation(
        groups=tuple((label, entries) for label, entries in groups if entries),
        phone_bar=links(PHONE_BARS[Role(role)]),
        scan_url=url_for(SCAN.endpoint) if _is_open(SCAN, permissions) else None,
    )


def _is_open(item: Item, permissions: frozenset[str]) -> bool:
    known = item.endpoint in current_app.view_functions
    return known and (item.permission is None or item.permission in permissions)


def _link(item: Item, badges: Mapping[str, int | Badge]) -> Link:
    found = badges.get(item.badge, 0) if item.badge else 0
    badge = found if isinstance(found, Badge) else Badge(found)
    return Link(
        url=url_for(item.endpoint),
        label=item.label,
        icon=item.icon,
        places=item.covers | {item.endpoint},
        badge=badge if badge.count else None,
        short=item.short,
        count_url=url_for(item.counted_by) if item.counted_by in current_app.view_functions else None,
    )
