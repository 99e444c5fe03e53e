"""The screens of transfers of general waste, from the empty form to the closed transfer."""

from scripts.screen_acts import accept_a_load, scan_a_load, send_empty
from scripts.screen_papers import Screen

DRAFT = {"bucket": "drafts", "plate": "D2209"}
ON_THE_ROAD = {"bucket": "open", "state": "in_transit", "waste_code": "S59"}

GENERAL = [
    Screen("general.new", "lu", "consignments.new_general"),
    Screen("general.new.refused", "lu", "consignments.new_general", prepare=send_empty),
    Screen(
        "general.draft",
        "lu",
        "consignments.edit_general",
        via=("consignments.index", "consignments.show"),
        values=DRAFT,
    ),
    Screen("general.check", "lu", "consignments.show", via=("consignments.index",), values=DRAFT),
    Screen(
        "general.loading",
        "lu",
        "consignments.show",
        via=("consignments.index",),
        values={"bucket": "open", "state": "loading", "plate": "D2209"},
    ),
    Screen("general.driver", "shi", "consignments.show", via=("consignments.index",), values=ON_THE_ROAD),
    Screen("general.transit", "bai", "consignments.show", via=("consignments.index",), values=ON_THE_ROAD),
    Screen("general.list", "lu", "consignments.index", values={"bucket": "open", "waste_code": "-S"}),
    Screen(
        "general.public",
        "lu",
        "public.consignment",
        via=("consignments.index", "consignments.show"),
        values=ON_THE_ROAD,
        beside={"kind": "M"},
    ),
    Screen("general.scanned", "lin", "scan.scanner", prepare=scan_a_load),
    Screen(
        "general.accept",
        "bai",
        "consignments.index",
        values={"bucket": "open", "waste_code": "S59"},
        prepare=accept_a_load,
        shows="consignments.show",
    ),
    Screen(
        "general.closed",
        "lu",
        "consignments.show",
        via=("consignments.index",),
        values={"bucket": "done", "state": "closed", "plate": "D2209"},
    ),
]
