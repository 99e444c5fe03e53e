"""The facts of general waste going into a store (GB 18599-2020, 6)."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from app.foundation.core.units import Grams
from app.foundation.rulebook.assessment import Facts
from app.foundation.rulebook.outcome import UNKNOWN, Maybe
from app.waste.registry.models import WasteStream
from app.waste.storage.facts import ZoneView, kind_facts
from app.waste.storage.models import FacilityType
from app.waste.storage.rules import StockFacts
from app.waste.storage.rules.general_inbound import GeneralInboundFacts

SITE_CLASSES: Final = {FacilityType.CLASS_I_SITE: "I", FacilityType.CLASS_II_SITE: "II"}


def inbound_facts(
    batch_id: UUID,
    stream: WasteStream,
    view: ZoneView,
    mass: Grams,
    *,
    was_in_zone: bool,
    was_in_facility: bool,
) -> Sequence[Facts]:
    """The facts of a batch, or of a part added to it, going into a zone. GB 18599 is for yards and landfills;
    a warehouse asks only for room (domain-rules 9.3), and every store for waste of its own kind (ECC 535(2))."""
    facility, zone = view.facility, view.zone
    room: list[Facts] = [
        StockFacts(
            subject_kind=thing.trace_kind,
            subject_id=thing.id,
            facility_kind=facility.type,
            stock=stock,
            inbound=Grams(0) if was_here else mass,
            form=None,
            capacity=thing.capacity,
        )
        for thing, stock, was_here in (
            (facility, view.mass_in(), was_in_facility),
            (zone, view.mass_in(zone.id), was_in_zone),
        )
    ]
    room.append(kind_facts("waste_batch", batch_id, stream, facility))
    if facility.type not in SITE_CLASSES:
        return room
    about = stream.properties
    return [
        *room,
        GeneralInboundFacts(
            subject_id=batch_id,
            site_class=SITE_CLASSES[facility.type],
            is_backfill=facility.register.get("is_backfill", UNKNOWN),
            waste_kind=stream.kind.value,
            waste_class=about.get("class", "II"),
            organic_percent=about.get("organic_percent", UNKNOWN),
            salts_percent=about.get("salts_percent", UNKNOWN),
            is_gangue=_flag(about, "gangue", otherwise=False),
            household_like=_flag(about, "household_like", otherwise=UNKNOWN),
            is_treated=_flag(about, "treated", otherwise=False),
        ),
    ]


def _flag(about: Mapping[str, str], name: str, *, otherwise: Maybe[bool]) -> Maybe[bool]:
    """An answer of yes or no. Exemptions are taken for no until somebody says yes."""
    answer = about.get(name)
    return otherwise if answer is None else answer == "yes"
