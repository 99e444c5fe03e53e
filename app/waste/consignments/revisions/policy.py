"""When a correction is possible, and who has to agree to it."""

from collections.abc import Iterable
from uuid import UUID

from app.foundation.core.errors import Conflict, NotPermitted
from app.foundation.core.text import say
from app.foundation.core.work import Actor
from app.waste.consignments.fields import FieldRule
from app.waste.consignments.models import Consignment, Revision, RevisionState
from app.waste.consignments.policy import parties_of
from app.waste.consignments.workflow import IMMUTABLE, RIGHTS, STATE_WORDS, Party
from app.waste.registry.models import WasteKind

SIGNING = (Party.CONSIGNOR, Party.CARRIER, Party.CONSIGNEE)


def signing_party(actor: Actor, consignment: Consignment) -> Party:
    """As which of the manifest's parties the actor speaks here.

    Raises:
        NotPermitted: the actor's firm is none of them, or its role may not act for it.
    """
    held = parties_of(actor, consignment)
    for party in SIGNING:
        if party in held and actor.may(RIGHTS[party]):
            return party
    raise NotPermitted(say("只有联单的三方可以申请或答复更正"))


def ensure_park(actor: Actor, consignment: Consignment) -> None:
    """Raises:
    NotPermitted: the actor doesn't look after this consignment for a park.
    """
    if Party.PARK not in parties_of(actor, consignment) or not actor.may(RIGHTS[Party.PARK]):
        raise NotPermitted(say("只有园区管理员可以要求更正"))


def ensure_correctable(consignment: Consignment) -> None:
    """Pass if something is signed and the national system has not confirmed it yet.

    Raises:
        Conflict: it can be changed without anybody's consent still, or not at all any more; or it is of general waste,
            which is weighed until it is signed and received by mass.
    """
    if consignment.kind is WasteKind.GENERAL:
        raise Conflict(say("一般固废转移没有更正：签署前可重新登记装车量，到达后按实收量签收"))
    if consignment.consignor_signed_at is None:
        raise Conflict(say("移出人尚未签署，可以直接修改，不需要申请更正"))
    if consignment.state in IMMUTABLE:
        raise Conflict(
            say(
                "联单 {number} 当前为“{state}”，内容不能再更正",
                number=consignment.number,
                state=STATE_WORDS[consignment.state],
            )
        )


def ensure_open(revision: Revision) -> None:
    """Raises:
    Conflict: it was settled already.
    """
    if revision.state is not RevisionState.OPEN:
        raise Conflict(say("这项更正已经有了结果"))


def asked_organisations(consignment: Consignment, rules: Iterable[FieldRule], asking: UUID) -> set[UUID]:
    """The organisations that have to agree: those of all parties the fields touch, each once, without the one that
    asks."""
    firms = {
        Party.CONSIGNOR: consignment.consignor_id,
        Party.CARRIER: consignment.carrier_id,
        Party.CONSIGNEE: consignment.consignee_id,
    }
    parties = {party for rule in rules for party in rule.agreed_by}
    return {firm for party in parties if (firm := firms[party]) is not None} - {asking}
