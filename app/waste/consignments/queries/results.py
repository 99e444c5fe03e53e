"""What became of accepted waste: what is reported, what is left to report, and what the consignee's own ledger says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor
from uuid import UUID

from sqlalchemy import select

from app.foundation.core.clock import local_day
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.rulebook.timers import timers
from app.waste.consignments.models import Consignment, ConsignmentLine, UseResult
from app.waste.consignments.queries.papers import Papers
from app.waste.registry.models import LedgerRecord, LedgerTable
from app.waste.storage.lineage import shares_in

CONFIRMATION = "TMR-1"
"""HWTM 18: confirmed within 5 working days of the acceptance (T3)."""

_Treated = tuple[Fraction, date, date]
"""Grams that came from a line, first and last day."""


@dataclass(frozen=True)
class ResultRow:
    """One report with the line it is about."""

    result: UseResult
    line: ConsignmentLine


@dataclass(frozen=True)
class Proposal:
    """A report that the consignee's own ledger would make: its treatments of the containers of one line."""

    line: ConsignmentLine
    method_code: str
    mass: Grams
    started_on: date
    finished_on: date


def accepted_on(work: Work, consignment: Consignment) -> date:
    """The day the transfer ended, in the actor's zone."""
    return local_day(consignment.closed_at or work.now, work.actor.zone)


def confirmation_due(work: Work, consignment: Consignment) -> date:
    """The last day on which a confirmation in the national system is in time (T3)."""
    return timers()[CONFIRMATION].last_day(accepted_on(work, consignment))


def results_of(work: Work, papers: Papers) -> tuple[ResultRow, ...]:
    """What was reported, by line and day; one statement."""
    lines = {line.id: line for line in papers.lines}
    rows = work.session.scalars(
        select(UseResult).where(UseResult.consignment_id == papers.consignment.id).order_by(UseResult.id)
    )
    found = [ResultRow(result, lines[result.line_id]) for result in rows]
    return tuple(sorted(found, key=lambda row: (row.line.line_number, row.result.finished_on)))


def left_by_line(papers: Papers, results: Sequence[ResultRow]) -> dict[UUID, Grams]:
    """What was accepted of each line and is not reported yet (g)."""
    left = {line.id: line.received_mass or Grams(0) for line in papers.lines}
    for row in results:
        left[row.line.id] = Grams(left[row.line.id] - row.result.mass)
    return left


def proposals_of(work: Work, papers: Papers, results: Sequence[ResultRow]) -> tuple[Proposal, ...]:
    """What the consignee's table B.4 says of these containers and no report says yet; two statements.

    Of what was packed over, split or merged since the acceptance it is the part that came from these containers.
    """
    consignment = papers.consignment
    line_of = {item.container.id: item.line for item in papers.taken}
    shares = shares_in(work, line_of, since=consignment.closed_at or work.now)
    rows = work.session.execute(
        select(
            LedgerRecord.container_id,
            LedgerRecord.method_code,
            LedgerRecord.mass,
            LedgerRecord.happened_on,
            LedgerRecord.finished_at,
        ).where(
            LedgerRecord.table == LedgerTable.OWN_TREATMENT,
            LedgerRecord.organisation_id == consignment.consignee_id,
            LedgerRecord.container_id.in_(shares),
            LedgerRecord.happened_on >= accepted_on(work, consignment),
        )
    ).all()
    treated: dict[tuple[UUID, str], list[_Treated]] = {}
    for row in rows:
        finished = local_day(row.finished_at, work.actor.zone) if row.finished_at else row.happened_on
        for origin, part in shares[row.container_id].items():
            key = (line_of[origin].id, row.method_code)
            treated.setdefault(key, []).append((row.mass * part, row.happened_on, finished))
    return tuple(_proposals(papers, results, treated))


def _proposals(
    papers: Papers,
    results: Sequence[ResultRow],
    treated: dict[tuple[UUID, str], list[_Treated]],
) -> list[Proposal]:
    left = left_by_line(papers, results)
    found = []
    for line in papers.lines:
        for method in sorted(method for line_id, method in treated if line_id == line.id):
            parts = treated[line.id, method]
            told = sum(
                row.result.mass for row in results if row.line is line and row.result.method_code == method
            )
            mass = min(floor(sum(part[0] for part in parts)) - told, left[line.id])
            if mass > 0:
                days = [day for _mass, *both in parts for day in both]
                found.append(Proposal(line, method, Grams(mass), min(days), max(days)))
                left[line.id] = Grams(left[line.id] - mass)
    return found
