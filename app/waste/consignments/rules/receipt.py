"""Rules on what the consignee checks and writes (domain-rules.md 7.2, 7.3, 7.12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.foundation.core.text import Text, say
from app.foundation.core.units import Grams, kg_text
from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Outcome, finding, known, listed, passed
from app.waste.consignments.models import AcceptanceCheck, DiscrepancyKind, Opinion
from app.waste.consignments.rules.checks import complete

CHECK_WORDS: Final[Mapping[AcceptanceCheck, Text]] = {
    AcceptanceCheck.KIND: say("种类"),
    AcceptanceCheck.MASS: say("重量（数量）"),
    AcceptanceCheck.PACKAGING: say("包装"),
    AcceptanceCheck.LABEL: say("标签"),
}


@dataclass(frozen=True, kw_only=True)
class AcceptanceFacts(Facts):
    """What the consignee checked before it accepted, and where the load came to."""

    subject_kind: str = "consignment"
    acceptance_checks: Maybe[frozenset[str]] = UNKNOWN
    delivered_to: Maybe[str] = UNKNOWN
    named_consignee: Maybe[str] = UNKNOWN
    """Of the manifest as it is now, after a diversion the new one."""
    arrival_told: Maybe[bool] = UNKNOWN
    """Whether the consignor knows of the arrival."""


@dataclass(frozen=True, kw_only=True)
class DifferenceFacts(Facts):
    """A major difference in name, quantity, characteristics, form or packaging, and who knows of it."""

    subject_kind: str = "consignment"
    has_difference: Maybe[bool] = UNKNOWN
    consignor_told: Maybe[bool] = UNKNOWN
    authority_told: Maybe[bool] = UNKNOWN
    """That of the receiving place."""


@dataclass(frozen=True, kw_only=True)
class OpinionFacts(Facts):
    """What the consignee wrote on one line."""

    subject_kind: str = "consignment_line"
    label: str
    """Its code, for the message."""
    opinion: Maybe[Opinion | None] = UNKNOWN
    planned_method: Maybe[str] = UNKNOWN
    accepted_mass: Maybe[Grams | None] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class NoDifferenceFacts(Facts):
    """What the consignee calls the difference, beside what was weighed and counted."""

    subject_kind: str = "consignment"
    discrepancy: Maybe[DiscrepancyKind] = UNKNOWN
    sent: Maybe[Grams] = UNKNOWN
    received: Maybe[Grams] = UNKNOWN
    sent_count: Maybe[int] = UNKNOWN
    received_count: Maybe[int] = UNKNOWN


def is_checked(facts: AcceptanceFacts, _limits: Limits) -> Outcome:
    """HWTM-12-1: kind, mass, packaging and label, all four."""
    done = known(facts.acceptance_checks, "acceptance_checks")
    open_ones = [word for check, word in CHECK_WORDS.items() if check not in done]
    return finding(observed=len(open_ones), items=listed(open_ones)) if open_ones else passed()


def is_brought_where_named(facts: AcceptanceFacts, _limits: Limits) -> Outcome:
    """HWTM-11-4: delivered to whom the manifest names, and the consignor knows."""
    delivered, named = (
        known(facts.delivered_to, "delivered_to"),
        known(facts.named_consignee, "named_consignee"),
    )
    told = known(facts.arrival_told, "arrival_told")
    gaps = [] if delivered == named else [say("送达单位不是联单载明的接受人")]
    gaps += [] if told else [say("移出人未获告知")]
    return finding(observed=len(gaps), items=listed(gaps)) if gaps else passed()


def is_difference_told(facts: DifferenceFacts, _limits: Limits) -> Outcome:
    """HWTM-18-b: consignor and the authority of the receiving place know of every major difference."""
    differs = known(facts.has_difference, "has_difference")
    told = (
        (say("移出人"), known(facts.consignor_told, "consignor_told")),
        (say("接受地生态环境主管部门"), known(facts.authority_told, "authority_told")),
    )
    untold = [who for who, knows in told if differs and not knows]
    return finding(observed=len(untold), who=listed(untold)) if untold else passed()


def is_nothing_accepted_of_a_refusal(facts: OpinionFacts, _limits: Limits) -> Outcome:
    """MAN-X9: a refused line has nothing accepted."""
    opinion, mass = known(facts.opinion, "opinion"), known(facts.accepted_mass, "accepted_mass")
    if opinion is Opinion.REJECT and mass:
        return finding(observed=kg_text(mass), line=facts.label)
    return passed()


def is_something_accepted(facts: OpinionFacts, _limits: Limits) -> Outcome:
    """MAN-X10: an accepted line says how much."""
    opinion, mass = known(facts.opinion, "opinion"), known(facts.accepted_mass, "accepted_mass")
    return finding(line=facts.label) if opinion is Opinion.ACCEPT and not mass else passed()


def is_difference_named(facts: NoDifferenceFacts, limits: Limits) -> Outcome:
    """MAN-X11: where mass or count differ much, the manifest doesn't say there is no difference."""
    kind = known(facts.discrepancy, "discrepancy")
    sent, received = known(facts.sent, "sent"), known(facts.received, "received")
    count, arrived = known(facts.sent_count, "sent_count"), known(facts.received_count, "received_count")
    allowed = max(limits["share"].share_of(sent), limits["mass"].grams)
    differs = abs(received - sent) > allowed or arrived != count
    if differs and kind is DiscrepancyKind.NONE:
        return finding(observed=kg_text(Grams(received - sent)), sent_count=count, received_count=arrived)
    return passed()


RULES: Final[Mapping[str, Predicate[Any]]] = {
    "HWTM-11-4": Predicate(AcceptanceFacts, is_brought_where_named),
    "HWTM-12-1": Predicate(AcceptanceFacts, is_checked),
    "HWTM-12-2": complete(
        OpinionFacts,
        {"opinion": say("处理意见"), "planned_method": say("利用处置方式"), "accepted_mass": say("接受量")},
    ),
    "HWTM-18-b": Predicate(DifferenceFacts, is_difference_told),
    "MAN-X9": Predicate(OpinionFacts, is_nothing_accepted_of_a_refusal),
    "MAN-X10": Predicate(OpinionFacts, is_something_accepted),
    "MAN-X11": Predicate(NoDifferenceFacts, is_difference_named),
}
