"""The matrix of roles and permissions, written out a second time by hand."""

import pytest

from app.parties.accounts.permissions import (
    MATRIX,
    PARK_ROLES,
    SCOPES,
    Permission,
    Role,
    permissions_of,
)

#                        producer recycler carrier driver inspector park_operator
TRUTH = {
    "ledger.read":          "y        y        -       -      y         y",
    "ledger.import":        "y        y        -       -      -         -",
    "ledger.correct":       "y        y        -       -      -         -",
    "plans.manage":         "y        y        -       -      -         -",
    "declarations.manage":  "y        y        -       -      -         -",
    "storage.read":         "y        y        -       -      y         y",
    "storage.manage":       "y        y        -       -      -         -",
    "containers.manage":    "y        y        -       -      -         -",
    "scales.send":          "y        y        -       -      -         -",
    "consignments.read":    "y        y        y       y      y         y",
    "consignments.send":    "y        y        -       -      -         -",
    "consignments.carry":   "-        -        y       y      -         -",
    "consignments.receive": "-        y        -       -      -         -",
    "consignments.supervise": "-        -        -       -      -         y",
    "clearances.read":      "y        y        y       y      y         y",
    "clearances.manage":    "y        y        -       -      -         -",
    "contracts.sign":       "y        y        y       -      -         -",
    "licences.read":        "y        y        y       -      y         y",
    "licences.manage":      "-        -        -       -      -         y",
    "licences.apply":       "-        y        -       -      -         -",
    "fleets.manage":        "-        -        y       -      -         y",
    "catalogue.read":       "y        y        y       y      y         y",
    "catalogue.manage":     "-        -        -       -      -         y",
    "scan":                 "y        y        y       y      y         y",
    "trace.read":           "y        y        y       y      y         y",
    "rules.override":       "-        -        -       -      -         y",
    "staff.manage":         "y        y        y       -      -         y",
}  # fmt: skip
ORDER = (Role.PRODUCER, Role.RECYCLER, Role.CARRIER, Role.DRIVER, Role.INSPECTOR, Role.PARK_OPERATOR)


def test_the_table_names_every_permission_and_every_role():
    assert set(TRUTH) == {permission.value for permission in Permission}
    assert set(ORDER) == set(Role) == set(MATRIX)


@pytest.mark.parametrize("permission", TRUTH)
def test_each_role_may_what_the_table_says(permission):
    expected = dict(zip(ORDER, TRUTH[permission].split(), strict=True))

    assert {role: "y" if permission in permissions_of(role) else "-" for role in Role} == expected


def test_park_roles_are_those_of_the_parks_own_staff():
    assert {Role.INSPECTOR, Role.PARK_OPERATOR} == PARK_ROLES


@pytest.mark.parametrize("role", list(Role))
def test_a_token_never_does_more_than_its_role(role):
    for scope in SCOPES:
        assert permissions_of(role, (scope,)) <= permissions_of(role)
    assert permissions_of(role, ()) == frozenset()
    assert permissions_of(role, ("nonsense",)) == frozenset()


def test_scopes_narrow_a_role():
    assert permissions_of(Role.PRODUCER, ("scan",)) == {"scan"}
    assert permissions_of(Role.PRODUCER, ("scan", "ledger.read")) == {"scan", "ledger.read"}
    assert all(
        permission.endswith(".read") or permission == "scan"
        for permission in permissions_of(Role.RECYCLER, ("read",))
    )
    assert permissions_of(Role.PARK_OPERATOR, ("write",)) == permissions_of(Role.PARK_OPERATOR) - {
        "staff.manage"
    }
    assert permissions_of(Role.DRIVER, ("rules.override",)) == frozenset()
