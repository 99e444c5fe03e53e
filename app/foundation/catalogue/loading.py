"""Bringing the shipped reference files into the database: again and again without harm, never deleting."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import insert, select

from app.foundation.catalogue import files
from app.foundation.catalogue.models import (
    CatalogueEdition,
    CatalogueFile,
    ContainerRating,
    GeneralWasteClass,
    GeneralWasteKind,
    Incompatibility,
    Industry,
    IndustryLevel,
    ListedWaste,
    RemovedWaste,
    WasteCategory,
    WasteExemption,
    WasteListNote,
)
from app.foundation.catalogue.queries import forget_catalogue
from app.foundation.core.models import Base
from app.foundation.core.work import Work

Row = dict[str, Any]

HAZARDOUS_2025: Final = "hazardous-wastes-2025"
GENERAL_2024: Final = "solid-waste-codes-2024"
INDUSTRIES_2017: Final = "gbt4754-2017"
STORAGE_2001: Final = "gb18597-2001-b"

EDITIONS: Final[list[Row]] = [
    {
        "key": HAZARDOUS_2025,
        "name": "国家危险废物名录（2025年版）",
        "in_force_on": date(2025, 1, 1),
        "in_force_until": None,
        "is_complete": True,
    },
    {
        "key": GENERAL_2024,
        "name": "固体废物分类与代码目录（生态环境部公告2024年第4号）",
        "in_force_on": date(2024, 1, 19),
        "in_force_until": None,
        "is_complete": False,
    },
    {
        "key": INDUSTRIES_2017,
        "name": "国民经济行业分类 GB/T 4754-2017",
        "in_force_on": date(2017, 10, 1),
        "in_force_until": None,
        "is_complete": True,
    },
    {
        "key": STORAGE_2001,
        "name": "GB 18597-2001 附录B（提示性附录，已由GB 18597-2023代替）",
        "in_force_on": date(2002, 7, 1),
        "in_force_until": date(2023, 6, 30),
        "is_complete": True,
    },
]


@dataclass(frozen=True)
class LoadedTable:
    """What loading did to one table."""

    table: str
    rows: int
    """Rows of the shipped files."""
    added: int
    changed: int


def load_catalogue(work: Work) -> list[LoadedTable]:
    """Bring every shipped reference file into the database and remember their hashes.

    A row is found by its edition and code; missing ones are added, differing ones corrected, none deleted.
    Processes that run already keep what they have read until they are started anew.

    Raises:
        DamagedFile: a file isn't what its document says; nothing is stored.
    """
    loaded = [_merge(work, CatalogueEdition, ("key",), EDITIONS)]
    loaded += [_merge(work, WasteCategory, ("edition", "code"), _category_rows())]
    category_ids = {
        category.code: category.id
        for category in work.session.scalars(
            select(WasteCategory).where(WasteCategory.edition == HAZARDOUS_2025)
        )
    }
    loaded += [
        _merge(work, ListedWaste, ("edition", "code"), _waste_rows(category_ids)),
        _merge(work, RemovedWaste, ("edition", "code"), _removed_rows(category_ids)),
    ]
    loaded += [_merge(work, model, keys, rows()) for model, keys, rows in _PLAIN_TABLES]
    _remember_files(work)
    forget_catalogue(work)
    return loaded


def catalogue_is_current(work: Work) -> bool:
    """Whether the database holds exactly the reference files that ship with this program (one statement)."""
    rows = work.session.execute(select(CatalogueFile.name, CatalogueFile.sha256))
    stored = {(row.name, row.sha256) for row in rows}
    return all((name, files.sha256_of(name)) in stored for name in files.ALL)


def _merge(work: Work, model: type[Base], keys: Sequence[str], rows: Sequence[Row]) -> LoadedTable:
    stored = {
        tuple(getattr(thing, key) for key in keys): thing for thing in work.session.scalars(select(model))
    }
    missing: list[Row] = []
    changed = 0
    for row in rows:
        thing = stored.get(tuple(row[key] for key in keys))
        if thing is None:
            missing.append(row)
        else:
            changed += _correct(thing, row)
    if missing:
        work.session.execute(insert(model), missing)
    return LoadedTable(model.__tablename__, len(rows), len(missing), changed)


def _correct(thing: Base, row: Row) -> bool:
    differing = {name: value for name, value in row.items() if getattr(thing, name) != value}
    for name, value in differing.items():
        setattr(thing, name, value)
    return bool(differing)


def _remember_files(work: Work) -> None:
    rows: list[Row] = [
        {"name": name, "sha256": files.sha256_of(name), "row_count": len(files.read_rows(name))}
        for name in files.ALL
    ]
    stored = {thing.name: thing for thing in work.session.scalars(select(CatalogueFile))}
    for row in rows:
        known = stored.get(row["name"])
        if known is None:
            work.session.add(CatalogueFile(**row, loaded_at=work.now))
        elif _correct(known, row):
            known.loaded_at = work.now
    work.session.flush()


def _category_rows() -> list[Row]:
    english = {row["category_code"]: row["name_en"] for row in files.read_rows(files.CATEGORY_NAMES)}
    initials = files.pinyin_initials()
    names = {row["category_code"]: row["category_name_zh"] for row in files.waste_rows()}
    return [
        {
            "edition": HAZARDOUS_2025,
            "code": code,
            "name": name,
            "name_en": english[code],
            "initials": initials[code],
        }
        for code, name in names.items()
    ]


def _waste_rows(category_ids: Mapping[str, Any]) -> list[Row]:
    initials = files.pinyin_initials()
    return [
        {
            "edition": HAZARDOUS_2025,
            "code": row["waste_code"],
            "category_id": category_ids[row["category_code"]],
            "name": row["description_zh"],
            "hazards": row["hazard_properties"].split(";"),
            "hazard_expression": row["hazard_expression"],
            "industry": row["industry_source_zh"],
            "initials": initials[row["waste_code"]],
            "change": row["change_from_2021"],
        }
        for row in files.waste_rows()
    ]


def _removed_rows(category_ids: Mapping[str, Any]) -> list[Row]:
    initials = files.pinyin_initials()
    successors = {row["removed_code"]: row["successor_code"] for row in files.read_rows(files.SUCCESSORS)}
    return [
        {
            "edition": HAZARDOUS_2025,
            "code": row["waste_code"],
            "category_id": category_ids[row["category_code"]],
            "name": row["description_2021_zh"],
            "hazards": row["hazard_properties_2021"].split(";"),
            "initials": initials[row["waste_code"]],
            "successor_code": successors.get(row["waste_code"]),
        }
        for row in files.read_rows(files.REMOVED)
    ]


def _note_rows() -> list[Row]:
    return [
        {"edition": HAZARDOUS_2025, "number": int(row["note_no"]), "wording": row["note_zh"]}
        for row in files.read_rows(files.NOTES)
    ]


def _exemption_rows() -> list[Row]:
    positions: dict[str, int] = {}
    rows = []
    for row in files.read_rows(files.EXEMPTIONS):
        positions[row["seq"]] = positions.get(row["seq"], 0) + 1
        rows.append(
            {
                "edition": HAZARDOUS_2025,
                "item": int(row["seq"]),
                "position": positions[row["seq"]],
                "scope": row["waste_codes_or_category"],
                "name": row["name_zh"],
                "stage": row["exempt_stage_zh"],
                "condition": row["condition_zh"],
                "exemption": row["exemption_zh"],
            }
        )
    return rows


def _industry_rows() -> list[Row]:
    return [
        {
            "edition": INDUSTRIES_2017,
            "code": row["code"],
            "level": IndustryLevel(row["level"]),
            "name": row["name_zh"],
            "parent_code": row["parent_code"] or None,
            "section_code": row["section_code"],
        }
        for row in files.read_rows(files.INDUSTRIES)
    ]


def _general_kind_rows() -> list[Row]:
    return [
        {
            "edition": GENERAL_2024,
            "code_from": row["code_from"],
            "code_to": row["code_to"],
            "name": row["kind_zh"],
            "remark": row["remark"],
        }
        for row in files.read_rows(files.GENERAL_KINDS)
    ]


def _general_class_rows() -> list[Row]:
    initials = files.pinyin_initials()
    return [
        {
            "edition": GENERAL_2024,
            "code": row["class_code"],
            "name": row["name_zh"],
            "initials": initials[row["class_code"]],
            "confidence": row["confidence"],
            "official_table": row["official_table"],
        }
        for row in files.read_rows(files.GENERAL_CLASSES)
    ]


def _container_rating_rows() -> list[Row]:
    return [
        {
            "edition": STORAGE_2001,
            "waste_kind": row["waste_kind_zh"],
            "material": row["container_material_zh"],
            "rating": row["rating"],
            "source": row["source"],
        }
        for row in files.read_rows(files.CONTAINER_RATINGS)
    ]


def _incompatibility_rows() -> list[Row]:
    return [
        {
            "edition": STORAGE_2001,
            "rule_id": row["rule_id"],
            "group_a": row["group_a_zh"],
            "group_a_en": row["group_a_en"],
            "group_b": row["group_b_zh"],
            "group_b_en": row["group_b_en"],
            "consequence": row["consequence_zh"],
            "consequence_en": row["consequence_en"],
            "source": row["source"],
        }
        for row in files.read_rows(files.INCOMPATIBILITIES)
    ]


_PLAIN_TABLES: Final[list[tuple[type[Base], tuple[str, ...], Callable[[], list[Row]]]]] = [
    (WasteListNote, ("edition", "number"), _note_rows),
    (WasteExemption, ("edition", "item", "position"), _exemption_rows),
    (Industry, ("edition", "code"), _industry_rows),
    (GeneralWasteKind, ("edition", "code_from"), _general_kind_rows),
    (GeneralWasteClass, ("edition", "code"), _general_class_rows),
    (ContainerRating, ("edition", "waste_kind", "material"), _container_rating_rows),
    (Incompatibility, ("edition", "rule_id"), _incompatibility_rows),
]
