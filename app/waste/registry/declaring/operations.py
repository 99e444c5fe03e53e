"""Making, checking and handing in declarations. The books are given: which zones are a site's, storage knows."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from app.foundation import trace
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import RuleFinding
from app.foundation.rulebook.decision import ensure_allowed
from app.foundation.rulebook.rules import Act
from app.parties.accounts.models import Site
from app.waste.registry.declaring import policy
from app.waste.registry.declaring.calendar import Slot, slot_of, waste_kind_of
from app.waste.registry.declaring.checks import declaration_findings
from app.waste.registry.declaring.commands import (
    AdjustFigure,
    ChangeDeclaration,
    GenerateDeclaration,
    RecordReceipt,
    ReturnDeclaration,
    SubmitDeclaration,
)
from app.waste.registry.declaring.figures import FIELDS, computed_figures, figure_lines
from app.waste.registry.declaring.models import Declaration, DeclarationState
from app.waste.registry.declaring.queries import (
    declaration_for,
    declaration_view,
    site_calendars,
)
from app.waste.registry.locks import await_postings
from app.waste.registry.policy import site_for
from app.waste.registry.queries.accounts import stream_accounts
from app.waste.registry.queries.books import Books, Period

S = DeclarationState
MAX_REASON: Final = 300
MAX_AGENT: Final = 200
MAX_RECEIPT: Final = 60


def open_declarations(work: Work, site_id: UUID, on: date) -> Sequence[Declaration]:
    """Make a row for every declaration of a site whose period has ended before a day and that has none yet.

    This year's and last year's are looked at; running it again makes nothing new.

    Raises:
        NotPermitted: the actor may not keep declarations.
        NotFound: no such site of the actor's.
    """
    policy.ensure_may_manage(work.actor)
    site = site_for(work, site_id)
    made = []
    for year in (on.year - 1, on.year):
        for calendar in site_calendars(work, year, site_id=site_id):
            missing = [
                row.slot for row in calendar.rows if row.declaration is None and row.slot.period.last < on
            ]
            made += [_new(work, site, slot) for slot in missing]
    work.session.add_all(made)
    for declaration in made:
        _record(work, "declaration.opened", declaration)
    return made


def generate_declaration(work: Work, command: GenerateDeclaration, books: Books) -> Declaration:
    """Compute the figures of a site and period from its ledger, anew if they were computed before.

    Adjustments are taken back: they were made to other figures.

    Raises:
        NotPermitted: the actor may not keep declarations.
        NotFound: no such site of the actor's.
        InvalidInput: no period of that kind begins on the day.
        Conflict: it is handed in.
    """
    policy.ensure_may_manage(work.actor)
    site = site_for(work, command.site_id)
    try:
        slot = slot_of(command.kind, command.first_on)
    except ValueError:
        raise InvalidInput([FieldProblem("#/first_on", say("没有从这一天开始的申报期间"))]) from None
    declaration = work.session.scalar(
        select(Declaration)
        .where(
            Declaration.site_id == site.id,
            Declaration.kind == command.kind,
            Declaration.first_on == command.first_on,
        )
        .with_for_update()
    )
    if declaration is None:
        declaration = _new(work, site, slot)
        work.session.add(declaration)
    target = S.CORRECTED if declaration.state in (S.RETURNED, S.CORRECTED) else S.GENERATED
    policy.move(declaration, target)
    _compute(work, declaration, books)
    _record(work, "declaration.generated", declaration)
    return declaration


def check_declaration(
    work: Work, declaration_id: UUID, command: ChangeDeclaration
) -> tuple[Declaration, list[RuleFinding]]:
    """Note that somebody looked at the figures and at what the rules say of them; gives the findings.

    Raises:
        NotPermitted, NotFound, VersionConflict: see `_opened`.
        Conflict: it isn't generated.
    """
    declaration = _opened(work, declaration_id, command.seen_version)
    found = declaration_findings(work, declaration_view(work, declaration.id))
    policy.move(declaration, S.CHECKED)
    _record(work, "declaration.checked", declaration)
    return declaration, found


def adjust_figure(work: Work, declaration_id: UUID, command: AdjustFigure) -> Declaration:
    """Declare another figure than the ledger gives; the computed one stays beside it (domain-rules 6.2, P).

    Raises:
        NotPermitted, NotFound, VersionConflict: see `_opened`.
        InvalidInput: no such waste or figure in it, or no reason.
        Conflict: it is handed in, or returned and not computed anew.
    """
    declaration = _opened(work, declaration_id, command.seen_version)
    if declaration.state not in (S.GENERATED, S.CHECKED, S.CORRECTED):
        raise Conflict(say("先从台账生成数据，再调整"))
    lines = {line.stream_id: line for line in figure_lines(declaration)}
    _ensure_adjustable(command, lines)
    computed = lines[command.stream_id].computed[command.field]
    kept = [
        row
        for row in declaration.adjustments
        if (row["stream_id"], row["field"]) != (str(command.stream_id), command.field)
    ]
    if command.declared is not None:
        kept.append(
            {
                "stream_id": str(command.stream_id),
                "field": command.field,
                "computed": computed,
                "declared": command.declared,
                "reason": command.reason.strip(),
            }
        )
    policy.move(declaration, S.CORRECTED if declaration.state is S.CORRECTED else S.GENERATED)
    declaration.adjustments = kept
    flag_modified(declaration, "adjustments")
    _record(
        work,
        "declaration.adjusted",
        declaration,
        stream_id=command.stream_id,
        field=command.field,
        computed=computed,
        declared=command.declared,
    )
    return declaration


def submit_declaration(
    work: Work, declaration_id: UUID, command: SubmitDeclaration, books: Books
) -> Declaration:
    """Hand a declaration in. From now on nothing is posted into its period; what is wrong is corrected in the open one.

    Raises:
        NotPermitted, NotFound, VersionConflict: see `_opened`.
        Conflict: not checked, its period is not over, or the ledger changed since the figures were computed.
        RuleViolated: the figures don't balance (HJ1259-7-balance).
        InvalidInput: a text is too long.
    """
    declaration = _opened(work, declaration_id, command.seen_version)
    if len(command.agent) > MAX_AGENT:
        raise InvalidInput([FieldProblem("#/agent", say("最多 {longest} 个字", longest=MAX_AGENT))])
    policy.ensure_period_over(declaration, work.today)
    policy.move(declaration, S.SUBMITTED)
    await_postings(work, declaration.site_id)
    _ensure_current(work, declaration, books)
    found = declaration_findings(work, declaration_view(work, declaration.id))
    ensure_allowed(found, act=Act.DECLARE, overrides={}, may_override=False)
    declaration.agent = command.agent.strip()
    declaration.submitted_at = work.now
    declaration.returned_reason = ""
    _record(work, "declaration.submitted", declaration, has_agent=bool(declaration.agent))
    return declaration


def record_receipt(work: Work, declaration_id: UUID, command: RecordReceipt) -> Declaration:
    """Note the number the national system gave to a declaration.

    Raises:
        NotPermitted, NotFound, VersionConflict: see `_opened`.
        InvalidInput: no number, or too long a one.
        Conflict: it isn't handed in.
    """
    declaration = _opened(work, declaration_id, command.seen_version)
    number = command.receipt_number.strip()
    if not number or len(number) > MAX_RECEIPT or not number.isprintable():
        raise InvalidInput([FieldProblem("#/receipt_number", say("请填写国家系统给出的受理编号"))])
    if declaration.state is not S.SUBMITTED:
        raise Conflict(say("申报后才有受理编号"))
    declaration.receipt_number = number
    _record(work, "declaration.received", declaration)
    return declaration


def return_declaration(work: Work, declaration_id: UUID, command: ReturnDeclaration) -> Declaration:
    """Note that the authority sent a declaration back: its period is open again until it is handed in anew.

    Raises:
        NotPermitted, NotFound, VersionConflict: see `_opened`.
        InvalidInput: no reason.
        Conflict: it isn't handed in, or is final.
    """
    declaration = _opened(work, declaration_id, command.seen_version)
    if not command.reason.strip() or len(command.reason) > MAX_REASON:
        raise InvalidInput(
            [FieldProblem("#/reason", say("请填写退回原因，最多 {longest} 个字", longest=MAX_REASON))]
        )
    policy.move(declaration, S.RETURNED)
    declaration.returned_reason = command.reason.strip()
    declaration.receipt_number = ""
    _record(work, "declaration.returned", declaration)
    return declaration


def lock_declaration(work: Work, declaration_id: UUID, command: ChangeDeclaration) -> Declaration:
    """Close a declaration for good, once the national system has taken it.

    Raises:
        NotPermitted, NotFound, VersionConflict: see `_opened`.
        Conflict: it isn't handed in, or has no receipt number yet.
    """
    declaration = _opened(work, declaration_id, command.seen_version)
    if declaration.state is S.SUBMITTED and not declaration.receipt_number:
        raise Conflict(say("先登记国家系统的受理编号，再锁定"))
    policy.move(declaration, S.LOCKED)
    _record(work, "declaration.locked", declaration)
    return declaration


def _opened(work: Work, declaration_id: UUID, seen_version: int | None) -> Declaration:
    """A declaration to be changed, its row locked.

    Raises:
        NotPermitted: the actor may not keep declarations.
        NotFound: no such declaration of the actor's.
        VersionConflict: it changed since the actor saw it.
    """
    policy.ensure_may_manage(work.actor)
    declaration = declaration_for(work, declaration_id, lock=True)
    policy.ensure_version_seen(declaration, seen_version)
    return declaration


def _new(work: Work, site: Site, slot: Slot) -> Declaration:
    return Declaration(
        id=new_id(),
        organisation_id=site.organisation_id,
        site_id=site.id,
        park_id=site.park_id,
        kind=slot.kind,
        first_on=slot.period.first,
        last_on=slot.period.last,
        due_on=slot.due_on,
        state=S.OPEN,
        figures={"lines": []},
        receivers=[],
        adjustments=[],
        agent="",
        returned_reason="",
        receipt_number="",
        submitted_at=None,
        created_at=work.now,
    )


def _figures(work: Work, declaration: Declaration, books: Books) -> tuple[dict[str, Any], list[str]]:
    period = Period(declaration.first_on, declaration.last_on)
    return computed_figures(stream_accounts(work, books, period, waste_kind_of(declaration.kind)))


def _compute(work: Work, declaration: Declaration, books: Books) -> None:
    declaration.figures, declaration.receivers = _figures(work, declaration, books)
    declaration.adjustments = []
    flag_modified(declaration, "figures")  # a new version even when nothing changed


def _ensure_current(work: Work, declaration: Declaration, books: Books) -> None:
    figures, _ = _figures(work, declaration, books)
    if figures != declaration.figures:
        raise Conflict(say("生成之后台账又有变动，请重新生成并核对"))


def _ensure_adjustable(command: AdjustFigure, lines: dict[UUID, Any]) -> None:
    problems = []
    if command.stream_id not in lines:
        problems.append(FieldProblem("#/stream_id", say("这份申报里没有这种废物")))
    if command.field not in FIELDS:
        problems.append(FieldProblem("#/field", say("没有这项数据")))
    if command.declared is not None and not command.reason.strip():
        problems.append(FieldProblem("#/reason", say("请填写调整原因，计算值会保留在旁边")))
    if len(command.reason) > MAX_REASON:
        problems.append(FieldProblem("#/reason", say("最多 {longest} 个字", longest=MAX_REASON)))
    if problems:
        raise InvalidInput(problems)


def _record(work: Work, name: str, declaration: Declaration, **facts: Any) -> None:
    trace.record(
        work,
        name,
        declaration,
        about=[("site", declaration.site_id)],
        park_id=declaration.park_id,
        **facts,
    )
