"""Reading parks, organisations and people."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select

from app.foundation.core.errors import NotFound
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.accounts.models import Membership, Organisation, Park, Site, User


def demo_park(work: Work) -> Park | None:
    """The demo park of this deployment, if it has one."""
    return work.session.scalar(select(Park).where(Park.is_demo).order_by(Park.id).limit(1))


def park_of(work: Work, slug: str) -> Park:
    """The park of a slug.

    Raises:
        NotFound: there is none.
    """
    park = work.session.scalar(select(Park).where(Park.slug == slug))
    if park is None:
        raise NotFound(say("没有标识为 {slug} 的园区", slug=slug))
    return park


def organisation_of(work: Work, credit_code: str) -> Organisation:
    """The organisation of a unified social credit code.

    Raises:
        NotFound: there is none.
    """
    chosen = select(Organisation).where(Organisation.credit_code == credit_code.strip().upper())
    organisation = work.session.scalar(chosen)
    if organisation is None:
        raise NotFound(say("没有统一社会信用代码为 {code} 的单位", code=credit_code))
    return organisation


def user_of(work: Work, email: str) -> User:
    """The person of an e-mail address.

    Raises:
        NotFound: there is none.
    """
    user = work.session.scalar(select(User).where(User.email == email.strip().lower()))
    if user is None:
        raise NotFound(say("没有使用 {email} 的用户", email=email))
    return user


def names_of_users(work: Work, user_ids: Collection[UUID]) -> dict[UUID, str]:
    """Names people go by, in one statement."""
    if not user_ids:
        return {}
    rows = work.session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))
    return {row.id: row.name for row in rows}


def sites_of(work: Work, organisation_id: UUID) -> Sequence[Site]:
    """The sites of an organisation, oldest first."""
    return work.session.scalars(
        select(Site).where(Site.organisation_id == organisation_id).order_by(Site.id)
    ).all()


def organisations_of_park(work: Work, park_id: UUID) -> Sequence[Organisation]:
    """Organisations with a site in a park, by name."""
    with_site = select(Site.organisation_id).where(Site.park_id == park_id)
    return work.session.scalars(
        select(Organisation).where(Organisation.id.in_(with_site)).order_by(Organisation.name)
    ).all()


def open_roles_of(work: Work, email: str) -> Sequence[Membership]:
    """The roles a person has now, oldest first."""
    return work.session.scalars(
        select(Membership)
        .join(User, User.id == Membership.user_id)
        .where(User.email == email.strip().lower(), Membership.ended_at.is_(None))
        .order_by(Membership.created_at, Membership.id)
    ).all()
