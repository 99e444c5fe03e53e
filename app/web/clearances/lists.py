"""The list: contracts, decisions, submissions, each by stage."""

import enum
from typing import Any, Final
from uuid import UUID

from flask import render_template, request, url_for

from app.entry.work import reading
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.parties.accounts.permissions import Permission
from app.waste.clearances.models import CONTRACT_KIND_WORDS, CROSSING_KIND_WORDS, CrossingKind
from app.waste.clearances.queries import (
    ContractFilter,
    ContractRow,
    CrossingFilter,
    CrossingRow,
    Stage,
    contracts_page,
    crossings_page,
)
from app.waste.clearances.queries.lists import CONTRACT_STAGES, words_of
from app.web.clearances.blueprint import bp
from app.web.clearances.looks import contract_look, crossing_look
from app.web.clearances.provinces import province_text

PAGE: Final = 20


class Tab(enum.StrEnum):
    """Which papers."""

    CONTRACTS = "contracts"
    DECISIONS = "decisions"
    SUBMISSIONS = "submissions"


TAB_WORDS: Final[dict[Tab, Text]] = {
    Tab.CONTRACTS: say("合同"),
    Tab.DECISIONS: say("跨省转移审批"),
    Tab.SUBMISSIONS: say("一般固废跨省报送"),
}
KINDS: Final = {
    Tab.DECISIONS: (CrossingKind.HAZARDOUS_DECISION, CrossingKind.GENERAL_APPROVAL),
    Tab.SUBMISSIONS: (CrossingKind.GENERAL_SUBMISSION,),
}


@bp.get("/")
def index() -> str:
    """A page of one kind of papers, newest first."""
    tab = _tab(request.args.get("tab"))
    stage = _stage(request.args.get("stage"))
    text, cursor = request.args.get("q", "")[:60], _cursor(request.args.get("cursor"))
    with reading() as work:
        rows, next_cursor = _rows(work, tab, stage, text, cursor)
        keeps = work.actor.may(Permission.CLEARANCES_MANAGE) and work.actor.organisation_id is not None
    stages = CONTRACT_STAGES if tab is Tab.CONTRACTS else tuple(Stage)
    return render_template(
        "clearances/index.html",
        tabs=[
            (word, url_for("clearances.index", tab=one.value), one is tab) for one, word in TAB_WORDS.items()
        ],
        tab=tab.value,
        tab_word=TAB_WORDS[tab],
        stages=[("", say("全部")), *words_of(stages)],
        stage=stage.value if stage else "",
        text=text,
        rows=rows,
        next_url=_url(tab, stage, text, next_cursor) if next_cursor else None,
        first_url=_url(tab, stage, text) if cursor else None,
        exports={kind: _export_url(tab, stage, text, kind) for kind in ("csv", "xlsx")},
        keeps=keeps,
    )


def _rows(
    work: Work, tab: Tab, stage: Stage | None, text: str, cursor: UUID | None
) -> tuple[list[dict[str, Any]], UUID | None]:
    if tab is Tab.CONTRACTS:
        page = contracts_page(work, ContractFilter(stage, text), cursor=cursor, limit=PAGE)
        return [_contract(row) for row in page.rows], page.next_cursor
    found = crossings_page(work, CrossingFilter(KINDS[tab], stage, text), cursor=cursor, limit=PAGE)
    return [_crossing(row) for row in found.rows], found.next_cursor


def _contract(row: ContractRow) -> dict[str, Any]:
    contract = row.contract
    return {
        "url": url_for("clearances.contract", contract_id=contract.id),
        "number": contract.number,
        "producer": row.producer_name,
        "partner": row.partner_name,
        "kind": CONTRACT_KIND_WORDS[contract.kind],
        "codes": row.waste_codes,
        "valid_from": contract.valid_from,
        "valid_to": contract.valid_to,
        "look": contract_look(row.state),
        "is_running": row.state in ("active", "signed"),
    }


def _crossing(row: CrossingRow) -> dict[str, Any]:
    crossing, cover = row.crossing, row.cover
    granted = sum(one.granted for one in cover.wastes.values())
    return {
        "url": url_for("clearances.crossing", crossing_id=crossing.id),
        "number": crossing.number,
        "decision": crossing.decision_number,
        "kind": CROSSING_KIND_WORDS[crossing.kind],
        "consignor": row.consignor_name,
        "consignee": row.consignee_name,
        "from_province": province_text(crossing.from_province),
        "to_province": province_text(crossing.to_province),
        "codes": list(cover.wastes),
        "applied": sum(one.waste.applied for one in cover.wastes.values()),
        "granted": granted,
        "drawn": sum(one.drawn for one in cover.wastes.values()),
        "valid_to": crossing.valid_to,
        "look": crossing_look(row.state),
        "is_running": row.state in ("approved", "effective"),
    }


def _tab(text: str | None) -> Tab:
    return Tab(text) if text in list(Tab) else Tab.CONTRACTS


def _stage(text: str | None) -> Stage | None:
    return Stage(text) if text in list(Stage) else None


def _cursor(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _url(tab: Tab, stage: Stage | None, text: str, cursor: UUID | None = None) -> str:
    return url_for(
        "clearances.index", tab=tab.value, stage=stage and stage.value, q=text or None, cursor=cursor
    )


def _export_url(tab: Tab, stage: Stage | None, text: str, kind: str) -> str:
    if tab is Tab.CONTRACTS:
        return url_for(f"api_clearances.contracts_{kind}", stage=stage and stage.value, text=text or None)
    only = KINDS[tab][0].value if len(KINDS[tab]) == 1 else None
    query: dict[str, Any] = {"stage": stage and stage.value, "text": text or None, "kind": only}
    return url_for(f"api_clearances.crossings_{kind}", **query)
