"""Contracts: who sees and signs what, and which state their days give."""

from dataclasses import replace
from datetime import date

import pytest

from app.foundation.core.errors import Conflict, InvalidInput, NotFound, NotPermitted, VersionConflict
from app.waste.clearances.commands import (
    ChangeContract,
    DraftContract,
    EndContract,
    PricedWaste,
    ReviseContract,
)
from app.waste.clearances.models import Clause, Contract, ContractKind, ContractState
from app.waste.clearances.operations.contracts import (
    draft_contract,
    end_contract,
    revise_contract,
    sign_contract,
)
from app.waste.clearances.queries import contract_for, contract_view
from tests.integration.waste.clearances.world import PDF, SOLVENT, World

JSON = {
    "number": "HT-9",
    "kind": "treatment",
    "valid_from": "2026-01-01",
    "valid_to": "2099-12-31",
    "clauses": ["storage"],
    "wastes": [{"waste_code": SOLVENT, "price_yuan_per_tonne": "-1250.50"}],
}


def test_a_contract_is_signed_when_both_parties_signed_the_same_text(world: World):
    contract = world.contract()
    with pytest.raises(NotFound):
        world.do(world.recycler, contract_for, contract.id)

    first = world.sign(world.producer, contract)
    assert first.state is ContractState.DRAFT
    with pytest.raises(Conflict):
        world.sign(world.producer, contract)
    signed = world.sign(world.recycler, contract)

    assert (signed.state, signed.signed_at) == (ContractState.SIGNED, world.now)
    with pytest.raises(Conflict):
        _revise(world, contract, number="HT-2")


def test_a_signature_does_not_count_for_another_text(world: World):
    contract = world.contract()
    world.sign(world.producer, contract)
    _revise(world, contract, clauses=(Clause.LIABILITY,))

    theirs = world.sign(world.recycler, contract)

    assert theirs.state is ContractState.DRAFT
    assert world.sign(world.producer, contract).state is ContractState.SIGNED
    with world.database.reading(world.recycler, now=world.now) as work:
        view = contract_view(work, contract.id)
    counting = [one for one in view.signatures if one.document_hash == view.document_hash]
    assert (len(view.signatures), len(counting)) == (3, 2)


def test_days_decide_what_a_signed_contract_is(world: World):
    contract = world.signed()

    states = {day: contract.state_on(day) for day in _days("2025-12-31 2026-01-01 2026-12-31 2027-01-01")}

    assert [state.value for state in states.values()] == ["signed", "active", "active", "expired"]


def test_an_ended_contract_stays_readable_and_is_not_ended_twice(world: World):
    contract = world.signed()
    ended = world.do(world.producer, end_contract, contract.id, EndContract("停产", contract.version))

    assert (ended.state_on(world.now.date()), ended.ended_on) == (ContractState.ENDED, world.now.date())
    with pytest.raises(Conflict):
        world.do(world.producer, end_contract, contract.id, EndContract("停产", ended.version))


@pytest.mark.parametrize(
    ("who", "error"), [("carrier", NotFound), ("operator", NotPermitted), ("recycler", NotPermitted)]
)
def test_only_the_producer_ends_it(world: World, who: str, error: type[Exception]):
    contract = world.signed()

    with pytest.raises(error):
        world.do(getattr(world, who), end_contract, contract.id, EndContract("停产", contract.version))


def test_nobody_signs_without_the_text_or_what_they_did_not_see(world: World):
    bare = world.contract(upload=None)
    with pytest.raises(Conflict):
        world.sign(world.producer, bare)
    with pytest.raises(VersionConflict):
        world.do(world.producer, sign_contract, bare.id, ChangeContract(bare.version + 1))


def test_every_wrong_field_is_named_at_once(world: World):
    command = DraftContract(
        number=" ",
        partner_id=world.other_site.organisation_id,
        kind=ContractKind.CARRIAGE,
        valid_from=date(2026, 2, 1),
        valid_to=date(2026, 1, 1),
        wastes=(PricedWaste("900-402-6"), PricedWaste(SOLVENT), PricedWaste(SOLVENT)),
    )
    with pytest.raises(InvalidInput) as refused:
        world.do(world.producer, draft_contract, command, world.store)

    assert {problem.pointer for problem in refused.value.problems} == {
        "#/number", "#/valid_to", "#/partner_id", "#/wastes/0/waste_code", "#/wastes/2/waste_code",
    }  # fmt: skip


def test_a_number_is_used_once_by_a_firm(world: World):
    world.contract()

    with pytest.raises(Conflict):
        world.contract()


def test_the_api_tells_prices_exactly_and_wants_the_version(world: World, client_of):
    client = client_of(world.producer_member)
    made = client.post(
        "/api/v1/contracts", json={**JSON, "partner_id": str(world.other_site.organisation_id)}
    )
    address = f"/api/v1/contracts/{made.json['id']}"

    assert (made.status_code, made.json["state"]) == (201, "draft")
    assert made.json["wastes"] == [{"waste_code": SOLVENT, "price_yuan_per_tonne": "-1250.50"}]
    assert client.post(f"{address}/signature", json={}).status_code == 428
    without_text = client.post(f"{address}/signature", json={}, headers={"If-Match": made.headers["ETag"]})
    assert without_text.status_code == 409
    sheet = client.get("/api/v1/contracts.csv").data.decode("utf-8-sig")
    assert "HT-9" in sheet
    assert client.get("/api/v1/contracts.xlsx").data.startswith(b"PK")
    assert client_of(world.recycler_member).get(address).status_code == 404


def test_a_list_of_any_length_takes_as_many_statements(world: World, client_of, count_statements):
    world.signed()
    client = client_of(world.producer_member)
    with count_statements() as few:
        assert len(client.get("/api/v1/contracts").json["items"]) == 1
    for number in range(3):
        world.contract(number=f"HT-{number}")
    with count_statements() as many:
        assert len(client.get("/api/v1/contracts").json["items"]) == 4

    assert len(few) == len(many) <= 4


def _revise(world: World, contract: Contract, **changes: object) -> Contract:
    with world.database.reading(world.producer, now=world.now) as work:
        now = contract_for(work, contract.id)
    command = ReviseContract(
        number=now.number,
        partner_id=now.partner_id,
        kind=now.kind,
        valid_from=now.valid_from,
        valid_to=now.valid_to,
        wastes=(PricedWaste(SOLVENT),),
        upload=PDF,
        seen_version=now.version,
    )
    revised: Contract = world.do(
        world.producer, revise_contract, contract.id, replace(command, **changes), world.store
    )
    return revised


def _days(text: str) -> list[date]:
    return [date.fromisoformat(day) for day in text.split()]
