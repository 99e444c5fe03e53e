"""The screens and papers that `make screens` takes: one line each, added with the page it shows.

A test keeps the list whole: every page of the product is in it, or among those that are no page.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Page

from scripts.screen_acts import (
    amend_the_plan,
    ask_for_calendar,
    begin_a_count,
    choose_a_zone,
    correct_wrongly,
    import_clean_ledger,
    open_a_plan_table,
    open_a_zone,
    open_declaration,
    photograph,
    put_on_the_scale,
    register_it,
    register_wrongly,
    send_empty,
    sign_in_wrongly,
    upload_codes,
    upload_general_ledger,
    upload_large_ledger,
    upload_messy_ledger,
    weigh_by_hand,
)


@dataclass(frozen=True)
class Place:
    """One page or paper of the demo, by the endpoint that answers it."""

    name: str
    account: str | None
    """Key of the demo person who looks; None for somebody who is not signed in."""
    endpoint: str
    via: tuple[str, ...] = ()
    """Endpoints of the pages to start from: the first link on each that leads to the next is followed."""
    values: dict[str, str] = field(default_factory=dict)
    """Parameters of the first endpoint's address, and its query."""
    beside: dict[str, str] | None = None
    """Where nothing links to it: its address is that of the page before, with these values besides."""


@dataclass(frozen=True)
class Screen(Place):
    """A page, taken at both widths in both languages."""

    prepare: Callable[[Page], None] | None = None
    """What to do on the page before the picture is taken."""
    shows: str = ""
    """The endpoint that the preparation ends on, where it is another."""
    status: int = 200


@dataclass(frozen=True)
class Paper(Place):
    """A PDF, drawn page by page in both languages."""


SCREENS = [
    Screen("sign-in", None, "auth.sign_in"),
    Screen("sign-in.refused", None, "auth.sign_in", prepare=sign_in_wrongly),
    Screen("style-guide", None, "home.style_guide"),
    Screen("problem-type", None, "home.problem", values={"name": "rule-violated"}),
    Screen("workbench.producer", "lu", "workbench.show"),
    Screen("workbench.new", "qian", "workbench.show"),
    Screen("workbench.recycler", "he", "workbench.show"),
    Screen("workbench.driver", "shi", "workbench.show"),
    Screen("workbench.inspector", "lin", "workbench.show"),
    Screen("workbench.operator", "tang", "workbench.show"),
    Screen("agenda", "lu", "agenda.index"),
    Screen("agenda.park", "tang", "agenda.index"),
    Screen("agenda.feed", "lu", "agenda.index", prepare=ask_for_calendar, shows="agenda.issue"),
    Screen("waste-codes", "lu", "catalogue.search", values={"q": "电镀污泥"}),
    Screen("waste-codes.nothing", "lu", "catalogue.search", values={"q": "没有这种"}),
    Screen("general-waste-codes", "tang", "catalogue.general_waste"),
    Screen(
        "general-waste-codes.import",
        "tang",
        "catalogue.general_waste",
        prepare=upload_codes,
        shows="catalogue.code_list",
    ),
    Screen("ledger", "lu", "registry.ledger"),
    Screen("ledger.waste", "lu", "registry.ledger", values={"view": "waste"}),
    Screen("ledger.container", "lu", "registry.ledger", values={"view": "container"}),
    Screen("ledger.general", "lu", "registry.ledger", values={"kind": "general"}),
    Screen("ledger.tables", "lu", "books.tables"),
    Screen("ledger.differences", "lu", "books.differences_page"),
    Screen("ledger.stock", "lu", "books.stock"),
    Screen("ledger.correction", "lu", "books.correction", via=("registry.ledger",)),
    Screen(
        "ledger.correction.refused",
        "lu",
        "books.correction",
        via=("registry.ledger",),
        prepare=correct_wrongly,
        status=200,
    ),
    Screen("declarations", "lu", "declarations.index"),
    Screen("declaration", "lu", "declarations.index", prepare=open_declaration, shows="declarations.show"),
    Screen("ledger.import", "lu", "registry.import_form"),
    Screen(
        "ledger.import.result",
        "gu",
        "registry.import_form",
        prepare=upload_messy_ledger,
        shows="registry.import_result",
    ),
    Screen(
        "ledger.import.tables",
        "qian",
        "registry.import_form",
        prepare=upload_general_ledger,
        shows="registry.import_result",
    ),
    Screen(
        "ledger.imported",
        "qian",
        "registry.import_form",
        prepare=import_clean_ledger,
        shows="registry.imported",
    ),
    Screen("ledger.imports", "qian", "registry.imports"),
    Screen("job", "gu", "registry.import_form", prepare=upload_large_ledger, shows="jobs.show"),
    Screen("jobs", "gu", "jobs.index"),
    Screen("facilities", "lu", "storage.facilities"),
    Screen("facilities.park", "tang", "storage.facilities"),
    Screen("facility", "lu", "storage.facility", via=("storage.facilities",)),
    Screen("facility.park", "tang", "storage.facility", via=("storage.facilities",)),
    Screen(
        "facility.register", "lu", "storage.edit_facility", via=("storage.facilities", "storage.facility")
    ),
    Screen("facility.plan", "lu", "storage.edit_plan", via=("storage.facilities", "storage.facility")),
    Screen(
        "facility.upkeep", "lu", "storage.facility_upkeep", via=("storage.facilities", "storage.facility")
    ),
    Screen("facility.signs", "lu", "storage.signs", via=("storage.facilities", "storage.facility")),
    Screen("facility.new", "lu", "storage.new_facility"),
    Screen("zone.new", "lu", "storage.new_zone", via=("storage.facilities", "storage.facility")),
    Screen(
        "zone",
        "lu",
        "storage.facility",
        via=("storage.facilities",),
        prepare=open_a_zone,
        shows="storage.edit_zone",
    ),
    Screen("containers", "lu", "storage.containers"),
    Screen("container", "lu", "storage.container", via=("storage.containers",)),
    Screen(
        "container.registered",
        "lu",
        "storage.registered",
        via=("storage.containers", "storage.container"),
        values={"state": "stored"},
        beside={},
    ),
    Screen(
        "container.split",
        "lu",
        "storage.handle",
        via=("storage.containers", "storage.container"),
        values={"state": "stored"},
        beside={"act": "split"},
    ),
    Screen(
        "facility.counts",
        "lu",
        "storage.counts",
        via=("storage.facilities", "storage.facility"),
        beside={},
        prepare=begin_a_count,
        shows="storage.count",
    ),
    Screen("batches", "lu", "storage.batches"),
    Screen("batch.new", "lu", "storage.new_batch"),
    Screen("batch", "lu", "storage.batch", via=("storage.batches",)),
    Screen("container.inspector", "lin", "storage.container", via=("storage.containers",)),
    Screen("package-types", "lu", "storage.package_types"),
    Screen("stream.new", "lu", "storage.new_stream"),
    Screen("stream", "lu", "storage.stream", via=("storage.containers", "storage.container")),
    Screen(
        "stream.exemptions",
        "lu",
        "storage.exemptions",
        via=("storage.containers", "storage.container", "storage.stream"),
    ),
    Screen("register.pick", "lu", "storage.register"),
    Screen("register.weigh", "lu", "storage.register", prepare=put_on_the_scale),
    Screen("register.weigh.by-hand", "lu", "storage.register", prepare=weigh_by_hand),
    Screen("register.photo", "lu", "storage.register", prepare=photograph),
    Screen("register.zone", "lu", "storage.register", prepare=choose_a_zone),
    Screen("register.done", "lu", "storage.register", prepare=register_it),
    Screen("scales", "lu", "storage.scales"),
    Screen("scale.new", "lu", "storage.new_scale"),
    Screen("scale.new.refused", "lu", "storage.new_scale", prepare=send_empty),
    Screen("scale", "lu", "storage.edit_scale", via=("storage.scales",)),
    Screen("register", "lu", "storage.register", via=("storage.register",)),
    Screen("register.refused", "lu", "storage.register", via=("storage.register",), prepare=register_wrongly),
    Screen("plans", "lu", "plans.index"),
    Screen("plans.park", "tang", "plans.index"),
    Screen("plan", "lu", "plans.show", via=("plans.index",)),
    Screen(
        "plan.edit", "lu", "plans.show", via=("plans.index",), prepare=amend_the_plan, shows="plan_forms.edit"
    ),
    Screen("plan.table", "lu", "plans.index", prepare=open_a_plan_table, shows="plan_forms.table"),
    Screen("site.profile", "lu", "plan_forms.profile", via=("plans.index",)),
    Screen("consignments", "lu", "consignments.index", values={"bucket": "open"}),
    Screen("consignments.recycler", "he", "consignments.index"),
    Screen("consignments.driver", "shi", "consignments.index"),
    Screen("consignments.park", "tang", "consignments.index", values={"bucket": "done"}),
    Screen("consignment.new", "lu", "consignments.new"),
    Screen("consignment.new.refused", "lu", "consignments.new", prepare=send_empty),
    Screen(
        "consignment.draft",
        "lu",
        "consignments.edit",
        via=("consignments.index", "consignments.show"),
        values={"bucket": "drafts"},
    ),
    Screen(
        "consignment.open", "lu", "consignments.show", via=("consignments.index",), values={"bucket": "open"}
    ),
    Screen(
        "consignment.done", "lu", "consignments.show", via=("consignments.index",), values={"bucket": "done"}
    ),
    Screen("consignment.recycler", "he", "consignments.show", via=("consignments.index",)),
    Screen("consignment.driver", "shi", "consignments.show", via=("consignments.index",)),
    Screen("not-found", "lu", "storage.container", values={"code": "x"}, status=404),
    Screen(
        "public.container",
        "lu",
        "public.container",
        via=("storage.containers", "storage.container"),
        values={"state": "stored"},
        beside={"kind": "W"},
    ),
    Screen(
        "public.facility",
        "lu",
        "public.facility",
        via=("storage.facilities", "storage.facility", "storage.signs"),
    ),
    Screen(
        "public.consignment",
        "lu",
        "public.consignment",
        via=("consignments.index", "consignments.show"),
        values={"bucket": "open"},
        beside={"kind": "M"},
    ),
    Screen("scanner", "lin", "scan.scanner"),
    Screen("api-docs", None, "docs.show"),
]
PAPERS = [
    *(
        Paper(
            f"label.{size}",
            "lu",
            "storage.label_document",
            via=("storage.containers", "storage.container"),
            values={"state": "stored"},
            beside={"number": "1", "size": size},
        )
        for size in ("L1", "L2", "L3")
    ),
    Paper(
        "sign.facility",
        "lu",
        "storage.facility_sign",
        via=("storage.facilities", "storage.facility", "storage.signs"),
    ),
    Paper(
        "sign.zone",
        "lu",
        "storage.zone_sign",
        via=("storage.facilities", "storage.facility", "storage.signs"),
    ),
    Paper(
        "manifest.accepted",
        "he",
        "consignments.manifest",
        via=("consignments.index", "consignments.show"),
        values={"bucket": "done"},
    ),
    Paper(
        "manifest.void",
        "lu",
        "consignments.manifest",
        via=("consignments.index", "consignments.show"),
        values={"bucket": "done"},
    ),
]

NO_PAGES = {
    "plans.file",
    "books.balance_as_file",
    "books.table_file",
    "declarations.file",
    "jobs.file",
    "agenda.count",
    "agenda.feed",
    "files.view",
    "health.healthz",
    "health.readyz",
    "home.index",
    "home.search",
    "registry.export",
    "jobs.errors",
    "catalogue.code_errors",
    "registry.import_errors",
    "scan.service_worker",
    "scan.worker",
    "static",
    "storage.label_image",
    "storage.document_file",
    "storage.labels_document",
    "storage.register_zones",
    "storage.zone_cards",
}
"""Endpoints answering GET that show no page of their own."""
