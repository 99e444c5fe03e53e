"""Who may do what: every permission, every role, and the one matrix between them."""

import enum

from app.foundation.core.text import say


class Permission(enum.StrEnum):
    """One act or sight that a role may be given."""

    LEDGER_READ = "ledger.read"
    LEDGER_IMPORT = "ledger.import"
    LEDGER_CORRECT = "ledger.correct"
    PLANS_MANAGE = "plans.manage"
    DECLARATIONS_MANAGE = "declarations.manage"
    STORAGE_READ = "storage.read"
    STORAGE_MANAGE = "storage.manage"
    CONTAINERS_MANAGE = "containers.manage"
    SCALES_SEND = "scales.send"
    CONSIGNMENTS_READ = "consignments.read"
    CONSIGNMENTS_SEND = "consignments.send"
    CONSIGNMENTS_CARRY = "consignments.carry"
    CONSIGNMENTS_RECEIVE = "consignments.receive"
    CONSIGNMENTS_SUPERVISE = "consignments.supervise"
    CLEARANCES_READ = "clearances.read"
    CLEARANCES_MANAGE = "clearances.manage"
    CONTRACTS_SIGN = "contracts.sign"
    LICENCES_READ = "licences.read"
    LICENCES_MANAGE = "licences.manage"
    LICENCES_APPLY = "licences.apply"
    FLEETS_MANAGE = "fleets.manage"
    CATALOGUE_READ = "catalogue.read"
    CATALOGUE_MANAGE = "catalogue.manage"
    SCAN = "scan"
    TRACE_READ = "trace.read"
    RULES_OVERRIDE = "rules.override"
    STAFF_MANAGE = "staff.manage"


class Role(enum.StrEnum):
    """What a person is in one organisation or park."""

    PRODUCER = "producer"
    RECYCLER = "recycler"
    CARRIER = "carrier"
    DRIVER = "driver"
    INSPECTOR = "inspector"
    PARK_OPERATOR = "park_operator"


ROLE_WORDS = {
    Role.PRODUCER: say("产废单位"),
    Role.RECYCLER: say("接收单位"),
    Role.CARRIER: say("承运单位"),
    Role.DRIVER: say("驾驶员"),
    Role.INSPECTOR: say("巡查员"),
    Role.PARK_OPERATOR: say("园区管理员"),
}
"""What each role is called on screens."""

_P = Permission
_COMMON = {_P.CONSIGNMENTS_READ, _P.CLEARANCES_READ, _P.CATALOGUE_READ, _P.SCAN, _P.TRACE_READ}
_STORING = {
    _P.CLEARANCES_MANAGE,
    _P.CONTRACTS_SIGN,
    _P.LEDGER_READ,
    _P.LEDGER_IMPORT,
    _P.LEDGER_CORRECT,
    _P.PLANS_MANAGE,
    _P.DECLARATIONS_MANAGE,
    _P.STORAGE_READ,
    _P.STORAGE_MANAGE,
    _P.CONTAINERS_MANAGE,
    _P.SCALES_SEND,
}

MATRIX: dict[Role, frozenset[Permission]] = {
    Role.PRODUCER: frozenset(_COMMON | _STORING | {_P.CONSIGNMENTS_SEND, _P.LICENCES_READ, _P.STAFF_MANAGE}),
    Role.RECYCLER: frozenset(
        _COMMON
        | _STORING
        | {
            _P.CONSIGNMENTS_SEND,
            _P.CONSIGNMENTS_RECEIVE,
            _P.LICENCES_READ,
            _P.LICENCES_APPLY,
            _P.STAFF_MANAGE,
        }
    ),
    Role.CARRIER: frozenset(
        _COMMON
        | {
            _P.CONTRACTS_SIGN,
            _P.CONSIGNMENTS_CARRY,
            _P.LICENCES_READ,
            _P.FLEETS_MANAGE,
            _P.STAFF_MANAGE,
        }
    ),
    Role.DRIVER: frozenset(_COMMON | {_P.CONSIGNMENTS_CARRY}),
    Role.INSPECTOR: frozenset(_COMMON | {_P.LEDGER_READ, _P.STORAGE_READ, _P.LICENCES_READ}),
    Role.PARK_OPERATOR: frozenset(
        _COMMON
        | {
            _P.LEDGER_READ,
            _P.STORAGE_READ,
            _P.LICENCES_READ,
            _P.LICENCES_MANAGE,
            _P.FLEETS_MANAGE,
            _P.CONSIGNMENTS_SUPERVISE,
            _P.CATALOGUE_MANAGE,
            _P.RULES_OVERRIDE,
            _P.STAFF_MANAGE,
        }
    ),
}
"""Role × permission. Park roles see all firms of their park; the others their own firm."""

PARK_ROLES = frozenset({Role.INSPECTOR, Role.PARK_OPERATOR})

SCOPES: dict[str, frozenset[Permission]] = {
    "read": frozenset(p for p in _P if p.value.endswith(".read")) | {_P.SCAN},
    "write": frozenset(_P) - {_P.STAFF_MANAGE},
    **{permission.value: frozenset({permission}) for permission in _P},
}
"""What an API token may be narrowed to: `read`, `write` (which includes read) or one permission."""


def permissions_of(role: Role, scopes: tuple[str, ...] | None = None) -> frozenset[str]:
    """The permissions of a role, narrowed to the scopes of a token if it acts by one."""
    granted = MATRIX[role]
    if scopes is not None:
        granted &= frozenset().union(*(SCOPES.get(scope, frozenset()) for scope in scopes))
    return frozenset(permission.value for permission in granted)
