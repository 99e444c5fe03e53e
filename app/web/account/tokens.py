"""Making an API token, which is shown once, and taking one back."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.entry.work import unit_of_work
from app.foundation.core.errors import InvalidInput
from app.parties.accounts.tokens import MakeToken, make_token, revoke_token
from app.web.account.blueprint import bp, ensure_password, session_token
from app.web.account.overview import page


@bp.post("/account/tokens")
def new_token() -> str | tuple[str, int]:
    """Make a token in the role of this session and show it, once."""
    form = request.form
    days = form.get("days", "")
    command = MakeToken(
        label=form.get("label", ""),
        scopes=tuple(form.getlist("scopes")),
        days=int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
    )
    try:
        ensure_password("token_password")
        with unit_of_work() as work:
            token = make_token(work, session_token(), command)
    except InvalidInput as refused:
        return page(refused.problems), 422
    return render_template("account/token.html", token=token, label=command.label)


@bp.post("/account/tokens/<uuid:token_id>/revoke")
def end_token(token_id: UUID) -> Response:
    """Take a token back."""
    with unit_of_work() as work:
        revoke_token(work, token_id)
    flash(_("令牌已撤销，立即失效"))
    return redirect(url_for("account.show"), 303)
