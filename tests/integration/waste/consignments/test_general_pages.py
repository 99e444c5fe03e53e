"""General waste by pages and by API: a short form, the acts on one page, refusals that keep what was typed."""

from uuid import UUID

import pytest

from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import new_key
from app.waste.consignments.models import Consignment
from app.waste.consignments.workflow import ConsignmentState
from tests.integration.waste.consignments.general_world import TONNE, build_general
from tests.integration.waste.consignments.test_pages import PIN, act

S = ConsignmentState


@pytest.fixture
def general(world, app, pins):
    with world.doing(world.operator) as work:
        new_key(work, app.extensions["house"].keyring, KeyPurpose.QR)
    return build_general(world)


def typed(general, mass="8000", **changes):
    w, stream = general.world, general.stream.id
    return {
        f"mass-{stream}": mass,
        f"package-{stream}": "散装",
        "consignee": f"{w.consignee.organisation_id}/{w.consignee_site_id}",
        "vehicle": f"{w.carrier.organisation_id}/{w.vehicle_id}",
        "planned_method": "R3",
        "go": "check",
    } | changes


def test_the_whole_journey_by_forms(world, general, client_of):
    batch = general.batch(9)
    producer, driver, recycler = (
        client_of(actor.user_id) for actor in (world.consignor, world.carrier, world.consignee)
    )

    empty = producer.get("/consignments/general/new")
    assert "废塑料" in empty.text and batch.code in empty.text
    page = producer.post("/consignments/general", data=typed(general), follow_redirects=True)
    assert "批次存量足够" in page.text and "国家联单编号" not in page.text
    page = act(producer, page, "submission")
    assert "登记装车量" in page.text

    page = act(producer, page, "load", **{"masses-1": "9500"})
    assert page.status_code == 422
    assert "现有 9,000.000 kg" in page.text and 'value="9500"' in page.text
    number = page.request.path.split("/")[2]
    page = act(producer, producer.get(f"/consignments/{number}"), "load", **{"masses-1": "7850"})
    assert "装车量已登记" in page.text
    page = act(producer, page, "consignor-signature", factor_code=PIN)
    page = act(driver, driver.get(f"/consignments/{number}"), "carrier-signature", factor_code=PIN)
    assert "运输中" in page.text and "随车二维码" in page.text

    page = act(recycler, recycler.get(f"/consignments/{number}"), "arrival", gate_gross_kg="15800")
    page = act(recycler, page, "tare", gate_tare_kg="8000")
    assert page.status_code == 200
    page = act(recycler, page, "load-receipt", **{"masses-1": "6000", "factor_code": PIN})
    assert page.status_code == 422 and "须按差异处理" in page.text
    page = recycler.get(f"/consignments/{number}")
    page = act(recycler, page, "load-receipt", **{"masses-1": "7800", "factor_code": PIN})
    assert "已签收" in page.text
    page = act(producer, producer.get(f"/consignments/{number}"), "completion")
    assert "已完结" in page.text
    assert general.left(batch) == 9 * TONNE - 7_850_000


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(general, client_of):
    producer = client_of(general.world.consignor.user_id)

    page = producer.post("/consignments/general", data=typed(general, mass="-3", planned_method="X9"))

    assert page.status_code == 422
    assert f'href="#f-mass-{general.stream.id}"' in page.text
    assert 'value="-3"' in page.text
    nothing = producer.post("/consignments/general", data=typed(general, mass=""))
    assert nothing.status_code == 422


def test_a_draft_is_edited_in_its_form_and_serves_as_template(world, general, client_of):
    general.batch(9)
    producer = client_of(world.consignor.user_id)
    draft = general.draft(8)

    sent_on = producer.get(f"/consignments/{draft.number}/draft")
    assert sent_on.location.endswith(f"/{draft.number}/general-draft")
    page = producer.get(sent_on.location)
    assert 'value="8000"' in page.text
    saved = producer.post(
        sent_on.location,
        data=typed(general, mass="3000", go="save", seen_version=str(draft.version)),
        follow_redirects=True,
    )
    assert "草稿已保存" in saved.text and 'value="3000"' in saved.text
    old = producer.post(sent_on.location, data=typed(general, seen_version=str(draft.version)))
    assert old.status_code == 409
    copy = producer.get(f"/consignments/general/new?template={draft.number}")
    assert 'value="3000"' in copy.text


def test_a_refused_load_is_taken_back_by_its_button(world, general, client_of):
    general.batch(9)
    trip = general.arrived(8)
    producer, recycler = client_of(world.consignor.user_id), client_of(world.consignee.user_id)

    act(recycler, recycler.get(f"/consignments/{trip.number}"), "refusal", reason="混有泥土")
    page = producer.get(f"/consignments/{trip.number}")
    assert "混有泥土" in page.text and "登记退回" in page.text
    page = act(producer, page, "load-return")
    assert "批次存量已恢复" in page.text


def test_the_same_by_api(world, general, client_of, database):
    general.batch(9)
    producer = client_of(world.consignor.user_id)
    line = {"stream_id": str(general.stream.id), "mass_kg": "8000"}
    order = {
        "lines": [line],
        "consignee_id": str(world.consignee.organisation_id),
        "consignee_site_id": str(world.consignee_site_id),
        "carrier_id": str(world.carrier.organisation_id),
        "vehicle_id": str(world.vehicle_id),
        "planned_method": "R3",
    }

    made = producer.post("/api/v1/general-consignments", json=order)
    assert made.status_code == 201
    assert (made.json["kind"], made.json["sent_mass_kg"]) == ("general", "8000.000")
    path = f"/api/v1/general-consignments/{made.json['id']}"
    again = producer.put(path, json={**order, "seen_version": 1, "lines": [{**line, "mass_kg": "5000"}]})
    assert again.json["sent_mass_kg"] == "5000.000"
    place = f"/api/v1/consignments/{made.json['id']}"
    sent = producer.post(f"{place}/submission", json={"seen_version": again.json["version"]})
    assert sent.status_code == 200, sent.json
    seen = {"seen_version": sent.json["version"], "masses": {"1": "4900"}}
    loaded = producer.put(f"{place}/load", json=seen)
    assert (loaded.json["state"], loaded.json["sent_mass_kg"]) == ("loading", "4900.000")
    assert producer.put(f"{place}/load", json=seen).status_code == 412
    shown = producer.get(place).json
    assert shown["lines"][0]["waste_code"] == "900-099-S17" and shown["containers"] == []
    assert "sign_as_consignor" in shown["open_acts"] and "load_container" not in shown["open_acts"]
    wrong = producer.post("/api/v1/general-consignments", json={"lines": [{**line, "mass_kg": "-1"}]})
    assert wrong.status_code == 422
    with database.reading(world.consignor) as work:
        assert work.session.get_one(Consignment, UUID(made.json["id"])).state is S.LOADING


@pytest.mark.parametrize("who", ["consignor", "carrier", "consignee"])
def test_the_list_shows_it_without_a_count(world, general, client_of, who):
    general.batch(9)
    trip = general.departed(8)

    page = client_of(getattr(world, who).user_id).get("/consignments/?bucket=open")

    assert trip.number in page.text and "散装" in page.text


def test_nobody_else_finds_the_form_or_the_load(world, general, client_of):
    general.batch(9)
    trip = general.submitted(8)

    assert client_of(world.carrier.user_id).get("/consignments/general/new").status_code == 403
    refused = client_of(world.carrier.user_id).put(
        f"/api/v1/consignments/{trip.id}/load", json={"seen_version": trip.version}
    )
    assert refused.status_code == 403
