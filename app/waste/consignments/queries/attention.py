"""What waits for an actor in consignments and storage together, in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import ScalarSelect, select

from app.foundation.core.work import Actor, Work
from app.waste.consignments.queries.lists import Bucket, bucket_count
from app.waste.storage.attention import Waiting, set_up_counts, waiting_counts


@dataclass(frozen=True)
class Attention:
    """How many things wait for the actor, and how far its firm has set itself up."""

    consignments: int = 0
    storage: Mapping[Waiting, int] = field(default_factory=dict)
    set_up: Mapping[str, int] = field(default_factory=dict)

    @property
    def todo_count(self) -> int:
        """Entries of the to-do list: each consignment, and each kind of thing that waits in storage."""
        return self.consignments + sum(1 for count in self.storage.values() if count)


def attention_of(work: Work) -> Attention:
    """What waits for the actor; one statement, and none for the park's own staff, who watch and don't act here."""
    actor = work.actor
    if actor.organisation_id is None:
        return Attention()
    storage, set_up = waiting_counts(actor, work.today), set_up_counts(actor)
    columns = [waiting_consignments(actor), *storage.values(), *set_up.values()]
    found = [int(value or 0) for value in work.session.execute(select(*columns)).one()]
    kinds = dict(zip(storage, found[1:], strict=False))
    return Attention(found[0], kinds, dict(zip(set_up, found[1 + len(kinds) :], strict=True)))


def waiting_consignments(actor: Actor) -> ScalarSelect[int]:
    """How many consignments wait for the actor, as a column; not counted beyond `COUNTED_TO`."""
    return bucket_count(actor, Bucket.MINE)
