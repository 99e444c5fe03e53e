"""Pages of the waste codes: search of the national list, and the general-waste codes of a park."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.entry.work import reading, unit_of_work
from app.foundation.catalogue import queries
from app.foundation.catalogue.schemas import MAX_QUERY
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.waste.registry.general_waste import (
    AddGeneralWasteCode,
    add_general_waste_code,
    may_add_general_waste_codes,
)
from app.web.forms import FormState

bp = Blueprint("catalogue", __name__, url_prefix="/catalogue")

PAGE = 50


@bp.get("/")
def search() -> str:
    """Search the hazardous-waste codes in force today."""
    text = request.args.get("q", "")[:MAX_QUERY]
    with reading() as work:
        page = queries.search_waste(
            work, text, on=work.today, limit=PAGE, cursor=request.args.get("cursor") or None
        )
        notes = [(note.number, note.wording) for note in queries.waste_notes(work)]
    return render_template("catalogue/search.html", text=text, page=page, notes=notes)


@bp.get("/general-waste")
def general_waste() -> str:
    """The general-waste codes of the park, with a form for its operators."""
    return _general_waste_page(FormState())


@bp.post("/general-waste")
def add_general_waste() -> Response | tuple[str, int]:
    """Add a general-waste code to the park's list."""
    command = AddGeneralWasteCode(request.form.get("code", ""), request.form.get("name", ""))
    try:
        with unit_of_work() as work:
            added = add_general_waste_code(work, command)
    except InvalidInput as refused:
        return _general_waste_page(FormState(request.form, refused.problems)), 422
    except Conflict as refused:
        return _general_waste_page(FormState(request.form, [FieldProblem("#/code", refused.text)])), 409
    flash(_("已添加 %(code)s", code=added.code))
    return redirect(url_for("catalogue.general_waste"), 303)


def _general_waste_page(form: FormState) -> str:
    with reading() as work:
        classes = {one.code: one.name for one in queries.general_waste_classes(work)}
        codes = [(one.code, one.class_code, one.name) for one in queries.general_waste_codes(work)]
        may_add = may_add_general_waste_codes(work.actor)
    return render_template(
        "catalogue/general_waste.html", form=form, classes=classes, codes=codes, may_add=may_add
    )
