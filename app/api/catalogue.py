"""Waste codes: the national list of hazardous wastes, and the general-waste codes a park uses."""

from typing import Any

from flask import Response

from app.api.spec import blueprint
from app.entry.reply import page_of, reply
from app.entry.work import reading, unit_of_work
from app.foundation.catalogue import queries
from app.foundation.catalogue.schemas import (
    ExemptionsSchema,
    GeneralWasteClassesSchema,
    GeneralWasteCodeSchema,
    GeneralWasteCodesSchema,
    IndustriesSchema,
    IndustrySearchSchema,
    WasteCodePageSchema,
    WasteCodeSchema,
    WasteSearchSchema,
)
from app.waste.registry.general_waste import AddGeneralWasteCode, add_general_waste_code
from app.waste.registry.general_waste_schemas import AddGeneralWasteCodeSchema

bp = blueprint("waste_codes", "Waste codes: hazardous (national list 2025) and general")


@bp.route("/waste-codes")
@bp.arguments(WasteSearchSchema, location="query")
@bp.response(200, WasteCodePageSchema)
def search(query: dict[str, Any]) -> Response:
    """Search the hazardous-waste codes in force today, best match first."""
    with reading() as work:
        page = queries.search_waste(
            work, query["q"], on=work.today, limit=query["limit"], cursor=query["cursor"] or None
        )
        return reply(work, WasteCodePageSchema, page_of(page.items, page.next_cursor))


@bp.route("/waste-codes/<code>")
@bp.response(200, WasteCodeSchema)
def show(code: str) -> Response:
    """One hazardous-waste code, in any usual spelling."""
    with reading() as work:
        return reply(work, WasteCodeSchema, queries.waste_entry(work, code))


@bp.route("/waste-codes/<code>/exemptions")
@bp.response(200, ExemptionsSchema)
def exemptions(code: str) -> Response:
    """The exemptions that name a code or its category; those given in words need reading besides."""
    with reading() as work:
        entry = queries.waste_entry(work, code)
        return reply(work, ExemptionsSchema, {"items": queries.exemptions_for(work, entry.code)})


@bp.route("/industries")
@bp.arguments(IndustrySearchSchema, location="query")
@bp.response(200, IndustriesSchema)
def industries(query: dict[str, Any]) -> Response:
    """Classes of industries (GB/T 4754-2017, four digits) by code, words or pinyin initials."""
    with reading() as work:
        found = queries.search_industries(work, query["q"], limit=query["limit"])
        return reply(work, IndustriesSchema, {"items": found})


@bp.route("/general-waste-classes")
@bp.response(200, GeneralWasteClassesSchema)
def general_classes() -> Response:
    """The classes of industrial general waste."""
    with reading() as work:
        return reply(work, GeneralWasteClassesSchema, {"items": queries.general_waste_classes(work)})


@bp.route("/general-waste-codes")
@bp.response(200, GeneralWasteCodesSchema)
def general_codes() -> Response:
    """The general-waste codes that the caller's park uses."""
    with reading() as work:
        return reply(work, GeneralWasteCodesSchema, {"items": queries.general_waste_codes(work)})


@bp.route("/general-waste-codes", methods=["POST"])
@bp.arguments(AddGeneralWasteCodeSchema)
@bp.response(201, GeneralWasteCodeSchema)
def add_general_code(command: AddGeneralWasteCode) -> Response:
    """Add a general-waste code to the list of the caller's park."""
    with unit_of_work() as work:
        return reply(work, GeneralWasteCodeSchema, add_general_waste_code(work, command), 201)
