"""What a signature under a contract stands for: the facts as canonical JSON, and their hash."""

import hashlib
from collections.abc import Sequence
from typing import Any

from app.foundation.trace.canonical import canonical_text, plain
from app.waste.clearances.models import Contract, ContractWaste


def contract_facts(contract: Contract, wastes: Sequence[ContractWaste]) -> dict[str, Any]:
    """Everything a signer agrees to, the document by its hash; prices in fen per tonne."""
    return {
        "id": contract.id,
        "number": contract.number,
        "producer": contract.producer_id,
        "partner": contract.partner_id,
        "kind": contract.kind,
        "valid_from": contract.valid_from,
        "valid_to": contract.valid_to,
        "clauses": sorted(contract.clauses),
        "document": contract.file_sha256,
        "wastes": [
            {"code": waste.waste_code, "price": waste.price}
            for waste in sorted(wastes, key=lambda one: one.waste_code)
        ],
    }


def contract_hash(contract: Contract, wastes: Sequence[ContractWaste]) -> str:
    """SHA-256 of the canonical JSON (RFC 8785) of the contract's facts, as lower-case hex."""
    return hashlib.sha256(canonical_text(plain(contract_facts(contract, wastes))).encode()).hexdigest()
