"""More people and firms beside those of a world, and licences as they travel over HTTP."""

import json
from io import BytesIO
from typing import Any
from uuid import UUID

from app.foundation.core.work import Actor
from app.parties.accounts.models import Organisation, Park
from app.parties.accounts.permissions import Role
from app.parties.licences.review import REVIEW
from tests.factories.parties import a_membership, a_park, a_site, a_user, an_organisation
from tests.integration.waste.consignments.world import World

PDF = b"%PDF-1.7 a licence"
LICENCE: dict[str, Any] = {
    "number": "演危许 2030-001",
    "issuer": "演示省生态环境厅",
    "issuer_level": "province",
    "kind": "comprehensive",
    "legal_name": "云栈溶剂再生有限公司",
    "legal_rep": "江望舒",
    "domicile": "澄湖路 11 号",
    "facility_address": "澄湖路 11 号",
    "modes": ["collection", "storage", "utilisation"],
    "issued_on": "2026-11-01",
    "valid_from": "2026-11-01",
    "valid_to": "2031-10-31",
    "yearly_scale_kg": "2000000",
    "lines": [{"waste_code": "900-402-06", "method": "R2", "yearly_scale_kg": "500000"}],
}
FULL = {name: LICENCE[name] for name in ("legal_name", "legal_rep", "domicile", "facility_address")}


def somebody(world: World, role: Role, firm_id: UUID | None = None, *, park_id: UUID | None = None) -> UUID:
    """One more person: of a firm, or of the park's staff. Gives the user's id."""
    with world.doing(Actor.system()) as work:
        user = a_user(name="孟知微")
        work.session.add(user)
        work.session.flush()
        firm = work.session.get(Organisation, firm_id) if firm_id else None
        park = work.session.get_one(Park, park_id or world.park_id)
        work.session.add(a_membership(user, role, firm, park))
        return user.id


def a_firm(world: World, **kinds: bool) -> UUID:
    """One more firm with a site in the park."""
    with world.doing(Actor.system()) as work:
        firm = an_organisation(short_name="新澜再生", name="新澜再生有限公司", is_producer=False, **kinds)
        work.session.add(firm)
        work.session.flush()
        work.session.add(a_site(firm, work.session.get_one(Park, world.park_id)))
        return firm.id


def another_park(world: World) -> UUID:
    with world.doing(Actor.system()) as work:
        park = a_park()
        work.session.add(park)
        work.session.flush()
        return park.id


def form(content: Any, file: bytes | None = PDF, name: str = "许可证.pdf") -> dict[str, Any]:
    """The parts of a request that hands in or answers."""
    text = content if isinstance(content, str) else json.dumps(content)
    return {"application": text} | ({} if file is None else {"file": (BytesIO(file), name)})


def accept_all(client: Any, address: str, etag: str, *, but: dict[str, str] | None = None) -> str:
    """Every field accepted but some queried in words; gives the last ETag."""
    for field in REVIEW:
        query = (but or {}).get(field.name)
        body = {"is_accepted": False, "text": query} if query else {"is_accepted": True}
        done = client.put(f"{address}/fields/{field.name}", json=body, headers={"If-Match": etag})
        assert done.status_code == 200, done.json
        etag = done.headers["ETag"]
    return etag
