"""Opening parks, taking in firms and people, giving and taking roles."""

from collections.abc import Iterable, Sequence
from ipaddress import ip_network
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.foundation import trace
from app.foundation.catalogue.codes import credit_code_problem
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotFound, NotPermitted
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.trace.models import Traced
from app.parties.accounts.commands import AddSite, AddUser, GrantRole, OpenPark, RegisterOrganisation
from app.parties.accounts.models import Membership, Organisation, Park, Site, User
from app.parties.accounts.passwords import MAX_LENGTH, MIN_LENGTH, hash_password
from app.parties.accounts.permissions import PARK_ROLES, Permission


def open_park(work: Work, command: OpenPark) -> Park:
    """Open a park in this deployment.

    Raises:
        Conflict: the slug is taken.
    """
    if work.session.scalar(select(Park.id).where(Park.slug == command.slug)):
        raise Conflict(say("园区标识 {slug} 已存在", slug=command.slug))
    park = Park(**vars(command))
    work.session.add(park)
    work.session.flush()
    trace.record(work, "park.opened", park, park_id=park.id)
    return park


def limit_staff_to(work: Work, park: Park, networks: Sequence[str]) -> Park:
    """Let the park's own staff come in from these networks alone (CIDR, such as 10.1.0.0/16); from anywhere if none.

    Raises:
        InvalidInput: names every text that is no network.
    """
    wrong = [network for network in networks if not _is_network(network)]
    if wrong:
        raise InvalidInput(
            [FieldProblem("#/networks", say("{network} 不是有效的网段", network=text)) for text in wrong]
        )
    park.staff_networks = list(networks) or None
    trace.record(work, "park.networks_set", park, park_id=park.id)
    return park


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def register_organisation(work: Work, command: RegisterOrganisation) -> Organisation:
    """Take in a firm by its unified social credit code (GB 32100-2015).

    Raises:
        InvalidInput: the credit code is wrong, the name is empty, or it does nothing here.
        Conflict: the credit code is registered already.
    """
    problems = []
    if problem := credit_code_problem(command.credit_code):
        problems.append(FieldProblem("#/credit_code", problem))
    if not command.name.strip():
        problems.append(FieldProblem("#/name", say("请填写单位名称")))
    if not (command.is_producer or command.is_recycler or command.is_carrier):
        problems.append(FieldProblem("#/is_producer", say("请至少选择一种身份：产废、接收或承运")))
    if problems:
        raise InvalidInput(problems)
    if work.session.scalar(select(Organisation.id).where(Organisation.credit_code == command.credit_code)):
        raise Conflict(say("统一社会信用代码 {code} 已登记", code=command.credit_code))
    organisation = Organisation(**vars(command), suspended_at=None)
    work.session.add(organisation)
    trace.record(work, "organisation.registered", organisation)
    return organisation


def add_site(work: Work, command: AddSite) -> Site:
    """Add a place of an organisation, in a park or outside of any.

    Raises:
        NotFound: no such organisation.
    """
    if work.session.get(Organisation, command.organisation_id) is None:
        raise NotFound(say("没有这家单位"))
    site = Site(**vars(command))
    work.session.add(site)
    trace.record(
        work, "site.added", site, about=[("organisation", site.organisation_id)], park_id=site.park_id
    )
    return site


def add_user(work: Work, command: AddUser) -> User:
    """Add a person. The address is kept in lower case and known once.

    Raises:
        InvalidInput: no such address or too short a password.
        Conflict: the address or the phone number is taken.
    """
    email = command.email.strip().lower()
    problems = []
    if "@" not in email.strip("@"):
        problems.append(FieldProblem("#/email", say("请填写有效的邮箱地址")))
    if not MIN_LENGTH <= len(command.password) <= MAX_LENGTH:
        problems.append(FieldProblem("#/password", say("密码至少 {length} 个字符", length=MIN_LENGTH)))
    if problems:
        raise InvalidInput(problems)
    if work.session.scalar(select(User.id).where(User.email == email)):
        raise Conflict(say("该邮箱已注册"))
    if phone_is_taken(work, command.phone):
        raise Conflict(say("该手机号已被另一个账号使用"))
    user = User(
        email=email,
        name=command.name,
        phone=command.phone.strip(),
        password_hash=hash_password(command.password),
        locale=command.locale,
        disabled_at=None,
    )
    work.session.add(user)
    trace.record(work, "user.added", user)
    return user


def phone_is_taken(work: Work, phone: str, besides: UUID | None = None) -> bool:
    """Whether another person who can sign in has this number: people sign in by it."""
    number = phone.strip()
    others = select(User.id).where(User.phone == number, User.disabled_at.is_(None))
    if besides is not None:
        others = others.where(User.id != besides)
    return bool(number) and work.session.scalar(others.limit(1)) is not None


def grant_role(work: Work, command: GrantRole, changed: Iterable[Traced] = ()) -> Membership:
    """Give a person a role in an organisation (and the park it works in), or in a park itself.

    `changed` is what led to it, such as an invitation, and goes into the same event.

    Raises:
        InvalidInput: a park role without a park, or a firm's role without a firm.
        Conflict: the person has that role there already.
    """
    of_park = command.role in PARK_ROLES
    if of_park and (command.park_id is None or command.organisation_id is not None):
        raise InvalidInput([FieldProblem("#/park_id", say("园区角色须指定园区，且不属于企业"))])
    if not of_park and command.organisation_id is None:
        raise InvalidInput([FieldProblem("#/organisation_id", say("企业角色须指定企业"))])
    context = command.park_id if of_park else command.organisation_id
    column = Membership.park_id if of_park else Membership.organisation_id
    outlived = _outlived(work, command, column == context)
    if work.session.scalar(
        select(Membership.id).where(
            Membership.user_id == command.user_id,
            column == context,
            Membership.role == command.role,
            Membership.ended_at.is_(None),
        )
    ):
        raise Conflict(say("此人已有该角色"))
    membership = Membership(
        **vars(command),
        delegated_by_id=work.actor.user_id if command.valid_until else None,
        created_at=work.now,
        ended_at=None,
    )
    work.session.add(membership)
    trace.record(
        work,
        "membership.granted",
        membership,
        about=[("user", command.user_id)],
        changed=[*changed, *outlived],
        park_id=command.park_id,
    )
    return membership


def _outlived(work: Work, command: GrantRole, here: ColumnElement[bool]) -> list[Membership]:
    """A delegation of the same role whose time is over: it ends for good, so that the role can be given again."""
    over = work.session.scalars(
        select(Membership)
        .where(
            Membership.user_id == command.user_id,
            here,
            Membership.role == command.role,
            Membership.ended_at.is_(None),
            Membership.valid_until <= work.now,
        )
        .with_for_update()
    ).all()
    for membership in over:
        membership.ended_at = work.now
    work.session.flush()
    return list(over)


def end_membership(work: Work, membership_id: UUID) -> Membership:
    """Take a role away. Sessions and tokens in it end with it, at their next request.

    Raises:
        NotFound: no such open role that the actor may know of.
        NotPermitted: the actor may not manage staff.
    """
    if not work.actor.may(Permission.STAFF_MANAGE):
        raise NotPermitted(say("只有员工管理员可以收回角色"))
    membership = work.session.scalar(
        select(Membership).where(Membership.id == membership_id).with_for_update()
    )
    if membership is None or membership.ended_at is not None or not _manages(work, membership):
        raise NotFound(say("没有这个有效角色"))
    membership.ended_at = work.now
    trace.record(work, "membership.ended", membership, about=[("user", membership.user_id)])
    return membership


def _manages(work: Work, membership: Membership) -> bool:
    actor = work.actor
    if actor.is_deployment:
        return True
    if actor.is_park_staff:
        return membership.park_id == actor.park_id
    return membership.organisation_id is not None and membership.organisation_id == actor.organisation_id
