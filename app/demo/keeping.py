"""How the demo's stores are kept: papers on file, checks each week, monitoring of the yard. One firm neglects it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from app.demo.firms import FIRMS, DemoFacility, DemoFirm
from app.demo.history import Story
from app.foundation.core.clock import instant_at
from app.foundation.core.work import Work
from app.waste.storage.models import FacilityType
from app.waste.storage.upkeep.commands import FileDocument, RecordUpkeep
from app.waste.storage.upkeep.kinds import RecordKind, document_kinds, record_kinds
from app.waste.storage.upkeep.models import CheckResult
from app.waste.storage.upkeep.operations import file_document, record_upkeep

NEGLECTFUL: Final = "lanling"
"""Its contingency plan ran out, and nobody has made the rounds for three weeks."""
ABSENT: Final = frozenset({"chenghu", "yunqi"})
"""Firms that joined too lately to have filed anything."""
NEVER: Final = frozenset(
    {
        "storage_extension",
        "cleanup_report",
        "equivalence_proof",
        "backfill_survey",
        "risk_assessment",
        "remining_eia",
    }
)
"""Papers for cases that don't arise here."""
ONCE: Final = frozenset({"sign_check", "drill", "training", "hazard_check", "baseline", "soil_sample"})
BEFORE_OPENING: Final = timedelta(days=7 * 365)
"""The groundwater was sampled before the yard was opened."""
SAMPLED_WEEKS: Final = (2, 11)
"""How many weeks before the anchor the yard's air and groundwater were sampled."""
GROUNDWATER: Final = {
    "turbidity": "1.2",
    "ph": "7.3",
    "tds": "412",
    "chloride": "38",
    "nitrate_n": "2.1",
    "nitrite_n": "0.02",
}
READINGS: Final[Mapping[str, Mapping[str, object]]] = {
    "leachate_sample": {"ph": "7.8", "cod": "46"},
    "baseline": GROUNDWATER,
    "groundwater_sample": GROUNDWATER,
    "air_sample": {"particulates": "0.31"},
}


def kept_firms() -> list[DemoFirm]:
    """Firms with stores that keep papers and records."""
    return [firm for firm in FIRMS if firm.facilities and firm.key not in ABSENT]


def file_papers(story: Story, day: date) -> None:
    """Everything a store must have on file, one paper for the whole site where that will do."""
    for firm in kept_firms():
        story.act(firm.person, instant_at(day, 8, 30), lambda work, firm=firm: _papers(story, work, firm))  # type: ignore[misc]


def _papers(story: Story, work: Work, firm: DemoFirm) -> None:
    site = story.demo.sites[firm.key]
    for number, kind in enumerate(document_kinds().values(), start=1):
        there = [facility for facility in firm.facilities if facility.type in kind.types]
        if kind.key in NEVER or not there:
            continue
        places = [None] if kind.whole_site else [story.demo.facilities[firm.key, f.code].id for f in there]
        for facility_id in places:
            file_document(
                work,
                FileDocument(
                    kind.key,
                    site.id,
                    facility_id,
                    number=f"演-{firm.initials}-{number:02}",
                    issued_on=work.today - timedelta(days=200),
                    valid_to=_valid_to(story, firm, kind.key) if kind.expires else None,
                ),
            )


def _valid_to(story: Story, firm: DemoFirm, kind: str) -> date:
    """Most last a year beyond the story; two are worth a look."""
    if (firm.key, kind) == (NEGLECTFUL, "contingency_plan"):
        return story.anchor - timedelta(days=12)
    if (firm.key, kind) == ("qingwu", "liability_insurance"):
        return story.anchor + timedelta(days=24)
    return story.anchor + timedelta(days=420)


def yearly_tasks(story: Story, day: date) -> None:
    """What is done once a year: drill, training, signs, soil."""
    for firm in kept_firms():
        kinds = [kind for kind in record_kinds().values() if kind.key in ONCE]
        story.act(
            firm.person,
            instant_at(day, 15, 0),
            lambda work, firm=firm, kinds=kinds: _records(story, work, firm, kinds),  # type: ignore[misc]
        )


def weekly_round(story: Story, day: date) -> None:
    """The round through every store; the yard's samples in their months."""
    for firm in kept_firms():
        if firm.key == NEGLECTFUL and (story.anchor - day).days < 21:
            continue
        due = ["routine_check"]
        if day.day <= 7:
            due.append("leachate_sample")
        if (story.anchor - day).days // 7 in SAMPLED_WEEKS:
            due += ["groundwater_sample", "air_sample"]
        kinds = [record_kinds()[key] for key in due]
        story.act(
            firm.person,
            instant_at(day, 10, 0),
            lambda work, firm=firm, kinds=kinds: _records(story, work, firm, kinds),  # type: ignore[misc]
        )


def _records(story: Story, work: Work, firm: DemoFirm, kinds: list[RecordKind]) -> None:
    for kind in kinds:
        there = [facility for facility in firm.facilities if facility.type in kind.types]
        for facility in there[:1] if kind.whole_site else there:
            record_upkeep(work, _record(story, work, firm, facility, kind))


def _record(
    story: Story, work: Work, firm: DemoFirm, facility: DemoFacility, kind: RecordKind
) -> RecordUpkeep:
    given = READINGS.get(kind.key, {})
    readings = {
        item.key: True if item.is_flag else given[item.key]
        for item in kind.items_for(facility.type)
        if item.is_flag or item.key in given
    }
    command = RecordUpkeep(
        kind.key,
        story.demo.sites[firm.key].id,
        work.today - BEFORE_OPENING if kind.key == "baseline" else work.today,
        CheckResult.IN_ORDER,
        None if kind.whole_site else story.demo.facilities[firm.key, facility.code].id,
        readings=readings,
    )
    if firm.key == NEGLECTFUL and kind.key == "routine_check" and facility.type is FacilityType.WAREHOUSE:
        readings["labels_legible"] = False
        return replace(command, result=CheckResult.NOT_IN_ORDER, remarks="B2 两只桶标签受潮，已通知补打")
    return command
