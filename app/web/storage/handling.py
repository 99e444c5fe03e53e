"""What is done with a container after its registration: one form an act."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.entry.work import house, reading, unit_of_work
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.text import Text, say
from app.foundation.core.work import Actor, Work
from app.foundation.rulebook.decision import RuleViolated
from app.waste.registry.methods import method_text
from app.waste.storage import policy, queries
from app.waste.storage.commands import (
    MergeContainers,
    RepackContainer,
    ReportDamage,
    SealContainer,
    SplitContainer,
    StartFilling,
    TreatContainer,
)
from app.waste.storage.life_schemas import (
    MergeContainersSchema,
    RepackContainerSchema,
    ReportDamageSchema,
    SealContainerSchema,
    SplitContainerSchema,
    TreatContainerSchema,
)
from app.waste.storage.models import Container
from app.waste.storage.operations.filling import report_damage, seal_container, start_filling
from app.waste.storage.operations.repacking import merge_containers, repack_container, split_container
from app.waste.storage.operations.treating import TREATMENTS, treat_container
from app.waste.storage.package_types import MATERIAL_WORDS
from app.waste.storage.queries import ContainerFilter, ContainerRow, StreamUse, streams_in_use
from app.web.forms import FormState
from app.web.parsing import instant_typed, parse_form
from app.web.storage.blueprint import PACKAGE_WORDS, bp, key_of, number_text, package_text, title_of

PARTS: Final = 4
"""Rows of the form that splits; more at once go through the API."""
PACKAGE: Final = ("package", "volume_l", "tare_kg", "material", "is_closed", "local_label")


@dataclass(frozen=True)
class ActPage:
    """What one act is called, what it does, and who may."""

    verb: Text
    icon: str
    effect: Text
    may: Callable[[Actor, Container], bool]


ACTS: Final = {
    "sealing": ActPage(say("封装"), "package", say("填了重量即记入台账；不填则下一步称重"), policy.may_fill),
    "damage": ActPage(
        say("报告破损"),
        "alert-triangle",
        say("报告后不能移动或转移，须在 24 小时内改包"),
        policy.may_report_damage,
    ),
    "repacking": ActPage(
        say("改包"),
        "package-export",
        say("全部转入新容器：新码新标签，产生日期不变，旧码作废"),
        policy.may_open,
    ),
    "split": ActPage(
        say("分装"),
        "arrows-exchange",
        say("分出的每一份有新码新标签，产生日期不变；余量留在原容器"),
        policy.may_open,
    ),
    "merger": ActPage(
        say("合并"),
        "package-import",
        say("全部转入一个新容器，贮存期限从最早的一个起算；旧码作废"),
        policy.may_open,
    ),
    "treatment": ActPage(
        say("自行利用/处置"),
        "recycle",
        say("记入出库与自行利用/处置台账；部分利用时余量的期限不变"),
        policy.may_open,
    ),
}
"""Acts by the name in their address."""


def acts_for(actor: Actor, container: Container) -> list[tuple[str, Text, str]]:
    """The acts open to the actor on a container now: address name, verb, icon."""
    return [(name, act.verb, act.icon) for name, act in ACTS.items() if act.may(actor, container)]


@bp.post("/containers/<code>/filling")
def start_to_fill(code: str) -> Response:
    """Note that a labelled package is being filled."""
    with unit_of_work() as work:
        filled = start_filling(work, key_of(code), StartFilling())
        flash(_("%(container)s 开始装填", container=title_of(filled)))
    return redirect(url_for("storage.container", code=code), 303)


@bp.get("/containers/<code>/handling/<act>")
def handle(code: str, act: str) -> str:
    """The form of one act on a container."""
    return _page(code, act, FormState(_first_values(act)))


@bp.post("/containers/<code>/handling/<act>")
def handle_now(code: str, act: str) -> Response | tuple[str, int]:
    """Do it, or show the form again with what was typed and why it was refused."""
    typed = request.form
    try:
        with unit_of_work() as work:
            if act not in DOING:
                raise NotFound
            message, target = DOING[act](work, code)
    except InvalidInput as refused:
        return _page(code, act, FormState(typed, refused.problems)), 422
    except RuleViolated as refused:
        return _page(code, act, FormState(typed), refused), 422
    except Conflict as refused:
        return _page(code, act, FormState(typed, [FieldProblem("", refused.text)])), 409
    flash(message)
    return redirect(url_for("storage.container", code=target.code), 303)


def _seal(work: Work, code: str) -> tuple[str, Container]:
    command: SealContainer = parse_form(
        SealContainerSchema(), _given("gross_kg", "tare_kg", "net_kg", "fill_percent", "is_closed")
    )
    sealed = seal_container(work, key_of(code), replace(command, seen_version=_seen()))
    if sealed.net is None:
        return str(_("%(container)s 已封装，下一步称重", container=title_of(sealed))), sealed
    return str(_("%(container)s 已封装并记入台账", container=title_of(sealed))), sealed


def _damage(work: Work, code: str) -> tuple[str, Container]:
    command: ReportDamage = parse_form(ReportDamageSchema(), _given("note"))
    photo = request.files.get("photo")
    if photo is not None and photo.filename:
        command = replace(command, photo=photo.read(), photo_name=photo.filename)
    command = replace(command, seen_version=_seen())
    damaged = report_damage(work, key_of(code), command, house().files)
    return str(_("%(container)s 已报告破损，请改包", container=title_of(damaged))), damaged


def _repack(work: Work, code: str) -> tuple[str, Container]:
    command: RepackContainer = parse_form(RepackContainerSchema(), {"package": _package("package")})
    child = repack_container(work, key_of(code), replace(command, seen_version=_seen()))
    return str(_("已改包为 %(container)s，请打印新标签", container=title_of(child))), child


def _split(work: Work, code: str) -> tuple[str, Container]:
    rows = [row for row in range(PARTS) if request.form.get(f"parts-{row}-mass_kg", "").strip()]
    parts = [
        {
            "mass_kg": request.form.get(f"parts-{row}-mass_kg", ""),
            "package": _package(f"parts-{row}-package"),
        }
        for row in rows
    ]
    if not parts:
        raise InvalidInput([FieldProblem("#/parts/0/mass_kg", say("请填写至少一份的质量"))])
    try:
        command: SplitContainer = parse_form(SplitContainerSchema(), {"parts": parts})
        children = split_container(work, key_of(code), replace(command, seen_version=_seen()))
    except InvalidInput as refused:
        raise InvalidInput([_at_row(problem, rows) for problem in refused.problems]) from None
    number = len(children)
    message = str(
        ngettext("已分出 %(num)d 个容器，请打印新标签", "已分出 %(num)d 个容器，请打印新标签", number)
    )
    return message, children[0]


def _at_row(problem: FieldProblem, rows: list[int]) -> FieldProblem:
    """The problem at the row where its part was typed; empty rows are not sent."""
    match problem.pointer.split("/"):
        case ["#", "parts", place, *rest] if place.isdigit() and int(place) < len(rows):
            return FieldProblem("/".join(["#", "parts", str(rows[int(place)]), *rest]), problem.text)
    return problem


def _merge(work: Work, code: str) -> tuple[str, Container]:
    more = request.form.get("more", "").split()
    codes = list(dict.fromkeys([code, *request.form.getlist("containers"), *more]))
    given: dict[str, Any] = {"containers": codes, "package": _package("package"), **_given("stream_id")}
    command: MergeContainers = parse_form(MergeContainersSchema(), given)
    try:
        child = merge_containers(work, command)
    except InvalidInput as refused:
        raise InvalidInput([_at_codes(problem) for problem in refused.problems]) from None
    return str(_("已合并为 %(container)s，请打印新标签", container=title_of(child))), child


def _at_codes(problem: FieldProblem) -> FieldProblem:
    at_list = problem.pointer.startswith("#/containers")
    return FieldProblem("#/more", problem.text) if at_list else problem


def _treat(work: Work, code: str) -> tuple[str, Container]:
    given = _given("method_code", "facility_code", "operator", "mass_kg", "finished_at")
    given["finished_at"] = (
        instant_typed(given["finished_at"], work.actor.zone) if given["finished_at"] else ""
    )
    command: TreatContainer = parse_form(TreatContainerSchema(), given)
    treated = treat_container(work, key_of(code), replace(command, seen_version=_seen()))
    return str(_("已记入自行利用/处置台账")), treated


DOING: Final[Mapping[str, Callable[[Work, str], tuple[str, Container]]]] = {
    "sealing": _seal,
    "damage": _damage,
    "repacking": _repack,
    "split": _split,
    "merger": _merge,
    "treatment": _treat,
}


def _given(*names: str) -> dict[str, Any]:
    return {name: request.form.get(name, "").strip() for name in names}


def _package(prefix: str) -> dict[str, str]:
    """The fields of a new package; empty ones count as not given."""
    typed = {name: request.form.get(f"{prefix}-{name}", "").strip() for name in PACKAGE}
    return {name: value for name, value in typed.items() if value}


def _seen() -> int | None:
    version = request.form.get("seen_version", "")
    return int(version) if version.isascii() and version.isdigit() and len(version) < 12 else None


def _first_values(act: str) -> dict[str, str]:
    return {"is_closed": "yes"} if act == "sealing" else {}


def _page(code: str, act: str, form: FormState, refused: RuleViolated | None = None) -> str:
    if act not in ACTS:
        raise NotFound
    with reading() as work:
        policy.ensure_may_read(work.actor)
        row = queries.container_row(work, key_of(code))
        may = ACTS[act].may(work.actor, row.container)
        siblings = _siblings(work, row) if act == "merger" and may else []
        streams = _streams(work, row) if act == "merger" and may else []
    found = row.container
    if not form.values:
        form = FormState(_proposed(act, found))
    return render_template(
        "storage/handling.html",
        act=act,
        about=ACTS[act],
        item=found,
        row=row,
        title=title_of(found),
        package=package_text(found),
        form=form,
        refused=refused,
        may=may,
        parts=range(PARTS),
        packages=[(name, word) for name, word in PACKAGE_WORDS.items()],
        materials=[("", say("未填")), *((one.value, word) for one, word in MATERIAL_WORDS.items())],
        closed=[("", say("未填")), ("yes", say("闭口")), ("no", say("开口"))],
        methods=[(name, method_text(name)) for name in TREATMENTS],
        siblings=siblings,
        streams=streams,
    )


def _proposed(act: str, container: Container) -> dict[str, str]:
    """A new package is most often of the kind of the old one."""
    like = {
        "package": container.package,
        "volume_l": number_text(container.volume_ml or 0),
        "material": container.material,
    }
    prefixes = ["package"] if act in ("repacking", "merger") else [f"parts-{n}-package" for n in range(PARTS)]
    return {f"{prefix}-{name}": value for prefix in prefixes for name, value in like.items() if value}


def _siblings(work: Work, row: ContainerRow) -> list[dict[str, Any]]:
    """Containers of the same waste that stand beside it."""
    wanted = ContainerFilter(
        states=tuple(policy.OPENABLE), waste_code=row.container.waste_code, zone_id=row.container.zone_id
    )
    rows, _cursor = queries.container_rows(work, wanted)
    return [
        {
            "value": one.container.code,
            "label": title_of(one.container),
            "note": f"{number_text(one.container.net or 0)} kg · {one.container.generated_on.isoformat()}",
        }
        for one in rows
        if one.container.stream_id == row.container.stream_id
        and one.container.zone_id == row.container.zone_id
        and one.container.id != row.container.id
    ]


def _streams(work: Work, row: ContainerRow) -> list[tuple[str, Text]]:
    uses: list[StreamUse] = [use for use in streams_in_use(work) if use.stream.kind is row.stream.kind]
    named = [
        (
            str(use.stream.id),
            Text(f"{use.stream.local_name or use.stream.waste_name} {use.stream.waste_code}"),
        )
        for use in uses
        if use.stream.site_id == row.container.site_id and use.stream.id != row.stream.id
    ]
    return [("", say("仍是同一种废物")), *named]
