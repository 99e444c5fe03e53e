"""Waste streams: adding one, and the texts and properties that labels and compatibility need."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.entry.work import reading, unit_of_work
from app.foundation.catalogue.queries import general_waste_codes
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.text import Text, say
from app.waste.registry.models import FORM_WORDS, WasteForm, WasteKind, WasteStream
from app.waste.registry.operations.streams import HAZARD_LETTERS, add_stream, revise_stream, stream_for
from app.waste.registry.streams import sites_of_actor
from app.waste.storage.compatibility import groups_of, properties
from app.waste.storage.facts import nature_of
from app.waste.storage.general_properties import CHOICES, QUESTIONS
from app.waste.storage.materials import RATING_WORDS, material_name, material_ratings
from app.waste.storage.policy import ensure_may_read, may_manage_containers
from app.waste.storage.schemas import AddStreamSchema, ReviseStreamSchema
from app.web.forms import FormState
from app.web.parsing import parse_form
from app.web.storage.blueprint import bp

ANSWERS: Final = {
    "oxidising": say("氧化性酸"),
    "non_oxidising": say("非氧化性酸"),
    "none": say("不是酸"),
    "yes": say("是"),
    "no": say("否"),
    "stable": say("稳定"),
    "stabilised": say("已预处理稳定"),
    "dangerous_goods": say("按危险品贮存"),
    "unstable": say("不稳定"),
}
"""Words of the answers in compatibility.toml."""

HAZARD_WORDS: Final = {
    "T": say("毒性 T"),
    "C": say("腐蚀性 C"),
    "I": say("易燃性 I"),
    "R": say("反应性 R"),
    "In": say("感染性 In"),
}
TEXTS: Final = ("main_components", "harmful_components", "precautions")
PREFIX: Final = "property-"


@bp.get("/waste-streams/new")
def new_stream() -> str:
    """The form for a kind of waste."""
    values = {"waste_code": request.args.get("code", "")[:20], "kind": request.args.get("kind", "")[:20]}
    return _form(FormState(values))


@bp.post("/waste-streams")
def create_stream() -> Response | tuple[str, int]:
    """Add a kind of waste and go on to registering a package of it."""
    typed = request.form
    try:
        given = {name: typed.get(name, "") for name in ("site_id", "waste_code", "local_name", "kind")}
        command = parse_form(AddStreamSchema(), {**given, **_texts(typed)})
        with unit_of_work() as work:
            added = add_stream(work, command)
    except InvalidInput as refused:
        return _form(FormState(typed, _onto_fields(refused))), 422
    except Conflict as refused:
        return _form(FormState(typed, [FieldProblem("#/local_name", refused.text)])), 409
    flash(_("已添加 %(name)s", name=added.local_name))
    onwards = url_for("storage.register", stream=added.id)
    if added.kind is WasteKind.GENERAL:
        onwards = url_for("storage.new_batch", stream=added.id)
    return redirect(own_path(typed.get("next")) or onwards, 303)


@bp.get("/waste-streams/<uuid:stream_id>")
def stream(stream_id: UUID) -> str:
    """The texts and properties of a waste stream as they are."""
    with reading() as work:
        ensure_may_read(work.actor)
        found = stream_for(work, stream_id)
    values: dict[str, Any] = {
        "form": found.form.value if found.form else "",
        "hazards": list(found.hazards),
        **{name: getattr(found, name) for name in TEXTS},
        **{f"{PREFIX}{name}": answer for name, answer in found.properties.items()},
    }
    return _form(FormState(values), found)


@bp.post("/waste-streams/<uuid:stream_id>")
def update_stream(stream_id: UUID) -> Response | tuple[str, int]:
    """Change the texts and properties of a waste stream."""
    typed = request.form
    with reading() as work:
        ensure_may_read(work.actor)
        found = stream_for(work, stream_id)
    try:
        command = parse_form(ReviseStreamSchema(), _texts(typed))
        with unit_of_work() as work:
            revise_stream(work, stream_id, command)
    except InvalidInput as refused:
        return _form(FormState(typed, _onto_fields(refused)), found), 422
    flash(_("已保存 %(name)s", name=found.local_name or found.waste_name))
    return redirect(own_path(typed.get("next")) or url_for("storage.stream", stream_id=stream_id), 303)


def own_path(wanted: str | None) -> str | None:
    """A path of ours to go back to; never another host."""
    parts = urlsplit(wanted or "")
    if parts.netloc or parts.scheme or not parts.path.startswith("/") or parts.path.startswith(("//", "/\\")):
        return None
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.path}{query}"


def _texts(typed: Any) -> dict[str, Any]:
    return {
        "form": typed.get("form", ""),
        "hazards": typed.getlist("hazards"),
        **{name: typed.get(name, "") for name in TEXTS},
        "properties": {
            name: answer
            for name in (*properties(), *QUESTIONS)
            if (answer := typed.get(f"{PREFIX}{name}", "").strip())
        },
    }


def _onto_fields(refused: InvalidInput) -> list[FieldProblem]:
    """Problems of list entries stand at the field that holds the list."""
    return [
        FieldProblem("/".join(problem.pointer.split("/")[:2]), problem.text) for problem in refused.problems
    ]


def _form(form: FormState, found: WasteStream | None = None) -> str:
    with reading() as work:
        ensure_may_read(work.actor)
        sites = [(str(site.id), site.name) for site in sites_of_actor(work)] if found is None else []
        may_edit = may_manage_containers(work.actor)
        codes = [(one.code, Text(f"{one.code} {one.name}")) for one in general_waste_codes(work)]
    if (found.kind if found else form.value("kind")) == WasteKind.GENERAL:
        return render_template(
            "storage/stream_general.html",
            form=form,
            stream=found,
            sites=sites,
            codes=codes,
            may_edit=may_edit,
            forms=[(kind.value, FORM_WORDS[kind]) for kind in WasteForm],
            questions=[_general_question(name) for name in QUESTIONS],
            back=own_path(request.values.get("next")),
        )
    asked = groups_of(nature_of(found)).open_questions if found else frozenset()
    return render_template(
        "storage/stream.html",
        form=form,
        stream=found,
        sites=sites,
        may_edit=may_edit,
        forms=[(kind.value, FORM_WORDS[kind]) for kind in WasteForm],
        hazards=[(letter, HAZARD_WORDS[letter]) for letter in HAZARD_LETTERS],
        asked=[_question(name) for name in properties() if name in asked],
        others=[_question(name) for name in properties() if name not in asked],
        back=own_path(request.values.get("next")),
        ratings=_ratings(found),
    )


def _ratings(found: WasteStream | None) -> list[Mapping[str, Any]]:
    """How each container material suits the waste (GB 18597-2001 annex B, table 1), in words."""
    marks = material_ratings(nature_of(found)) if found else {}
    kinds = {"R": "ok", "A": "ok", "*": "warn", "N": "bad"}
    return [
        {
            "name": material_name(name),
            "mark": mark.value,
            "words": RATING_WORDS[mark],
            "kind": kinds[mark.value],
        }
        for name, mark in marks.items()
    ]


def _general_question(name: str) -> Mapping[str, Any]:
    words: list[tuple[str, Text]] = [("I", say("第Ⅰ类")), ("II", say("第Ⅱ类"))]
    if name != "class":
        words = [("yes", ANSWERS["yes"]), ("no", ANSWERS["no"])]
    answers = [("", say("未填")), *words] if name in CHOICES else None
    return {"name": f"{PREFIX}{name}", "label": QUESTIONS[name], "answers": answers}


def _question(name: str) -> Mapping[str, Any]:
    about = properties()[name]
    answers: list[tuple[str, Text]] = [("", say("未填")), *((key, ANSWERS[key]) for key in about.answers)]
    return {"name": f"{PREFIX}{name}", "label": about.name, "answers": answers}
