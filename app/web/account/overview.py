"""我的账户: name and phone, password, sessions, and the role one acts in."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.entry.work import reading, unit_of_work
from app.foundation.core.errors import FieldProblem, InvalidInput
from app.parties.accounts.account import (
    change_password,
    end_other_sessions,
    end_session,
    own_user,
    revise_account,
    sessions_of,
)
from app.parties.accounts.confirming.checking import factors_of
from app.parties.accounts.permissions import ROLE_WORDS
from app.parties.accounts.signing_in import roles_of, switch_role
from app.parties.accounts.tokens import OWN_SCOPES, tokens_of
from app.web.account.blueprint import bp, ensure_password, session_token
from app.web.account.words import PERMISSION_WORDS, SCOPE_WORDS
from app.web.auth import local_path
from app.web.forms import FormState


@bp.get("/account")
def show() -> str:
    """One's own account."""
    return page()


def page(problems: Sequence[FieldProblem] = ()) -> str:
    """The account page; with problems, as it was typed."""
    with reading() as work:
        user = own_user(work)
        roles = roles_of(work, user.id)
        return render_template(
            "account/show.html",
            user=user,
            form=FormState(_kept(request.form) if problems else _values(user.name, user.phone), problems),
            factors={factor.kind.value: factor for factor in factors_of(work, user.id)},
            sessions=sessions_of(work, session_token()),
            tokens=tokens_of(work),
            now=work.now,
            roles=roles,
            role_words=ROLE_WORDS,
            scopes=_scopes(work.actor.permissions),
            scope_words=SCOPE_WORDS
            | {permission.value: word for permission, word in PERMISSION_WORDS.items()},
        )


@bp.post("/account/profile")
def revise() -> Response | tuple[str, int]:
    """Keep name and phone."""
    try:
        with unit_of_work() as work:
            revise_account(work, request.form.get("name", ""), request.form.get("phone", ""))
    except InvalidInput as refused:
        return page(refused.problems), 422
    flash(_("已保存"))
    return redirect(url_for("account.show"), 303)


@bp.post("/account/password")
def new_password() -> Response | tuple[str, int]:
    """Take a new password and end all other sessions."""
    form = request.form
    try:
        ensure_password("old_password")
        with unit_of_work() as work:
            change_password(work, form.get("password", ""), form.get("password_again", ""), session_token())
    except InvalidInput as refused:
        return page(refused.problems), 422
    flash(_("密码已更改，其他设备上的登录已结束"))
    return redirect(url_for("account.show"), 303)


@bp.post("/account/sessions/end")
def end_others() -> Response:
    """End all sessions but this one."""
    with unit_of_work() as work:
        ended = end_other_sessions(work, session_token())
    flash(_("已结束 %(n)s 个其他登录", n=ended))
    return redirect(url_for("account.show"), 303)


@bp.post("/account/sessions/<uuid:session_id>/end")
def end_one(session_id: UUID) -> Response:
    """End one session."""
    with unit_of_work() as work:
        end_session(work, session_id)
    flash(_("已结束该登录"))
    return redirect(url_for("account.show"), 303)


@bp.get("/account/role")
def choose_role() -> str:
    """In which role to go on: shown after sign-in to who has several, and from the account menu."""
    with reading() as work:
        roles = roles_of(work, own_user(work).id)
        current = next(
            (held.session.membership_id for held in sessions_of(work, session_token()) if held.is_this), None
        )
    return render_template(
        "account/role.html",
        roles=roles,
        current=current,
        role_words=ROLE_WORDS,
        next=local_path(request.args.get("next")) or "",
    )


@bp.post("/account/role")
def take_role() -> Response:
    """Go on in another role."""
    chosen = request.form.get("membership_id", "")
    with unit_of_work() as work:
        switch_role(work, session_token(), UUID(chosen) if _is_id(chosen) else UUID(int=0))
    return redirect(local_path(request.form.get("next")) or url_for("workbench.show"), 303)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _values(name: str, phone: str) -> dict[str, str]:
    return {"name": name, "phone": phone, "days": "90"}


def _kept(form: Mapping[str, str]) -> dict[str, str]:
    """What was typed, without what is secret; forms of the page that were not sent show what is stored."""
    with reading() as work:
        user = own_user(work)
        stored = _values(user.name, user.phone)
    secret = ("password", "pin", "code")
    return stored | {name: value for name, value in form.items() if not any(word in name for word in secret)}


def _scopes(permissions: frozenset[str]) -> list[tuple[str, object]]:
    """The scopes that give this role anything: read, write, then one permission each."""
    single = [(p.value, word) for p, word in PERMISSION_WORDS.items() if p.value in permissions & OWN_SCOPES]
    return [*SCOPE_WORDS.items(), *single]
