"""Drafting, signing and ending contracts."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.foundation import trace
from app.foundation.catalogue.codes import is_general_waste_code, is_waste_code
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotPermitted
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.files.operations import FileStore
from app.foundation.trace.models import Traced
from app.foundation.trace.recording import Thing
from app.parties.accounts.models import Organisation, Site, User
from app.waste.clearances import policy
from app.waste.clearances.commands import (
    ChangeContract,
    DraftContract,
    EndContract,
    RecordCheck,
    ReviseContract,
    Upload,
)
from app.waste.clearances.models import (
    Contract,
    ContractKind,
    ContractSignature,
    ContractState,
    ContractWaste,
)
from app.waste.clearances.queries import contract_for, signatures_of, wastes_of
from app.waste.clearances.signing import contract_hash
from app.waste.clearances.uploading import keep_document

MAX_WASTES: Final = 60


def draft_contract(work: Work, command: DraftContract, store: FileStore) -> Contract:
    """Enter a contract of the acting firm. The partner sees it once the firm has signed it.

    Raises:
        NotPermitted: the actor keeps no contracts.
        InvalidInput: names every wrong field.
        Conflict: the firm has a contract of that number.
    """
    policy.ensure_may_manage(work.actor)
    assert work.actor.organisation_id is not None
    _ensure_right(work, command, work.actor.organisation_id)
    contract = Contract(
        id=new_id(),
        producer_id=work.actor.organisation_id,
        park_id=_park_of(work, work.actor.organisation_id),
        state=ContractState.DRAFT,
        offered_at=None,
        signed_at=None,
        ended_on=None,
        created_at=work.now,
        **_content(command),
    )
    _attach(work, contract, command.upload, store)
    work.session.add(contract)
    _flush_number(work, contract)
    wastes = _wastes(contract, command)
    work.session.add_all(wastes)
    _record(work, "contract.drafted", contract, changed=wastes)
    return contract


def revise_contract(work: Work, contract_id: UUID, command: ReviseContract, store: FileStore) -> Contract:
    """Replace the content of a draft. A signature given before doesn't count any more: it was for another text.

    Raises:
        NotFound: no such contract of the actor's.
        NotPermitted: the actor doesn't write it.
        VersionConflict: it changed since the actor saw it.
        Conflict: it is signed, or the number is another contract's.
        InvalidInput: names every wrong field.
    """
    contract = _opened(work, contract_id, command.seen_version)
    policy.ensure_draft(contract)
    _ensure_right(work, command, contract.producer_id)
    for name, value in _content(command).items():
        setattr(contract, name, value)
    _attach(work, contract, command.upload, store)
    _flush_number(work, contract)
    gone = delete(ContractWaste).where(ContractWaste.contract_id == contract.id).returning(ContractWaste.id)
    removed: list[Thing] = [(ContractWaste.trace_kind, row) for row in work.session.scalars(gone)]
    wastes = _wastes(contract, command)
    work.session.add_all(wastes)
    _record(work, "contract.revised", contract, changed=wastes, removed=sorted(removed))
    return contract


def attach_document(
    work: Work, contract_id: UUID, command: ChangeContract, upload: Upload, store: FileStore
) -> Contract:
    """Put the text of a draft on file, instead of what was there.

    Raises:
        NotFound, NotPermitted, VersionConflict, Conflict: as in `revise_contract`.
        InvalidInput: it is no PDF or picture, or too large.
    """
    contract = _opened(work, contract_id, command.seen_version)
    policy.ensure_draft(contract)
    _attach(work, contract, upload, store)
    _record(work, "contract.document_attached", contract)
    return contract


def sign_contract(work: Work, contract_id: UUID, command: ChangeContract) -> Contract:
    """Sign for the actor's firm, as a named person, what was shown with this version. The producer signs first; with the
    second signature the contract is signed, and from its first day it is in force.

    Raises:
        NotFound: no such contract of the actor's.
        NotPermitted: the actor's firm is no party, the role doesn't sign, or nobody is named.
        VersionConflict: it changed since the actor saw it.
        Conflict: it is signed, this firm has signed this text, or there is no document yet.
    """
    contract = contract_for(work, contract_id, lock=True)
    policy.ensure_unchanged(contract, command.seen_version)
    policy.ensure_draft(contract)
    if not policy.may_sign(work.actor, contract) or work.actor.organisation_id is None:
        raise NotPermitted(say("合同由移出单位和对方单位的具名人员签署"))
    if work.actor.user_id is None:
        raise NotPermitted(say("合同须由具名人员签署"))
    if contract.file_sha256 is None:
        raise Conflict(say("请先上传合同文本，再签署"))
    wastes = wastes_of(work, contract.id)
    shown = contract_hash(contract, wastes)
    parties = {one.organisation_id for one in signatures_of(work, contract.id) if one.document_hash == shown}
    if work.actor.organisation_id in parties:
        raise Conflict(say("你的单位已签署这份合同文本"))
    signature = ContractSignature(
        id=new_id(),
        contract_id=contract.id,
        organisation_id=work.actor.organisation_id,
        user_id=work.actor.user_id,
        name=work.session.scalar(select(User.name).where(User.id == work.actor.user_id)) or "",
        document_hash=shown,
        signed_at=work.now,
        via=work.actor.via,
    )
    work.session.add(signature)
    contract.offered_at = contract.offered_at or work.now
    if {*parties, work.actor.organisation_id} == {contract.producer_id, contract.partner_id}:
        contract.state = ContractState.SIGNED
        contract.signed_at = work.now
    _record(work, "contract.signed", contract, changed=[signature])
    return contract


def record_check(work: Work, contract_id: UUID, command: RecordCheck) -> Contract:
    """Note that the partner's qualification and technical ability were checked (HWTM 10 item 1, ECC 490).

    Raises:
        NotFound, NotPermitted, VersionConflict: as in `revise_contract`.
        Conflict: the contract is ended.
        InvalidInput: the day is to come.
    """
    contract = _opened(work, contract_id, command.seen_version)
    if contract.state is ContractState.ENDED:
        raise Conflict(say("合同 {number} 已终止", number=contract.number))
    if command.checked_on > work.today:
        raise InvalidInput([FieldProblem("#/checked_on", say("日期不能晚于今天"))])
    contract.checked_on = command.checked_on
    contract.check_note = command.check_note
    _record(work, "contract.partner_checked", contract)
    return contract


def end_contract(work: Work, contract_id: UUID, command: EndContract) -> Contract:
    """End a signed contract before its last day; nothing is sealed under it from today on.

    Raises:
        NotFound, NotPermitted, VersionConflict: as in `revise_contract`.
        Conflict: it isn't signed, or over already.
        InvalidInput: no reason.
    """
    contract = _opened(work, contract_id, command.seen_version)
    policy.ensure_in_force(contract, work.today)
    if not command.reason.strip():
        raise InvalidInput([FieldProblem("#/reason", say("请填写终止原因"))])
    contract.state = ContractState.ENDED
    contract.ended_on = work.today
    contract.end_reason = command.reason.strip()
    _record(work, "contract.ended", contract)
    return contract


def _opened(work: Work, contract_id: UUID, seen_version: int) -> Contract:
    contract = contract_for(work, contract_id, lock=True)
    policy.ensure_keeps_contract(work.actor, contract)
    policy.ensure_unchanged(contract, seen_version)
    return contract


def _content(command: DraftContract) -> dict[str, Any]:
    return {
        "number": command.number.strip(),
        "partner_id": command.partner_id,
        "kind": command.kind,
        "valid_from": command.valid_from,
        "valid_to": command.valid_to,
        "clauses": sorted({clause.value for clause in command.clauses}),
        "checked_on": command.checked_on,
        "check_note": command.check_note.strip(),
    }


def _ensure_right(work: Work, command: DraftContract, producer_id: UUID) -> None:
    problems = [*_content_problems(work, command), *_partner_problems(work, command, producer_id)]
    if problems:
        raise InvalidInput(problems)


def _content_problems(work: Work, command: DraftContract) -> Iterator[FieldProblem]:
    if not command.number.strip():
        yield FieldProblem("#/number", say("请填写合同编号"))
    if command.valid_to < command.valid_from:
        yield FieldProblem("#/valid_to", say("有效期止不能早于有效期起"))
    if command.checked_on is not None and command.checked_on > work.today:
        yield FieldProblem("#/checked_on", say("日期不能晚于今天"))
    if not command.wastes and command.kind is not ContractKind.CARRIAGE:
        yield FieldProblem("#/wastes", say("请至少填写一种委托利用处置的废物"))
    if len(command.wastes) > MAX_WASTES:
        yield FieldProblem("#/wastes", say("最多 {most} 种废物", most=MAX_WASTES))
    seen: set[str] = set()
    for at, waste in enumerate(command.wastes):
        code = waste.waste_code
        if not (is_waste_code(code) or is_general_waste_code(code)):
            yield FieldProblem(f"#/wastes/{at}/waste_code", say("“{code}”不是废物代码", code=code))
        elif code in seen:
            yield FieldProblem(f"#/wastes/{at}/waste_code", say("{code} 重复", code=code))
        seen.add(code)


def _partner_problems(work: Work, command: DraftContract, producer_id: UUID) -> Iterator[FieldProblem]:
    partner = work.session.get(Organisation, command.partner_id)
    if command.partner_id == producer_id:
        yield FieldProblem("#/partner_id", say("对方不能是本单位"))
    elif command.kind is ContractKind.CARRIAGE and not (partner and partner.is_carrier):
        yield FieldProblem("#/partner_id", say("没有这家承运单位"))
    elif command.kind is not ContractKind.CARRIAGE and not (partner and partner.is_recycler):
        yield FieldProblem("#/partner_id", say("没有这家接收单位"))


def _wastes(contract: Contract, command: DraftContract) -> list[ContractWaste]:
    return [
        ContractWaste(id=new_id(), contract_id=contract.id, waste_code=waste.waste_code, price=waste.price)
        for waste in command.wastes
    ]


def _attach(work: Work, contract: Contract, upload: Upload | None, store: FileStore) -> None:
    if upload is not None:
        file = keep_document(work, store, upload, contract.valid_to)
        contract.file_id, contract.file_sha256 = file.id, file.sha256


def _park_of(work: Work, organisation_id: UUID) -> UUID | None:
    """The park whose staff looks after the firm: the one worked in, else that of its first site in one."""
    if work.actor.park_id is not None:
        return work.actor.park_id
    parks = select(Site.park_id).where(Site.organisation_id == organisation_id, Site.park_id.is_not(None))
    return work.session.scalar(parks.order_by(Site.id).limit(1))


def _flush_number(work: Work, contract: Contract) -> None:
    """Write the row; a firm uses a number once, also when two people enter it at once."""
    try:
        with work.session.begin_nested():
            work.session.flush()
    except IntegrityError as error:
        if "number" not in str(error.orig):
            raise
        raise Conflict(say("合同编号 {number} 已登记", number=contract.number)) from None


def _record(work: Work, name: str, contract: Contract, **parts: Any) -> None:
    changed: list[Traced] = parts.pop("changed", [])
    parties = [("organisation", contract.producer_id), ("organisation", contract.partner_id)]
    trace.record(work, name, contract, about=parties, changed=changed, park_id=contract.park_id, **parts)
