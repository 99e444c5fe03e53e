"""The printed papers that `make screens` draws, and what a page and a paper have in common."""

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Page


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
        values={"bucket": "done", "state": "cancelled"},
    ),
    Paper(
        "general.note",
        "lu",
        "consignments.manifest",
        via=("consignments.index", "consignments.show"),
        values={"bucket": "done", "state": "closed", "plate": "D2209"},
    ),
    Paper(
        "general.note.draft",
        "lu",
        "consignments.manifest",
        via=("consignments.index", "consignments.show"),
        values={"bucket": "drafts", "plate": "D2209"},
    ),
]
