"""Streams, facilities, zones and containers."""

from datetime import date
from itertools import count
from typing import Any

from app.foundation.core.ids import new_id
from app.foundation.core.units import Grams
from app.foundation.documents.short_code import new_short_code
from app.parties.accounts.models import Organisation, Site
from app.waste.registry.models import WasteForm, WasteKind, WasteStream
from app.waste.storage.models import Container, ContainerState, Facility, FacilityType, Zone
from tests.factories.parties import NOW

_numbers = count(1)
DAY = date(2026, 11, 20)


def a_stream(site: Site, **changes: Any) -> WasteStream:
    """Cleaning solvent, HW06, liquid; all label texts are there."""
    values: dict[str, Any] = {
        "id": new_id(),
        "organisation_id": site.organisation_id,
        "site_id": site.id,
        "kind": WasteKind.HAZARDOUS,
        "waste_code": "900-402-06",
        "category": "HW06",
        "local_name": f"废清洗溶剂 {next(_numbers)}",
        "waste_name": "废有机溶剂与含有机溶剂废物",
        "form": WasteForm.LIQUID,
        "hazards": ["T", "I", "R"],
        "main_components": "丙酮、乙酸乙酯",
        "harmful_components": "二甲苯",
        "precautions": "远离火源，密闭存放",
        "properties": {},
        "created_at": NOW,
        "ended_at": None,
    }
    return WasteStream(**values | changes)


def a_facility(site: Site, **changes: Any) -> Facility:
    values: dict[str, Any] = {
        "id": new_id(),
        "organisation_id": site.organisation_id,
        "site_id": site.id,
        "park_id": site.park_id,
        "code": f"TS{next(_numbers) % 1000:03d}",
        "name": "1# 危废贮存库",
        "type": FacilityType.WAREHOUSE,
        "capacity": Grams(60_000_000),
        "keeper": "陆青岚",
        "ended_at": None,
    }
    return Facility(**values | changes)


def a_zone(facility: Facility, **changes: Any) -> Zone:
    values: dict[str, Any] = {
        "id": new_id(),
        "facility_id": facility.id,
        "code": f"A{next(_numbers)}",
        "name": "溶剂区",
        "capacity": Grams(20_000_000),
        "allowed": ["HW06"],
        "forms": [],
        "open_to": [],
        "ended_at": None,
    }
    return Zone(**values | changes)


def a_container(
    stream: WasteStream, organisation: Organisation, zone: Zone | None = None, **changes: Any
) -> Container:
    """A weighed drum of 186.4 kg, standing in `zone` if one is given. Nothing of it is in the ledger."""
    code = (
        f"{organisation.credit_code}{stream.waste_code.replace('-', '')}20261120{next(_numbers) % 1000:03d}"
    )
    values: dict[str, Any] = {
        "id": new_id(),
        "code": code,
        "short_code": new_short_code(),
        "local_label": "QW-0001",
        "organisation_id": organisation.id,
        "holder_id": organisation.id,
        "site_id": stream.site_id,
        "park_id": None,
        "stream_id": stream.id,
        "waste_code": stream.waste_code,
        "form": stream.form,
        "hazards": list(stream.hazards),
        "state": ContainerState.STORED if zone else ContainerState.WEIGHED,
        "package": "桶",
        "volume_ml": 200_000,
        "net": Grams(186_400),
        "generated_on": DAY,
        "batch_number": "HWCS20261120001",
        "zone_id": zone.id if zone else None,
        "created_at": NOW,
    }
    return Container(**values | changes)
