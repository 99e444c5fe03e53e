"""The ledger as both borders show it: its lines with the names of places and consignments, and its spreadsheets."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from flask import Response
from flask_babel import gettext as _

from app.entry.language import rendered
from app.foundation.core.clock import local_time
from app.foundation.core.text import Text, say
from app.foundation.core.units import tonnes_text
from app.foundation.core.work import Work
from app.foundation.documents.spreadsheet import Value, csv_bytes, xlsx_bytes
from app.waste.consignments.queries.references import ConsignmentReference, consignment_references
from app.waste.registry.exporting import B1_HEADER, B1_SHEET, b1_rows
from app.waste.registry.models import PlaceKind
from app.waste.registry.posting import Place
from app.waste.registry.queries import Entry, LedgerFilter, Stage, all_entries, generation_lines
from app.waste.storage.places import StockPlaces

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXPORT_BATCH: Final = 100

STAGE_WORDS: Final = {
    Stage.GENERATED: say("产生"),
    Stage.STORED: say("入库"),
    Stage.MOVED: say("移位"),
    Stage.OUTBOUND: say("出库待用"),
    Stage.TRANSFERRED: say("出库"),
    Stage.RECEIVED: say("接收"),
    Stage.USED: say("自行利用处置"),
    Stage.DIFFERENCE: say("差异"),
}
SINK_WORDS: Final = {
    PlaceKind.GENERATION: say("产生"),
    PlaceKind.UTILISED: say("利用"),
    PlaceKind.DISPOSED: say("处置"),
    PlaceKind.PRODUCT: say("产品"),
    PlaceKind.LOSS: say("损耗"),
    PlaceKind.REGROUPED: say("合并"),
    PlaceKind.WEIGHING_DIFFERENCE: say("磅差"),
}


@dataclass(frozen=True)
class NamedPlace:
    """A place of the ledger as this viewer may know it."""

    kind: PlaceKind
    id: Any
    label: Text | str
    consignment: ConsignmentReference | None = None

    @property
    def name(self) -> str:
        """In the reader's language."""
        return rendered(self.label)

    @property
    def consignment_number(self) -> str | None:
        return self.consignment.number if self.consignment else None


@dataclass(frozen=True)
class NamedEntry:
    """A line of the ledger with its places by name."""

    entry: Entry
    source: NamedPlace
    target: NamedPlace

    def __getattr__(self, name: str) -> Any:
        return getattr(self.entry, name)


def named_entries(work: Work, places: StockPlaces, entries: Sequence[Entry]) -> list[NamedEntry]:
    """Lines with the names of their places; one statement for the consignments among them."""
    ends = [end for entry in entries for end in (entry.source, entry.target)]
    in_transit = (PlaceKind.CONSIGNMENT, PlaceKind.WEIGHING_DIFFERENCE)
    references = consignment_references(work, {end.id for end in ends if end.kind in in_transit})

    def name(place: Place) -> NamedPlace:
        return NamedPlace(place.kind, place.id, _label(place, places), references.get(place.id))

    return [NamedEntry(entry, name(entry.source), name(entry.target)) for entry in entries]


def named_place(place: Place, places: StockPlaces) -> NamedPlace:
    """A place by name, without looking up a consignment."""
    return NamedPlace(place.kind, place.id, _label(place, places))


def _label(place: Place, places: StockPlaces) -> Text | str:
    if place.kind is PlaceKind.ZONE:
        zone = places.zones.get(place.id)
        return f"{zone.facility_name} {zone.code}" if zone else ""
    if place.kind is PlaceKind.UNPLACED:
        site = places.sites.get(place.id)
        return say("{site}（未入库）", site=site.name) if site else ""
    if place.kind is PlaceKind.OUTBOUND:
        return say("已出库，待利用处置")
    if place.kind is PlaceKind.CONSIGNMENT:
        return say("联单")
    return SINK_WORDS[place.kind]


def export_response(
    work: Work, places: StockPlaces, wanted: LedgerFilter, *, table: str, as_xlsx: bool
) -> Response:
    """The ledger as a file to keep: table B.1 in the standard's layout, or every line of the filter."""
    month = f"-{wanted.period.first:%Y-%m}" if wanted.period else ""
    if table == "B.1":
        header: Sequence[str] = B1_HEADER
        rows: Iterable[Sequence[Value]] = b1_rows(
            generation_lines(work, places.books, wanted), work.actor.zone
        )
        sheet, name = B1_SHEET, f"ledger-B.1{month}"
    else:
        header = [rendered(word) for word in ENTRY_HEADER]
        rows = _entry_rows(work, places, wanted)
        sheet, name = _("台账明细"), f"ledger{month}"
    if as_xlsx:
        body = xlsx_bytes(header, rows, sheet_name=sheet, time_zone=work.actor.zone)
        return attachment(body, XLSX, f"{name}.xlsx")
    return attachment(
        csv_bytes(header, rows, time_zone=work.actor.zone), "text/csv; charset=utf-8", f"{name}.csv"
    )


def attachment(body: bytes, media_type: str, filename: str) -> Response:
    """A file to keep."""
    response = Response(body, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response


ENTRY_HEADER: Final = (
    say("日期"),
    say("时间"),
    say("环节"),
    say("废物代码"),
    say("废物"),
    say("数量 t"),
    say("库存变化 t"),
    say("容器编码"),
    say("批次编码"),
    say("来源"),
    say("去向"),
    say("联单编号"),
    say("经办人"),
)


def _entry_rows(work: Work, places: StockPlaces, wanted: LedgerFilter) -> Iterator[tuple[Value, ...]]:
    entries = all_entries(work, places.books, wanted)
    while batch := list(islice(entries, EXPORT_BATCH)):
        for line in named_entries(work, places, batch):
            yield (
                line.effective_on,
                f"{local_time(line.happened_at, work.actor.zone):%H:%M}" if line.happened_at else "",
                rendered(STAGE_WORDS[line.stage]),
                line.waste_code,
                line.local_name,
                Decimal(tonnes_text(line.mass)),
                Decimal(tonnes_text(line.effect)),
                line.container_code,
                line.batch_number,
                line.source.name,
                line.target.name,
                line.source.consignment_number or line.target.consignment_number,
                line.operator,
            )
