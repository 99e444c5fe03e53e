"""Reads of the catalogue. The waste list is kept in memory per process; the other tables are asked when needed."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, and_, or_, select
from sqlalchemy.orm import aliased

from app.foundation.catalogue import files
from app.foundation.catalogue.codes import CodeProblem, normal_waste_code
from app.foundation.catalogue.models import (
    CatalogueEdition,
    ContainerRating,
    GeneralWasteClass,
    GeneralWasteCode,
    Incompatibility,
    Industry,
    IndustryLevel,
    ListedWaste,
    RemovedWaste,
    WasteCategory,
    WasteExemption,
    WasteListNote,
)
from app.foundation.catalogue.search import Searchable, ranked
from app.foundation.catalogue.snapshot import Catalogue, Category, WasteEntry
from app.foundation.core.errors import FieldProblem, InvalidInput, NotFound
from app.foundation.core.text import say
from app.foundation.core.work import Work

_kept: WeakKeyDictionary[Pool, Catalogue] = WeakKeyDictionary()


class CatalogueNotLoaded(RuntimeError):
    """The reference data is missing: run `flask catalogue load`."""


@dataclass(frozen=True)
class WastePage:
    """One page of search results; `next_cursor` leads to the next one, None: there is none."""

    items: Sequence[WasteEntry]
    next_cursor: str | None
    total: int
    """Of all pages."""


def catalogue_of(work: Work) -> Catalogue:
    """The waste list in memory: three statements for the first caller of a process, none afterwards.

    Raises:
        CatalogueNotLoaded: the database holds no list.
    """
    pool = work.session.get_bind().engine.pool
    kept = _kept.get(pool)
    if kept is None:
        kept = _kept[pool] = _read_catalogue(work)
    return kept


def forget_catalogue(work: Work) -> None:
    """Have the next caller of this process read the list anew."""
    _kept.pop(work.session.get_bind().engine.pool, None)


def find_waste(source: Work | Catalogue, code: str, on: date) -> WasteEntry | None:
    """The entry of a hazardous-waste code in the list in force on a day; None when it isn't valid then.

    `code` is in its normal form (`codes.normal_waste_code`). 900-000-XX is valid for every category.
    """
    return _catalogue(source).find(code, on)


def waste_entry(work: Work, code: str) -> WasteEntry:
    """The entry of a code in any usual spelling, in the list in force today.

    Raises:
        NotFound: it isn't listed; the text says whether it has been, and what to use now.
    """
    catalogue = catalogue_of(work)
    try:
        normal = normal_waste_code(code)
    except CodeProblem as problem:
        raise NotFound(problem.text) from None
    if entry := catalogue.find(normal, work.today):
        return entry
    if successor := catalogue.successor_of(normal):
        raise NotFound(
            say("危险废物代码 {code} 已不在现行名录，现为 {successor}", code=normal, successor=successor.code)
        )
    raise NotFound(say("危险废物代码 {code} 不在现行名录", code=normal))


def search_waste(
    source: Work | Catalogue, text: str, *, on: date, limit: int = 20, cursor: str | None = None
) -> WastePage:
    """Codes of the list in force on a day that fit `text`: a code or part of one, with or without hyphens, a
    category, Chinese words from one character up, English category names, pinyin initials. Every word must fit.

    Best first: exact code, beginning of a code, category, part of a code, the waste itself, its category's
    name, the rest of the wording, industry, words found in pieces, initials. No text: the whole list.

    Args:
        cursor: `next_cursor` of the page before, with the same text.

    Raises:
        InvalidInput: the cursor isn't one of this search.
    """
    found = [entry for entry in ranked(_searchables(_catalogue(source)), text) if entry.is_listed_on(on)]
    start = _start(found, cursor)
    items = found[start : start + limit]
    return WastePage(items, items[-1].code if len(found) > start + limit else None, len(found))


def waste_notes(work: Work) -> Sequence[WasteListNote]:
    """The notes to the table of the list, by number."""
    return work.session.scalars(select(WasteListNote).order_by(WasteListNote.number)).all()


def exemptions_for(work: Work, code: str) -> Sequence[WasteExemption]:
    """The exemptions that name this code or its category. Items given in words apply as well, but need reading."""
    named = or_(
        WasteExemption.scope.contains(code),
        WasteExemption.name.contains(code),
        WasteExemption.scope == f"HW{code[-2:]}",
    )
    order = (WasteExemption.item, WasteExemption.position)
    return work.session.scalars(select(WasteExemption).where(named).order_by(*order)).all()


def general_waste_classes(work: Work) -> Sequence[GeneralWasteClass]:
    """The classes of industrial general waste, by code."""
    return work.session.scalars(select(GeneralWasteClass).order_by(GeneralWasteClass.code)).all()


def general_waste_codes(work: Work) -> Sequence[GeneralWasteCode]:
    """The codes of general waste that the actor's park uses, by code."""
    mine = or_(GeneralWasteCode.park_id.is_(None), GeneralWasteCode.park_id == work.actor.park_id)
    return work.session.scalars(select(GeneralWasteCode).where(mine).order_by(GeneralWasteCode.code)).all()


def industry(work: Work, code: str) -> Industry | None:
    """The line of GB/T 4754 with this code: a letter or two to four digits."""
    return work.session.scalars(select(Industry).where(Industry.code == code)).first()


def search_industries(work: Work, text: str, *, limit: int = 20) -> Sequence[Industry]:
    """Classes of GB/T 4754 (four digits) by code, of which every word of `text` is the beginning of the code, part of
    the name or of that of the group above, or of the pinyin initials. No text: the first of all. One statement.
    """
    group = aliased(Industry)
    chosen = (
        select(Industry)
        .outerjoin(group, and_(group.edition == Industry.edition, group.code == Industry.parent_code))
        .where(Industry.level == IndustryLevel.CLASS)
    )
    for word in unicodedata.normalize("NFKC", text).split():
        names = (one.name.contains(word, autoescape=True) for one in (Industry, group))
        starts = Industry.code.startswith(word, autoescape=True)
        chosen = chosen.where(or_(starts, *names, Industry.code.in_(_industries_with_initials(word))))
    return work.session.scalars(chosen.order_by(Industry.code).limit(limit)).all()


def _industries_with_initials(word: str) -> list[str]:
    if not (word.isascii() and word.isalpha()):
        return []
    letters = word.lower()
    return [
        code for code, initials in files.pinyin_initials().items() if code.isdigit() and letters in initials
    ]


def container_ratings(work: Work) -> dict[tuple[str, str], str]:
    """How each container material suits each kind of waste: (kind, material) -> R, A, N or *."""
    columns = select(ContainerRating.waste_kind, ContainerRating.material, ContainerRating.rating)
    return {(kind, material): rating for kind, material, rating in work.session.execute(columns)}


def incompatibilities(work: Work) -> Sequence[Incompatibility]:
    """The pairs of substances that must be kept apart (GB 18597-2001 annex B: guidance today)."""
    return work.session.scalars(select(Incompatibility).order_by(Incompatibility.rule_id)).all()


def _catalogue(source: Work | Catalogue) -> Catalogue:
    return source if isinstance(source, Catalogue) else catalogue_of(source)


@lru_cache(maxsize=4)
def _searchables(catalogue: Catalogue) -> tuple[Searchable, ...]:
    return tuple(map(Searchable.of, catalogue.all_entries))


def _start(found: Sequence[WasteEntry], cursor: str | None) -> int:
    if cursor is None:
        return 0
    for position, entry in enumerate(found, start=1):
        if entry.code == cursor:
            return position
    raise InvalidInput([FieldProblem("#/cursor", say("这个翻页位置不属于本次查询，请从第一页重新开始"))])


def _read_catalogue(work: Work) -> Catalogue:
    categories = {
        row.id: Category(row.code, row.name, row.name_en, row.initials)
        for row in work.session.scalars(select(WasteCategory))
    }
    listed = work.session.execute(
        select(ListedWaste, CatalogueEdition.in_force_on).join(CatalogueEdition).order_by(ListedWaste.code)
    ).all()
    if not listed:
        raise CatalogueNotLoaded("no hazardous-waste list in the database; run `flask catalogue load`")
    removed = work.session.execute(
        select(RemovedWaste, CatalogueEdition.in_force_on).join(CatalogueEdition).order_by(RemovedWaste.code)
    ).all()
    entries = [_listed_entry(row, categories[row.category_id], first_day) for row, first_day in listed]
    entries += [_removed_entry(row, categories[row.category_id], first_day) for row, first_day in removed]
    return Catalogue.of(
        categories.values(), sorted(entries, key=lambda entry: (entry.category.code, entry.code))
    )


def _listed_entry(row: ListedWaste, category: Category, first_day: date) -> WasteEntry:
    return WasteEntry(
        code=row.code,
        category=category,
        name=row.name,
        hazards=tuple(row.hazards),
        hazard_expression=row.hazard_expression,
        industry=row.industry,
        initials=row.initials,
        change=row.change,
        listed_from=first_day if row.change == "new" else None,
    )


def _removed_entry(row: RemovedWaste, category: Category, first_day: date) -> WasteEntry:
    return WasteEntry(
        code=row.code,
        category=category,
        name=row.name,
        hazards=tuple(row.hazards),
        hazard_expression="，".join(row.hazards),
        industry="",
        initials=row.initials,
        change="removed",
        listed_until=first_day - timedelta(days=1),
        successor_code=row.successor_code,
    )
