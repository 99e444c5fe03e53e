"""What the papers of a consignment rest on, in one statement: where two imprints are equal, so are the papers.

A consignment's version moves with every act on it, its lines, legs, signatures and results. What its papers show of others
(names, the plate, the licence's number, states and labels of containers, the key that signs its code) is in the imprint
itself.
"""

from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Text as SqlText
from sqlalchemy import bindparam, cast, func, select
from sqlalchemy.orm import aliased

from app.foundation.core.lookup import Lookup
from app.foundation.core.work import Work
from app.foundation.keys.models import KeyPurpose, SigningKey
from app.parties.accounts.models import Organisation, Park
from app.parties.licences.models import OperatingLicence, Vehicle
from app.waste.consignments.models import ConsignedContainer, Consignment
from app.waste.consignments.policy import ensure_may_read
from app.waste.consignments.queries.finding import IS_SEEN, no_such_consignment, seen_by
from app.waste.consignments.workflow import ConsignmentState
from app.waste.storage.models import Container


class Imprint(NamedTuple):
    """Compared as a whole; two of its values are told apart."""

    consignment_id: UUID
    version: int
    state: ConsignmentState
    rest: tuple[Any, ...]


def imprint_of(work: Work, consignment_id: UUID) -> Imprint:
    """The imprint of a consignment that the actor may know of; one statement.

    Raises:
        NotPermitted: the actor doesn't read consignments at all.
        NotFound: none such, or not theirs.
    """
    ensure_may_read(work.actor)
    row = _CHOSEN.first(work, key=consignment_id, **seen_by(work.actor))
    if row is None:
        raise no_such_consignment()
    return Imprint(consignment_id, row.version, row.state, tuple(row))


_c, _container = Consignment, Container
_consignor, _consignee, _carrier = (aliased(Organisation) for _ in range(3))
_CONTAINERS: Final = (
    select(
        func.aggregate_strings(
            _container.code
            + "/"
            + cast(_container.version, SqlText)
            + cast(_container.state, SqlText)
            + _container.local_label,
            ",",
        )
    )
    .join(ConsignedContainer, ConsignedContainer.container_id == _container.id)
    .where(ConsignedContainer.consignment_id == _c.id)
    .scalar_subquery()
)
_QR_KEY: Final = (
    select(SigningKey.key_id)
    .where(SigningKey.purpose == KeyPurpose.QR, SigningKey.retired_at.is_(None))
    .order_by(SigningKey.created_at.desc(), SigningKey.id.desc())
    .limit(1)
    .scalar_subquery()
)
_CHOSEN: Final = Lookup(
    select(
        _c.version,
        _c.state,
        *(_consignor.name, _consignor.short_name, _consignor.credit_code),
        *(_carrier.name, _carrier.short_name, _carrier.credit_code),
        *(_consignee.name, _consignee.short_name, _consignee.credit_code),
        *(Vehicle.plate, OperatingLicence.number, Park.zone),
        _CONTAINERS,
        _QR_KEY,
    )
    .select_from(_c)
    .join(_consignor, _consignor.id == _c.consignor_id)
    .outerjoin(_carrier, _carrier.id == _c.carrier_id)
    .outerjoin(_consignee, _consignee.id == _c.consignee_id)
    .outerjoin(Vehicle, Vehicle.id == _c.vehicle_id)
    .outerjoin(OperatingLicence, OperatingLicence.id == _c.licence_id)
    .outerjoin(Park, Park.id == _c.park_id)
    .where(_c.id == bindparam("key"), IS_SEEN)
)
"""Nobody is the deployment itself over HTTP, which alone sees more."""
