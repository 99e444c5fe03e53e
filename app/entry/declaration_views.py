"""A declaration as both borders show it."""

from collections.abc import Sequence
from typing import Any

from app.entry.declaration_files import receiver_name
from app.foundation.rulebook.assessment import RuleFinding
from app.waste.registry.declaring.figures import FIELDS, FigureLine
from app.waste.registry.declaring.queries import DeclarationView


def declaration_data(view: DeclarationView, findings: Sequence[RuleFinding]) -> dict[str, Any]:
    """The declaration with its lines, receivers by name."""
    declared = view.declaration
    names = (
        "id", "site_id", "kind", "first_on", "last_on", "due_on", "state", "agent", "returned_reason",
        "receipt_number", "submitted_at", "version",
    )  # fmt: skip
    return {
        **{name: getattr(declared, name) for name in names},
        "lines": [line_data(view, line) for line in view.lines],
        "findings": list(findings),
    }


def line_data(view: DeclarationView, line: FigureLine) -> dict[str, Any]:
    """One waste of a declaration as plain data."""
    stream = view.streams.get(line.stream_id)
    own = [
        {"method": one.method, "is_use": one.is_use, "receiver": "", "licence_number": "", "mass": one.mass}
        for one in line.own
    ]
    entrusted = [
        {
            "method": one.method,
            "is_use": one.is_use,
            "receiver": receiver_name(view, one.receiver),
            "licence_number": one.licence,
            "mass": one.mass,
        }
        for one in line.entrusted
    ]
    return {
        "stream_id": line.stream_id,
        "waste_code": line.waste_code,
        "local_name": stream.local_name if stream else "",
        "figures": {
            name: {
                "computed": line.computed[name],
                "declared": line.declared(name),
                "reason": line.adjusted[name].reason if name in line.adjusted else "",
            }
            for name in FIELDS
        },
        "own": own,
        "entrusted": entrusted,
        "outbound": line.outbound,
    }
