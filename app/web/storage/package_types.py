"""The kinds of package a firm uses: the list, one more, and one less."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.entry.work import reading, unit_of_work
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.text import say
from app.waste.storage import policy
from app.waste.storage.operations.package_types import add_package_type, end_package_type
from app.waste.storage.package_type_schemas import AddPackageTypeSchema
from app.waste.storage.package_types import MATERIAL_WORDS, package_types_of
from app.web.forms import FormState
from app.web.parsing import parse_form
from app.web.storage.blueprint import PACKAGE_WORDS, bp, litres

FIELDS = ("name", "package", "volume_l", "tare_kg", "material")


@bp.get("/package-types")
def package_types() -> str:
    """The kinds of package of the viewer's firm, and the form for one more."""
    return _page(FormState({"is_closed": "yes"}))


@bp.post("/package-types")
def create_package_type() -> Response | tuple[str, int]:
    """Add a kind of package."""
    typed = request.form
    try:
        values = {name: typed.get(name, "") for name in FIELDS}
        closed = "true" if typed.get("is_closed") else "false"
        command = parse_form(AddPackageTypeSchema(), {**values, "is_closed": closed})
        with unit_of_work() as work:
            added = add_package_type(work, command)
    except InvalidInput as refused:
        return _page(FormState(typed, refused.problems)), 422
    except Conflict as refused:
        return _page(FormState(typed, [FieldProblem("#/name", refused.text)])), 409
    flash(_("已添加 %(name)s", name=added.name))
    return redirect(url_for("storage.package_types"), 303)


@bp.post("/package-types/<uuid:package_type_id>/end")
def retire_package_type(package_type_id: UUID) -> Response:
    """Offer a kind of package no longer."""
    with unit_of_work() as work:
        ended = end_package_type(work, package_type_id)
    flash(_("已停用 %(name)s", name=ended.name))
    return redirect(url_for("storage.package_types"), 303)


def _page(form: FormState) -> str:
    with reading() as work:
        policy.ensure_may_read(work.actor)
        own = work.actor.organisation_id
        kinds = package_types_of(work, own) if own else ()
        may_manage = policy.may_manage_storage(work.actor) and own is not None
    return render_template(
        "storage/package_types.html",
        kinds=kinds,
        form=form,
        packages=list(PACKAGE_WORDS.items()),
        package_words=PACKAGE_WORDS,
        materials=[("", say("其他或不确定")), *((kind.value, word) for kind, word in MATERIAL_WORDS.items())],
        material_words=MATERIAL_WORDS,
        litres=litres,
        may_manage=may_manage,
    )
