"""The pages of contracts and crossings, as people use them."""

from io import BytesIO
from typing import Any

from app.waste.clearances.models import CrossingAct
from tests.integration.waste.clearances.world import SOLVENT, SUBMISSION, World

FORM: dict[str, Any] = {
    "number": "HT-2026-77",
    "kind": "both",
    "valid_from": "2026-01-01",
    "valid_to": "2099-12-31",
    "clauses": ["transport", "storage", "use", "disposal", "liability"],
    "rows": "2",
    "wastes-0-waste_code": SOLVENT,
    "wastes-0-price_yuan_per_tonne": "-1250.50",
    "do": "save",
}


def test_a_contract_is_entered_signed_by_both_and_ended_on_pages(world: World, client_of):
    producer, recycler = client_of(world.producer_member), client_of(world.recycler_member)
    partner = str(world.other_site.organisation_id)
    file = (BytesIO(b"%PDF-1.7 text"), "合同.pdf")

    made = producer.post("/clearances/contracts/new", data={**FORM, "partner_id": partner, "file": file})
    address = made.headers["Location"]
    page = producer.get(address).text

    assert made.status_code == 303
    assert "移出单位付 1250.50 元/t" in page
    assert producer.get(f"{address}/document").data == b"%PDF-1.7 text"
    assert recycler.get(address).status_code == 404
    assert producer.post(f"{address}/signature", data={"seen_version": "1"}).status_code == 303
    assert "签署合同" in recycler.get(address).text
    assert recycler.post(f"{address}/signature", data={"seen_version": "1"}).status_code == 409
    assert recycler.post(f"{address}/signature", data={"seen_version": "2"}).status_code == 303
    assert "生效中" in producer.get(address).text
    assert producer.post(f"{address}/end", data={"seen_version": "3"}).status_code == 422
    assert producer.post(f"{address}/end", data={"seen_version": "3", "reason": "换人"}).status_code == 303
    listed = producer.get("/clearances/?stage=over").text
    assert "HT-2026-77" in listed
    assert "HT-2026-77" not in producer.get("/clearances/?stage=in_force").text


def test_a_form_keeps_what_was_typed_and_names_every_problem(world: World, client_of):
    producer = client_of(world.producer_member)

    more = producer.post("/clearances/contracts/new", data={**FORM, "do": "add"})
    wrong = producer.post(
        "/clearances/contracts/new",
        data={**FORM, "partner_id": "", "wastes-0-price_yuan_per_tonne": "1.234"},
    )

    assert (more.status_code, wrong.status_code) == (200, 422)
    assert 'name="wastes-2-waste_code"' in more.text
    for name in ("partner_id", "wastes-0-price_yuan_per_tonne"):
        assert f'href="#f-{name}"' in wrong.text
    assert 'value="HT-2026-77"' in wrong.text


def test_a_crossing_is_drafted_and_led_through_its_steps_on_pages(world: World, client_of):
    producer = client_of(world.producer_member)
    receiver = f"{world.other_site.organisation_id}/{world.other_site.id}"
    form = {
        "kind": "hazardous_decision",
        "consignor_site_id": str(world.site.id),
        "receiver": receiver,
        "planned_method": "R2",
        "applied_from": "2026-01-01",
        "applied_to": "2099-12-31",
        "nearness": "none",
        "rows": "2",
        "wastes-0-waste_code": SOLVENT,
        "wastes-0-waste_name": "废有机溶剂",
        "wastes-0-mass_t": "12.5",
        "do": "save",
    }
    wrong = producer.post("/clearances/crossings/new", data={**form, "receiver": "", "wastes-0-mass_t": "x"})
    made = producer.post("/clearances/crossings/new", data=form)
    address = made.headers["Location"]

    assert (wrong.status_code, made.status_code) == (422, 303)
    assert 'href="#f-receiver"' in wrong.text
    assert 'href="#f-wastes-0-mass_t"' in wrong.text
    assert "12.5000" in producer.get(address).text
    assert producer.get(f"{address}/edit").status_code == 200
    early = producer.post(
        f"{address}/steps", data={"act": "submit", "done_on": "2026-01-02", "seen_version": "1"}
    )
    assert early.status_code == 422
    assert early.text.count("缺少材料") >= 4


def test_a_decision_shows_what_is_left_and_who_may_only_look(world: World, client_of):
    crossing = world.approved()
    submission = world.crossing(SUBMISSION)
    world.step(submission, CrossingAct.REPORT_SENDING)
    owner, receiver = client_of(world.producer_member), client_of(world.recycler_member)

    own = owner.get(f"/clearances/crossings/{crossing.id}").text
    theirs = receiver.get(f"/clearances/crossings/{crossing.id}").text

    assert "环固转2026-5" in own
    assert "登记下一步" in own
    assert "登记下一步" not in theirs
    for tab, number in (("decisions", crossing.number), ("submissions", submission.number)):
        assert number in owner.get(f"/clearances/?tab={tab}").text
        sheet = owner.get("/api/v1/crossings.csv").data.decode("utf-8-sig")
        assert number in sheet
    assert (
        owner.get("/api/v1/crossings?kind=general_submission").json["items"][0]["number"] == submission.number
    )
    assert owner.get(f"/api/v1/crossings/{crossing.id}").json["wastes"][0]["approved_kg"] == "1000.000"
