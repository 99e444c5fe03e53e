"""After the receipt: confirmations in the national system, results, and the consignors who close what was used."""

from datetime import date, timedelta
from typing import Final

from app.demo.firms import BY_KEY
from app.demo.history import Received, Story, Trip
from app.foundation.core.clock import instant_at, local_day
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.waste.consignments import operations
from app.waste.consignments.commands import (
    ConfirmConsignment,
    JudgeContainer,
    RejectConsignment,
    ReportResult,
)
from app.waste.consignments.commands.road import CloseConsignment
from app.waste.consignments.models import Consignment, Verdict
from app.waste.consignments.operations.closing import close_consignment
from app.waste.consignments.queries import papers_for
from app.waste.consignments.workflow import ConsignmentState

CONFIRMED_AFTER: Final = timedelta(days=2)
JUDGED: Final = (ConsignmentState.ACCEPTED, ConsignmentState.PARTLY_ACCEPTED)


def confirm_receipts(story: Story, day: date) -> None:
    """What was accepted two days ago is confirmed in the national system."""
    waiting, story.accepted = story.accepted, []
    for trip in waiting:
        known = _known(trip)
        if local_day(trip.at) > day - CONFIRMED_AFTER:
            story.accepted.append(trip)
            continue

        def confirm(work: Work, known: Consignment = known) -> Consignment:
            return operations.confirm_consignment(work, known.id, ConfirmConsignment(day, known.version))

        trip.consignment = story.act(BY_KEY[trip.consignee].person, instant_at(day, 10, 5), confirm)


def report_uses(story: Story, day: date, treated: list[Received]) -> None:
    """What was made of the packages is told to who sent them, and they close the consignment."""
    trips = {id(one.trip): one.trip for one in treated if one.trip is not None}
    for trip in trips.values():
        if _known(trip).state is not ConsignmentState.CONFIRMED:
            continue
        trip.consignment = _report(story, day, trip)
        if _known(trip).state is ConsignmentState.RESULT_REPORTED:
            trip.consignment = _close(story, day, trip)


def _report(story: Story, day: date, trip: Trip) -> Consignment:
    def report(work: Work) -> Consignment:
        known = _known(trip)
        for line in papers_for(work, known.number).lines:
            known = operations.report_result(
                work,
                known.id,
                ReportResult(
                    line.line_number,
                    line.method_code,
                    line.received_mass or Grams(0),
                    started_on=day,
                    finished_on=day,
                    seen_version=known.version,
                    residue_note="残渣按自产危险废物管理",
                ),
            )
            work.session.flush()
        return known

    return story.act(BY_KEY[trip.consignee].person, instant_at(day, 17, 10), report)


def _close(story: Story, day: date, trip: Trip) -> Consignment:
    def close(work: Work) -> Consignment:
        known = _known(trip)
        return close_consignment(work, known.id, CloseConsignment(known.version))

    return story.act(BY_KEY[trip.consignor].person, instant_at(day, 17, 40), close)


def refuse_the_last(trip: Trip) -> None:
    """All but the last package are accepted."""
    *kept, last = trip.drums
    trip.weigh(len(kept))
    trip.do(
        6,
        lambda work, key, version: operations.judge_container(
            work,
            key,
            JudgeContainer(last.code, Verdict.REFUSED, version, "桶身凹陷、标签脱落，现场复核无法对应"),
        ),
    )
    trip.accept()


def refuse_all(trip: Trip) -> None:
    """The consignee refuses the load."""
    trip.do(
        15,
        lambda work, key, version: operations.reject_consignment(
            work, key, RejectConsignment("取样含水率与联单性状不符，整车退回", version)
        ),
    )


def _known(trip: Trip) -> Consignment:
    assert trip.consignment is not None  # only trips that were told wait here
    return trip.consignment
