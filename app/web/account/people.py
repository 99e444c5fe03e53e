"""员工与权限: who works here and may do what; invitations, requests to join, standing in."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.entry.work import house, reading, unit_of_work
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotFound
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.accounts.models import Organisation
from app.parties.accounts.operations import end_membership
from app.parties.accounts.permissions import MATRIX, PARK_ROLES, ROLE_WORDS, Role
from app.parties.accounts.queries import organisations_of_park
from app.parties.accounts.staff import (
    Delegate,
    Invite,
    decide_join,
    delegate_role,
    invite,
    reset_factors,
    revoke_invitation,
    roles_to_give,
)
from app.parties.accounts.staff_lists import members, open_invitations, open_join_requests
from app.web.account.blueprint import bp
from app.web.account.words import PERMISSION_WORDS
from app.web.forms import FormState


@bp.get("/staff")
def staff() -> str:
    """The people of the firm or park, who is invited, and who asks to join."""
    return _page(FormState())


@bp.post("/staff/invitations")
def send_invitation() -> str | tuple[str, int]:
    """Make an invitation and show its link, once."""
    form = request.form
    try:
        command = Invite(
            recipient=form.get("recipient", ""),
            role=_role("role"),
            job_title=form.get("job_title", ""),
            organisation_id=_id(form.get("organisation_id", "")),
        )
        with unit_of_work() as work:
            made = invite(work, command)
    except InvalidInput as refused:
        return _page(FormState(form, refused.problems)), 422
    address = house().config.public_url + url_for("account.invited", token=made.token)
    return render_template("account/invitation.html", address=address, invitation=made.invitation)


@bp.post("/staff/invitations/<uuid:invitation_id>/revoke")
def end_invitation(invitation_id: UUID) -> Response:
    """Take an invitation back."""
    with unit_of_work() as work:
        revoke_invitation(work, invitation_id)
    flash(_("邀请已撤回"))
    return redirect(url_for("account.staff"), 303)


@bp.post("/staff/join-requests/<uuid:request_id>")
def decide(request_id: UUID) -> Response:
    """Let somebody in, or not."""
    is_approved = request.form.get("then") == "approve"
    with unit_of_work() as work:
        decide_join(work, request_id, approve=is_approved)
    flash(_("已同意加入") if is_approved else _("已拒绝申请"))
    return redirect(url_for("account.staff"), 303)


@bp.post("/staff/roles/<uuid:membership_id>/end")
def end_role(membership_id: UUID) -> Response:
    """Take a role away; sessions and tokens in it end at once."""
    with unit_of_work() as work:
        end_membership(work, membership_id)
    flash(_("角色已收回，相关登录与令牌立即失效"))
    return redirect(url_for("account.staff"), 303)


@bp.post("/staff/delegations")
def delegate() -> Response | tuple[str, int]:
    """Let somebody hold a role from one day to another."""
    form = request.form
    try:
        with unit_of_work() as work:
            delegate_role(work, _delegation(work))
    except InvalidInput as refused:
        return _page(FormState(form, refused.problems)), 422
    except (Conflict, NotFound) as refused:
        return _page(FormState(form, [FieldProblem("#/user_id", refused.text)])), 409
    flash(_("代理已登记，到期自动结束"))
    return redirect(url_for("account.staff"), 303)


@bp.post("/staff/people/<uuid:user_id>/reset-factors")
def forget_factors(user_id: UUID) -> Response:
    """Remove PIN and authenticator of somebody who lost their phone."""
    with unit_of_work() as work:
        reset_factors(work, user_id)
    flash(_("已重置，此人可用密码重新设置"))
    return redirect(url_for("account.staff"), 303)


@bp.get("/staff/permissions")
def matrix() -> str:
    """Which role may do what, from the one table that decides it."""
    rows = [
        (permission, word, [permission in MATRIX[role] for role in Role])
        for permission, word in PERMISSION_WORDS.items()
    ]
    return render_template(
        "account/matrix.html",
        rows=rows,
        roles=[(role, ROLE_WORDS[role], role in PARK_ROLES) for role in Role],
    )


def _page(form: FormState) -> str:
    with reading() as work:
        found = members(work)
        actor = work.actor
        own = work.session.get(Organisation, actor.organisation_id) if actor.organisation_id else None
        firms = organisations_of_park(work, actor.park_id) if actor.is_park_staff and actor.park_id else []
        given: set[Role] = set(roles_to_give(work, own))
        for firm in firms:
            given |= set(roles_to_give(work, firm))
        own_people = {
            m.user.id: m.user.name for m in found if m.membership.organisation_id == actor.organisation_id
        }
        return render_template(
            "account/staff.html",
            form=form,
            members=found,
            now=work.now,
            today=work.today,
            invitations=open_invitations(work),
            requests=open_join_requests(work),
            is_park=actor.is_park_staff,
            own_id=actor.user_id,
            firms=[(firm.id, firm.short_name) for firm in firms],
            roles=[(role.value, ROLE_WORDS[role]) for role in Role if role in given],
            own_roles=[(role.value, ROLE_WORDS[role]) for role in roles_to_give(work, own)],
            people=list(own_people.items()),
            role_words=ROLE_WORDS,
        )


def _delegation(work: Work) -> Delegate:
    """The typed days as instants: from the first one's beginning to the end of the last one, in the park's time."""
    form: Any = request.form
    first, last = _day(form.get("from", "")), _day(form.get("until", ""))
    problems = [
        FieldProblem(f"#/{name}", say("请填写日期"))
        for name, day in (("from", first), ("until", last))
        if not day
    ]
    if problems or first is None or last is None:
        raise InvalidInput(problems)
    zone = ZoneInfo(work.actor.zone)
    return Delegate(
        user_id=_id(form.get("user_id", "")) or UUID(int=0),
        role=_role("delegated_role"),
        valid_from=datetime.combine(first, time(), zone).astimezone(UTC),
        valid_until=datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC),
    )


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _role(name: str) -> Role:
    try:
        return Role(request.form.get(name, ""))
    except ValueError:
        raise InvalidInput([FieldProblem(f"#/{name}", say("请选择角色"))]) from None
