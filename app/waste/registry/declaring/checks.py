"""What the rules are asked about a declaration: its figures, the period before, the year's parts, and the manifests."""

from collections.abc import Iterable, Iterator
from typing import Final
from uuid import UUID

from sqlalchemy import func, or_, select

from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import Facts, RuleFinding, assess
from app.foundation.rulebook.outcome import UNKNOWN, Maybe
from app.waste.registry.declaring.calendar import MONTHS
from app.waste.registry.declaring.figures import figure_lines
from app.waste.registry.declaring.models import (
    Declaration,
)
from app.waste.registry.declaring.queries import DeclarationView, parts_of_year, previous_of
from app.waste.registry.declaring.rules import RULES, ChainFacts, FigureFacts, ManifestFacts, YearFacts
from app.waste.registry.models import DeclarationKind, LedgerRecord, LedgerTable, PlaceKind, Posting
from app.waste.registry.queries.books import Period
from app.waste.registry.queries.general import months_of

YEARLY: Final = frozenset({DeclarationKind.ANNUAL, DeclarationKind.GENERAL_ANNUAL})
SUMMED: Final = ("generated", "own", "entrusted")
"""Figures of a year that are the sums of its parts."""


def declaration_findings(work: Work, view: DeclarationView) -> list[RuleFinding]:
    """What the rules say of a declaration's figures, passes included; at most four statements."""
    facts = [
        *_balances(view),
        *_chain(view, previous_of(work, view.declaration)),
        *_year(work, view),
        *_manifests(work, view),
    ]
    return assess(RULES, facts, on=work.today, jurisdiction=view.jurisdiction)


def _balances(view: DeclarationView) -> Iterator[Facts]:
    for line in view.lines:
        yield FigureFacts(
            subject_id=view.declaration.id,
            waste_code=line.waste_code,
            opening=Grams(line.declared("opening")),
            generated=Grams(line.declared("generated") + line.declared("received")),
            own=Grams(line.declared("own")),
            entrusted=Grams(line.declared("entrusted")),
            other=Grams(line.declared("other")),
            closing=Grams(line.declared("closing")),
        )


def _chain(view: DeclarationView, previous: Declaration | None) -> Iterator[Facts]:
    """The first declaration of a kind follows on nothing. A waste that the last one did not have closed with nothing."""
    if previous is None:
        return
    closed = {line.stream_id: line for line in figure_lines(previous)}
    opened = {line.stream_id: line for line in view.lines}
    for stream_id in dict.fromkeys([*opened, *closed]):
        now, last = opened.get(stream_id), closed.get(stream_id)
        code = now.waste_code if now else last.waste_code if last else ""
        yield ChainFacts(
            subject_id=view.declaration.id,
            waste_code=code,
            opening=Grams(now.declared("opening") if now else 0),
            last_closing=Grams(last.declared("closing") if last else 0),
        )


def _year(work: Work, view: DeclarationView) -> Iterator[Facts]:
    """Every waste of a year against its parts; a month that is missing leaves the sum open."""
    if view.kind not in YEARLY:
        return
    parts = parts_of_year(work, view.declaration)
    if not parts:
        return  # a registration unit declares by the year only
    covered = {month.first for part in parts for month in months_of(Period(part.first_on, part.last_on))}
    is_whole = len(covered) == MONTHS
    sums: dict[tuple[UUID, str], int] = {}
    for line in (line for part in parts for line in figure_lines(part)):
        for name in SUMMED:
            key = line.stream_id, name
            sums[key] = sums.get(key, 0) + line.declared(name)
    for line in view.lines:
        for name in SUMMED:
            summed: Maybe[Grams] = Grams(sums.get((line.stream_id, name), 0)) if is_whole else UNKNOWN
            yield YearFacts(
                subject_id=view.declaration.id,
                waste_code=line.waste_code,
                year_total=Grams(line.declared(name)),
                period_sum=summed,
            )


def _manifests(work: Work, view: DeclarationView) -> Iterator[Facts]:
    """Entrusted and accepted mass of every manifest that left in the period and is accepted by now."""
    sent, accepted = manifest_masses(work, view.declaration)
    for line in view.lines:
        if line.stream_id in sent:
            yield ManifestFacts(
                subject_id=view.declaration.id,
                waste_code=line.waste_code,
                entrusted=Grams(sent[line.stream_id]),
                accepted=Grams(accepted.get(line.stream_id, 0)),
            )


def manifest_masses(work: Work, declaration: Declaration) -> tuple[dict[UUID, int], dict[UUID, int]]:
    """Grams sent in the period and accepted since, by waste, on consignments that are accepted; two statements."""
    departed = work.session.execute(
        select(Posting.stream_id, Posting.to_id, func.sum(Posting.mass))
        .join(LedgerRecord, LedgerRecord.posting_id == Posting.id)
        .where(
            LedgerRecord.site_id == declaration.site_id,
            LedgerRecord.table == LedgerTable.STOCK_OUT,
            LedgerRecord.happened_on.between(declaration.first_on, declaration.last_on),
            Posting.to_kind == PlaceKind.CONSIGNMENT,
        )
        .group_by(Posting.stream_id, Posting.to_id)
    ).all()
    trips = {row.to_id for row in departed}
    if not trips:
        return {}, {}
    arrived = work.session.execute(
        select(Posting.stream_id, Posting.from_id, func.sum(Posting.mass))
        .where(
            or_(
                Posting.from_kind == PlaceKind.CONSIGNMENT, Posting.from_kind == PlaceKind.WEIGHING_DIFFERENCE
            ),
            Posting.from_id.in_(trips),
            Posting.to_kind == PlaceKind.UNPLACED,
            Posting.corrects_id.is_(None),
        )
        .group_by(Posting.stream_id, Posting.from_id)
    ).all()
    done = {row.from_id for row in arrived}
    return (
        _by_stream((row.stream_id, row[2]) for row in departed if row.to_id in done),
        _by_stream((row.stream_id, row[2]) for row in arrived),
    )


def _by_stream(rows: Iterable[tuple[UUID, int]]) -> dict[UUID, int]:
    sums: dict[UUID, int] = {}
    for stream_id, mass in rows:
        sums[stream_id] = sums.get(stream_id, 0) + int(mass)
    return sums
