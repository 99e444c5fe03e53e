"""The front door, the one search box, the pages of problem types, and the style guide."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.entry.guard import public
from app.entry.problem_types import described
from app.entry.work import caller, reading
from app.foundation.core.clock import utc_now
from app.foundation.core.errors import NotFound
from app.waste.consignments.queries import consignment_number_of
from app.waste.storage.queries import container_for
from app.web import style_guide as guide

bp = Blueprint("home", __name__)


@bp.get("/")
@public
def index() -> Response:
    """To the workbench, or to sign-in."""
    return redirect(url_for("workbench.show" if caller() else "auth.sign_in"))


@bp.get("/search")
def search() -> Response:
    """A pasted or scanned code jumps to its object; other words search the containers."""
    text = request.args.get("q", "").strip()[:400]
    with reading() as work:
        if number := consignment_number_of(work, text):
            return redirect(url_for("consignments.show", number=number))
        try:
            container = container_for(work, text)
            return redirect(url_for("storage.container", code=container.code))
        except NotFound:
            pass
    if not text:
        flash(_("请输入联单号、容器码、短码或废物代码"), "warn")
    return redirect(url_for("storage.containers", q=text))


@bp.get("/style-guide")
@public
def style_guide() -> str:
    """Every macro in every state."""
    return render_template("style_guide.html", **guide.samples(utc_now()))


@bp.get("/problems/<name>")
@public
def problem(name: str) -> str:
    """What a problem type means and what to do about it."""
    found = described(name)
    if found is None:
        abort(404)
    return render_template("errors/type.html", name=name, described=found)
