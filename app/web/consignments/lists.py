"""The list of consignments in five buckets."""

from typing import Any
from uuid import UUID

from flask import g, render_template, request, url_for

from app.entry.work import reading
from app.foundation.catalogue.codes import printed_plate
from app.foundation.core.text import Text, say
from app.foundation.core.work import Actor
from app.parties.accounts.permissions import Permission
from app.waste.consignments.policy import ACT_WORDS, ConsignmentAct
from app.waste.consignments.queries import (
    Bucket,
    ConsignmentRow,
    bucket_counts,
    consignments_page,
)
from app.web.consignments.blueprint import bp

PAGE = 20
BUCKET_WORDS: dict[Bucket, Text] = {
    Bucket.DRAFTS: say("草稿"),
    Bucket.MINE: say("待我处理"),
    Bucket.OPEN: say("进行中"),
    Bucket.DONE: say("已完成"),
    Bucket.TROUBLED: say("异常"),
}
MINE_WORDS: dict[ConsignmentAct, Text] = {
    ConsignmentAct.SIGN_AS_CONSIGNOR: say("待我签署"),
    ConsignmentAct.SIGN_AS_CARRIER: say("待我签署起运"),
}
"""Where 待我 before the name of the act would not make a sentence."""


@bp.get("/")
def index() -> str:
    """A page of one bucket; what waits for the viewer comes first."""
    with reading() as work:
        counts = bucket_counts(work)
        chosen = _bucket(work.actor, request.args.get("bucket"))
        text = request.args.get("q", "")[:40]
        page = consignments_page(
            work, bucket=chosen, cursor=_cursor(request.args.get("cursor")), limit=PAGE, text=text
        )
        may_create = work.actor.organisation_id is not None and work.actor.may(Permission.CONSIGNMENTS_SEND)
    g.badges = {**g.get("badges", {}), "consignments": counts[Bucket.MINE]}
    tabs = [
        (
            say("{bucket} {count}", bucket=BUCKET_WORDS[bucket], count=count),
            url_for("consignments.index", bucket=bucket.value),
            bucket is chosen,
        )
        for bucket, count in counts.items()
        if bucket is not Bucket.DRAFTS or may_create
    ]
    return render_template(
        "consignments/index.html",
        tabs=tabs,
        bucket=chosen.value,
        bucket_word=BUCKET_WORDS[chosen],
        rows=[_row(row) for row in page.rows],
        text=text,
        next_url=_page_url(chosen, text, page.next_cursor) if page.next_cursor else None,
        first_url=_page_url(chosen, text) if request.args.get("cursor") else None,
        may_create=may_create,
    )


def _bucket(actor: Actor, wanted: str | None) -> Bucket:
    if wanted in list(Bucket):
        return Bucket(wanted)
    return Bucket.OPEN if actor.is_park_staff else Bucket.MINE


def _cursor(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _page_url(bucket: Bucket, text: str, cursor: UUID | None = None) -> str:
    return url_for("consignments.index", bucket=bucket.value, q=text or None, cursor=cursor)


def _row(row: ConsignmentRow) -> dict[str, Any]:
    consignment = row.consignment
    return {
        "number": consignment.number,
        "national_number": consignment.national_number,
        "url": url_for("consignments.show", number=consignment.number),
        "state": consignment.state.value,
        "mine": mine_text(row.next_act) if consignment.state != "draft" else None,
        "consignor": row.consignor_name,
        "consignee": row.consignee_name,
        "carrier": row.carrier_name,
        "plate": printed_plate(row.plate) if row.plate else None,
        "wastes": list(dict.fromkeys(line.waste_code for line in row.lines)),
        "container_count": consignment.container_count,
        "mass": consignment.sent_mass,
        "at": consignment.closed_at
        or consignment.arrived_at
        or consignment.departed_at
        or consignment.created_at,
        "step": ACT_WORDS[row.next_act] if row.next_act else None,
    }


def mine_text(act: Any) -> Text | None:
    """The words of a tag that says what waits for the viewer."""
    return (MINE_WORDS.get(act) or say("待我{act}", act=ACT_WORDS[act])) if act else None
