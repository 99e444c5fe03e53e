"""What the rules are asked about the papers of one transfer."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from app.foundation.catalogue.codes import category_of, is_waste_code
from app.foundation.core.text import Text, say
from app.foundation.core.units import Grams
from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.outcome import UNKNOWN
from app.parties.licences.models import LicenceState
from app.parties.licences.rules import LicenceTerms
from app.waste.clearances import rules
from app.waste.clearances.covers import Clearances, ContractCover, CrossingCover, provinces_told
from app.waste.clearances.models import Clause, ContractKind, CrossingKind, CrossingState, Nearness
from app.waste.clearances.rules import ContractTerms, CrossingFacts, DecisionTerms, TrusteeFacts
from app.waste.registry.methods import is_utilisation
from app.waste.registry.rules import general
from app.waste.registry.rules.general import DutyFacts, GeneralTransferFacts

GENERAL_RULES: Final = ("ECC-476-1", "ECC-476-2", "ECC-490-a")
RULES: Final[Mapping[str, Predicate[Any]]] = {
    **{rule_id: rule for rule_id, rule in rules.RULES.items() if rule_id != "HWTM-27"},
    **{rule_id: general.RULES[rule_id] for rule_id in GENERAL_RULES},
}
"""Asked of a transfer when it is sealed and when it departs. HWTM-27 is asked of a decision when it is recorded."""

USABLE: Final = (CrossingState.APPROVED, CrossingState.REPORTED, CrossingState.EFFECTIVE)
"""Of one only reported the rule itself tells which province hasn't answered."""
METHOD_CLAUSES: Final = {True: Clause.USE, False: Clause.DISPOSAL}


def clearance_facts(
    found: Clearances,
    consignment_id: UUID,
    masses: Mapping[str, Grams],
    method: str,
    departs_on: date,
    *,
    licence: LicenceTerms | None,
    licensed_codes: frozenset[str],
) -> list[Facts]:
    """Facts for `RULES` about one transfer and its papers; no statement.

    Args:
        masses: what it carries (g), by waste code.
        method: planned use or disposal method, such as R2; empty while nobody has chosen one.
        licence: the consignee's, with the codes and categories it covers.
    """
    facts: list[Facts] = []
    if any(is_waste_code(code) for code in found.waste_codes):
        facts += _trustees(found, consignment_id, method, departs_on)
    if any(not is_waste_code(code) for code in found.waste_codes) and found.consignee_id is not None:
        facts.append(_trustee_of_general_waste(found, consignment_id, method, departs_on))
    if not found.crosses:
        return facts
    for code in found.waste_codes:
        cover = found.crossing_of(code, method)
        if is_waste_code(code):
            fit = is_fit(licence, licensed_codes, code, departs_on)
            facts.append(
                _crossing(found, consignment_id, cover, code, masses.get(code), method, departs_on, fit)
            )
        else:
            fits = cover is not None and _has_left(cover, code, masses.get(code, Grams(0)))
            facts.append(_general(found, consignment_id, cover if fits else None, method, departs_on))
    return facts


def is_fit(licence: LicenceTerms | None, licensed_codes: frozenset[str], waste_code: str, on: date) -> bool:
    """Whether a receiver's licence is in force on a day and covers a hazardous waste."""
    return (
        licence is not None
        and licence.state is LicenceState.VALID
        and licence.valid_from <= on <= licence.valid_to
        and not licensed_codes.isdisjoint({waste_code, category_of(waste_code)})
    )


def _trustees(
    found: Clearances, consignment_id: UUID, method: str, departs_on: date
) -> Iterator[TrusteeFacts]:
    """The consignee, and each carrier; a consignee whose contract includes carriage stands for the carriers."""
    settled = None
    if found.consignee_id is not None:
        settled = found.contract_with(found.consignee_id)
        needed = {Clause.STORAGE, METHOD_CLAUSES[is_utilisation(method)], Clause.LIABILITY}
        yield _trustee(
            found,
            consignment_id,
            say("接受人"),
            _of_kind(settled, ContractKind.TREATMENT),
            needed,
            departs_on,
        )
    for carrier_id in found.carrier_ids:
        own = _of_kind(found.contract_with(carrier_id), ContractKind.CARRIAGE)
        if own is None and settled is not None and settled.contract.kind is ContractKind.BOTH:
            own = settled
        yield _trustee(
            found, consignment_id, say("承运人"), own, {Clause.TRANSPORT, Clause.LIABILITY}, departs_on
        )


def _trustee_of_general_waste(
    found: Clearances, consignment_id: UUID, method: str, departs_on: date
) -> DutyFacts:
    """What the Code asks about whoever is entrusted with general waste: verified, under contract, with a clause."""
    assert found.consignee_id is not None
    cover = _of_kind(found.contract_with(found.consignee_id), ContractKind.TREATMENT)
    contract = cover.contract if cover else None
    holds = contract is not None and contract.valid_from <= departs_on <= contract.valid_to
    clauses = frozenset(contract.clauses) if contract else frozenset()
    return DutyFacts(
        subject_kind="consignment",
        subject_id=consignment_id,
        trustee_identity_checked=contract is not None and contract.checked_on is not None,
        trustee_contract=holds,
        trustee_clause=METHOD_CLAUSES[is_utilisation(method)] in clauses,
    )


def _of_kind(cover: ContractCover | None, kind: ContractKind) -> ContractCover | None:
    return cover if cover is not None and cover.contract.kind in (kind, ContractKind.BOTH) else None


def _trustee(
    found: Clearances,
    consignment_id: UUID,
    role: Text,
    cover: ContractCover | None,
    needed: set[Clause],
    departs_on: date,
) -> TrusteeFacts:
    terms = None
    if cover is not None:
        contract = cover.contract
        terms = ContractTerms(
            contract.number,
            contract.valid_from,
            contract.valid_to,
            frozenset(Clause(clause) for clause in contract.clauses),
            all(cover.covers(code) for code in found.waste_codes),
        )
    return TrusteeFacts(
        subject_id=consignment_id,
        role=role,
        needed=frozenset(needed),
        departs_on=departs_on,
        trustee_checked_on=cover.contract.checked_on if cover else None,
        contract=terms,
    )


def _crossing(
    found: Clearances,
    consignment_id: UUID,
    cover: CrossingCover | None,
    code: str,
    mass: Grams | None,
    method: str,
    departs_on: date,
    is_receiver_fit: bool,
) -> CrossingFacts:
    assert found.consignee_site is not None
    named = cover.wastes.get(code) if cover else None
    load = mass or Grams(0)
    crossing = cover.crossing if cover else None
    return CrossingFacts(
        subject_id=consignment_id,
        waste_code=code,
        from_province=found.consignor_site.province,
        to_province=found.consignee_site.province,
        departs_on=departs_on,
        decision=_decision(cover),
        decided_mass=named.granted if named else Grams(0),
        moved_mass=UNKNOWN if mass is None else Grams((named.drawn if named else 0) + load),
        is_same_waste=named is not None,
        is_same_method=UNKNOWN if not method else crossing is not None and crossing.planned_method == method,
        is_same_receiver=_is_same_receiver(found, cover),
        is_receiver_fit=is_receiver_fit,
        is_for_disposal=UNKNOWN if not method else not is_utilisation(method),
        nearness=crossing.nearness if crossing else Nearness.NONE,
        white_list_entry=crossing.white_list_number if crossing else "",
        white_list_cap=crossing.white_list_cap if crossing else None,
        moved_in_year=Grams((named.drawn_in_year if named else 0) + load),
    )


def _decision(cover: CrossingCover | None) -> DecisionTerms | None:
    crossing = cover.crossing if cover else None
    if crossing is None or crossing.valid_from is None or crossing.valid_to is None:
        return None
    return DecisionTerms(crossing.decision_number or crossing.number, crossing.valid_from, crossing.valid_to)


def _is_same_receiver(found: Clearances, cover: CrossingCover | None) -> bool:
    if cover is None or found.consignee_site is None:
        return False
    return cover.crossing.consignee_site_id == found.consignee_site.id


def _has_left(cover: CrossingCover, code: str, load: Grams) -> bool:
    named = cover.wastes.get(code)
    return named is not None and named.left >= load


def _general(
    found: Clearances, consignment_id: UUID, cover: CrossingCover | None, method: str, departs_on: date
) -> GeneralTransferFacts:
    """A paper that is for another receiver or waste, has ended or has too little left, counts as none."""
    assert found.consignee_site is not None
    crossing = cover.crossing if cover and cover.state_on(departs_on) in USABLE else None
    if crossing is not None and not _is_same_receiver(found, cover):
        crossing = None
    is_approval = crossing is not None and crossing.kind is CrossingKind.GENERAL_APPROVAL
    days = (crossing.sending_reported_on, crossing.receiving_reported_on) if crossing else ()
    reported = [day for day in days if day is not None]
    return GeneralTransferFacts(
        subject_id=consignment_id,
        from_province=found.consignor_site.province,
        to_province=found.consignee_site.province,
        is_for_use=is_utilisation(method) if method else UNKNOWN,
        departs_on=departs_on,
        approved_on=crossing.decided_on if crossing and is_approval else None,
        submitted_on=max(reported) if reported else None,
        submitted_to=provinces_told(crossing, departs_on) if crossing else frozenset(),
    )
