"""What the rules are asked about a consignment, from its papers, its consignee's licence and the papers it rests on."""

from app.waste.consignments.facts.plans import plan_findings, plan_outlook, sent_in_year
from app.waste.consignments.facts.receipt import receipt_findings, weighing_facts, weighing_findings
from app.waste.consignments.facts.standing import standing_findings
from app.waste.consignments.facts.transfer import Transfer, take_over_findings, transfer_of

__all__ = [
    "Transfer",
    "plan_findings",
    "plan_outlook",
    "receipt_findings",
    "sent_in_year",
    "standing_findings",
    "take_over_findings",
    "transfer_of",
    "weighing_facts",
    "weighing_findings",
]
