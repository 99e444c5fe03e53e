"""Coming in: taking an invitation, asking a firm for a role."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.entry.guard import public
from app.entry.language import chosen_locale
from app.entry.work import caller, reading, unit_of_work
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotFound
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.accounts.commands import AddUser
from app.parties.accounts.models import Invitation, Organisation, Park
from app.parties.accounts.permissions import PARK_ROLES, ROLE_WORDS, Role
from app.parties.accounts.staff import accept_as_new, accept_as_self, ask_to_join, open_invitation
from app.web.account.blueprint import bp
from app.web.forms import FormState

MAX_TOKEN = 100


@bp.get("/join/<token>")
@public
def invited(token: str) -> str:
    """What somebody is invited to, and how they take it."""
    with reading() as work:
        row = open_invitation(work, token[:MAX_TOKEN])
        return _invited_page(
            work, row, token, FormState({"email": row.recipient if "@" in row.recipient else ""})
        )


@bp.post("/join/<token>")
@public
def accept(token: str) -> Response | tuple[str, int]:
    """Take the invitation, as the signed-in person or as a new one."""
    known, form = caller(), request.form
    try:
        with unit_of_work() as work:
            if known is not None:
                accept_as_self(work, token[:MAX_TOKEN])
            else:
                if form.get("password") != form.get("password_again"):
                    raise InvalidInput([FieldProblem("#/password_again", say("两次输入的密码不一致"))])
                person = AddUser(
                    form.get("email", ""),
                    form.get("name", "").strip()[:60],
                    form.get("phone", "").strip()[:40],
                    form.get("password", ""),
                    chosen_locale(),
                )
                accept_as_new(work, token[:MAX_TOKEN], person)
    except (InvalidInput, Conflict) as refused:
        if known is not None:
            raise
        problems = (
            refused.problems if isinstance(refused, InvalidInput) else [FieldProblem("#/email", refused.text)]
        )
        return _refused(token, problems)
    if known is not None:
        flash(_("已加入，请选择要使用的角色"))
        return redirect(url_for("account.choose_role"), 303)
    flash(_("账号已建立，请登录"))
    return redirect(url_for("auth.sign_in"), 303)


def _refused(token: str, problems: list[FieldProblem] | tuple[FieldProblem, ...]) -> tuple[str, int]:
    kept = {name: value for name, value in request.form.items() if "password" not in name}
    with reading() as work:
        row = open_invitation(work, token[:MAX_TOKEN])
        return _invited_page(work, row, token, FormState(kept, problems)), 422


def _invited_page(work: Work, row: Invitation, token: str, form: FormState) -> str:
    place = (
        work.session.get_one(Organisation, row.organisation_id).name
        if row.organisation_id
        else work.session.get_one(Park, row.park_id).name
    )
    known = caller()
    return render_template(
        "account/invited.html",
        form=form,
        token=token,
        place=place,
        role=ROLE_WORDS[row.role],
        expires_at=row.expires_at,
        who=known.user_name if known else None,
    )


@bp.get("/account/join")
def join_form() -> str:
    """Ask a firm for a role in it."""
    return _join_page(FormState())


@bp.post("/account/join")
def join() -> Response | tuple[str, int]:
    """Send the request."""
    form = request.form
    try:
        role = Role(form.get("role", ""))
    except ValueError:
        return _join_page(FormState(form, [FieldProblem("#/role", say("请选择角色"))])), 422
    try:
        with unit_of_work() as work:
            ask_to_join(work, form.get("credit_code", ""), role, form.get("job_title", ""))
    except InvalidInput as refused:
        return _join_page(FormState(form, refused.problems)), 422
    except (NotFound, Conflict) as refused:
        return _join_page(FormState(form, [FieldProblem("#/credit_code", refused.text)])), 409
    flash(_("申请已送达，对方同意后即可切换到该单位"))
    return redirect(url_for("account.show"), 303)


def _join_page(form: FormState) -> str:
    roles = [(role.value, ROLE_WORDS[role]) for role in Role if role not in PARK_ROLES]
    return render_template("account/join.html", form=form, roles=roles)
