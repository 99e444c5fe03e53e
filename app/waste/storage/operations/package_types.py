"""The kinds of package of a firm: adding one, and ending it."""

from uuid import UUID

from sqlalchemy import select

from app.foundation import trace
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotPermitted
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.parties.accounts.permissions import Permission
from app.waste.registry.policy import ensure_may
from app.waste.storage.models import PackageType
from app.waste.storage.operations.containers import MAX_VOLUME_ML, PACKAGES
from app.waste.storage.package_types import AddPackageType, Material, package_type_for

MAX_TARE = Grams(20_000_000)
"""20 t: platform limit for one empty package; a tank truck's tank weighs less."""


def add_package_type(work: Work, command: AddPackageType) -> PackageType:
    """Add a kind of package the firm uses. One that was ended under this name is used again, with new values.

    Raises:
        NotPermitted: the actor may not manage storage, or acts for no firm.
        InvalidInput: names every wrong field.
        Conflict: the firm uses one of that name.
    """
    ensure_may(work.actor, Permission.STORAGE_MANAGE)
    if work.actor.organisation_id is None:
        raise NotPermitted(say("桶型由企业自己登记"))
    if problems := _problems(command):
        raise InvalidInput(problems)
    name = command.name.strip()
    found = work.session.scalar(
        select(PackageType)
        .where(PackageType.organisation_id == work.actor.organisation_id, PackageType.name == name)
        .with_for_update()
    )
    if found is not None and found.ended_at is None:
        raise Conflict(say("已有名为“{name}”的桶型", name=name))
    kind = found or PackageType(organisation_id=work.actor.organisation_id, name=name)
    kind.package, kind.volume_ml, kind.tare = command.package, command.volume_ml, command.tare
    kind.material, kind.is_closed, kind.ended_at = command.material, command.is_closed, None
    work.session.add(kind)
    trace.record(work, "package_type.added", kind)
    return kind


def end_package_type(work: Work, package_type_id: UUID) -> PackageType:
    """Offer a kind of package no longer; what is packed in it stays as it is.

    Raises:
        NotFound: no such kind of the actor's firm, or ended already.
        NotPermitted: the actor may not manage storage.
    """
    ensure_may(work.actor, Permission.STORAGE_MANAGE)
    kind = package_type_for(work, package_type_id)
    kind.ended_at = work.now
    trace.record(work, "package_type.ended", kind)
    return kind


def _problems(command: AddPackageType) -> list[FieldProblem]:
    problems = []
    if not command.name.strip():
        problems.append(FieldProblem("#/name", say("请填写桶型名称，如 200 L 钢桶")))
    if command.package not in PACKAGES:
        problems.append(FieldProblem("#/package", say("包装类型应为桶、袋、槽罐或其他")))
    if not 0 < command.volume_ml <= MAX_VOLUME_ML:
        problems.append(FieldProblem("#/volume_l", say("请填写容器容积（升），大于 0")))
    if not 0 <= command.tare <= MAX_TARE:
        problems.append(FieldProblem("#/tare_kg", say("皮重应在 0 至 20 t 之间")))
    if command.material and command.material not in set(Material):
        problems.append(FieldProblem("#/material", say("没有这种材质；不确定就不选")))
    return problems
