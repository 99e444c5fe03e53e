"""The lists of licences and of what carriers drive with as files, in the reader's language."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from app.entry.language import rendered
from app.entry.licence_files import MEDIA_TYPES
from app.foundation.catalogue.codes import printed_plate
from app.foundation.core.errors import NotFound
from app.foundation.core.text import Text, say
from app.foundation.core.units import tonnes_text
from app.foundation.core.work import Work
from app.foundation.documents.spreadsheet import Value, csv_bytes, xlsx_bytes
from app.parties.licences.capacity import LicenceScope
from app.parties.licences.models import LicenceState, Mode
from app.parties.licences.queries import Fleet, firms_of, fleets, licences
from app.parties.licences.review import KIND_WORDS, MODE_WORDS

STATES: Final = {
    LicenceState.VALID: say("有效"),
    LicenceState.SUSPENDED: say("已暂停"),
    LicenceState.REVOKED: say("已吊销"),
    LicenceState.CANCELLED: say("已注销"),
}
LICENCES: Final = (
    say("许可证编号"), say("企业"), say("类别"), say("经营方式"), say("发证机关"), say("发证日期"), say("有效期起"),
    say("有效期至"), say("登记状态"), say("废物类别与代码"), say("年度"), say("年经营规模 t"), say("已用 t"), say("预留 t"),
    say("还能接 t"),
)  # fmt: skip
VEHICLES: Final = (
    say("承运单位"), say("运输许可证"), say("许可有效期至"), say("车牌号"), say("车辆类型"), say("核定载质量 t"),
    say("道路运输证号"), say("道路运输证有效期至"), say("停用日期"),
)  # fmt: skip


def licences_file(work: Work, organisation_id: UUID | None, form: str) -> tuple[bytes, str, str]:
    """Body, media type and name of the list of licences, with what is used and reserved of this year.

    Raises:
        NotPermitted: the actor's role doesn't read licences.
        NotFound: no such format.
    """
    found = licences(work, organisation_id)
    firms = firms_of(work, {scope.licence.organisation_id for scope in found})
    names = {firm_id: firm.name for firm_id, firm in firms.items()}
    return _file(work, "licences", LICENCES, (_licence(scope, names, work.today) for scope in found), form)


def vehicles_file(
    work: Work, carrier_id: UUID | None, form: str, *, with_ended: bool = False
) -> tuple[bytes, str, str]:
    """The same of carriers' vehicles with the carrier's permit; people aren't listed.

    Raises:
        NotPermitted: the actor's role doesn't read licences.
        NotFound: no such format.
    """
    found = fleets(work, carrier_id, with_ended=with_ended)
    return _file(work, "vehicles", VEHICLES, _vehicles(found), form)


def _licence(scope: LicenceScope, names: dict[UUID, str], today: date) -> tuple[Value, ...]:
    licence = scope.licence
    masses = (licence.yearly_scale, scope.edition_used, scope.edition_reserved)
    return (
        licence.number,
        names[licence.organisation_id],
        rendered(KIND_WORDS[licence.kind]),
        ", ".join(rendered(MODE_WORDS[Mode(mode)]) for mode in licence.modes),
        licence.issuer,
        licence.issued_on,
        licence.valid_from,
        licence.valid_to,
        rendered(STATES[licence.state]),
        ", ".join(sorted(scope.codes)),
        scope.year,
        *(Decimal(tonnes_text(mass)) for mass in masses),
        Decimal(tonnes_text(scope.left)) if licence.is_in_force(today) else None,
    )


def _vehicles(found: Sequence[Fleet]) -> Iterator[tuple[Value, ...]]:
    for fleet in found:
        permit = fleet.permit
        held = (fleet.carrier.name, permit.number if permit else None, permit.valid_to if permit else None)
        for vehicle in fleet.vehicles:
            yield (
                *held,
                printed_plate(vehicle.plate),
                vehicle.kind,
                Decimal(tonnes_text(vehicle.approved_load)),
                vehicle.permit_number,
                vehicle.valid_to,
                vehicle.ended_on,
            )


def _file(
    work: Work, name: str, titles: Sequence[Text], rows: Iterator[tuple[Value, ...]], form: str
) -> tuple[bytes, str, str]:
    if form not in MEDIA_TYPES:
        raise NotFound(say("没有这种格式"))
    header, zone = [rendered(title) for title in titles], work.actor.zone
    if form == "csv":
        return csv_bytes(header, rows, time_zone=zone), MEDIA_TYPES[form], f"{name}.csv"
    return xlsx_bytes(header, rows, sheet_name=name, time_zone=zone), MEDIA_TYPES[form], f"{name}.xlsx"
