"""The dangerous-goods waybill: who writes it when, what is refused, what is known beforehand, and what the rules say."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from app.foundation.core.errors import Conflict, InvalidInput, NotFound, NotPermitted, VersionConflict
from app.foundation.core.ids import new_id
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import new_key
from app.foundation.rulebook.decision import RuleViolated
from app.foundation.rulebook.outcome import OutcomeKind
from app.foundation.trace.models import TraceEvent
from app.foundation.trace.queries import timeline_of
from app.parties.accounts.confirming.enrolling import set_pin
from app.parties.licences.models import CarrierPermit
from app.waste.consignments import operations
from app.waste.consignments.commands import SignConsignment
from app.waste.consignments.commands.road import RefuseToCarry, ReopenConsignment
from app.waste.consignments.commands.waybill import RecordWaybill
from app.waste.consignments.facts import standing_findings
from app.waste.consignments.goods import GoodsClass, PackingGroup, covers_class
from app.waste.consignments.models import Consignment, ConsignmentLine
from app.waste.consignments.operations import refusal
from app.waste.consignments.queries import papers_for
from app.waste.consignments.queries.waybill import known_goods
from app.waste.consignments.readiness import readiness_of
from tests.integration.waste.consignments.test_guards import departing, signed
from tests.integration.waste.consignments.test_revisions import ask
from tests.integration.waste.consignments.world import some_goods, waybill_json
from tests.unit.foundation.documents.reading import pdf_text, squeezed

API = "/api/v1/consignments"
PIN = "271828"


def write(world, trip, who="consignor", number="YD-1", lines=None):
    lines = (some_goods(),) if lines is None else lines
    return world.do(
        getattr(world, who),
        operations.record_waybill,
        trip,
        RecordWaybill,
        waybill_number=number,
        lines=lines,
    )


def lines_of(world, trip):
    with world.seeing(world.consignor) as work:
        return papers_for(work, trip.id).lines


def unwrite(world, trip, *, number=True, goods=True):
    """As if nobody had written it."""
    with world.doing(world.operator) as work:
        if number:
            work.session.execute(
                update(Consignment).where(Consignment.id == trip.id).values(waybill_number="")
            )
        if goods:
            of_trip = ConsignmentLine.consignment_id == trip.id
            work.session.execute(update(ConsignmentLine).where(of_trip).values(dangerous_goods={}))


@pytest.mark.parametrize("who", ["consignor", "carrier"])
def test_consignor_and_carrier_write_it_and_it_leaves_one_trace(world, who):
    trip = write(world, world.submitted(), who, number="YD-2611-0001")

    (line,) = lines_of(world, trip)
    assert (trip.waybill_number, line.goods.stored()) == ("YD-2611-0001", some_goods().stored())
    assert (trip.state.value, trip.version) == ("submitted", 3)
    with world.seeing(world.operator) as work:
        event, before, *_ = timeline_of(work, trip.id)
    assert (event.name, before.name) == ("consignment.waybill_recorded", "consignment.submitted")
    assert [row["id"] for row in event.payload["changed"]] == [str(line.id)]
    assert event.payload["changed"][0]["state"]["dangerous_goods"] == line.goods.stored()


def test_it_is_written_again_until_the_carrier_signs_even_after_the_consignor(world):
    trip = write(world, signed(world), "carrier", number="YD-9")
    assert trip.waybill_number == "YD-9"
    trip = world.do(world.carrier, operations.sign_as_carrier, trip, SignConsignment)

    with pytest.raises(Conflict, match="填写危险货物运单信息"):
        write(world, trip, "carrier")


def test_what_each_signs_holds_the_waybill_as_it_was(world):
    trip = signed(world)
    trip = write(world, trip, "carrier", number="YD-9")
    world.do(world.carrier, operations.sign_as_carrier, trip, SignConsignment)

    with world.seeing(world.consignor) as work:
        first, second = papers_for(work, trip.id).signatures
        assert (first.document_hash != second.document_hash) and '"YD-9"' in second.document
        assert '"UN1993"' in first.document and '"YD-9"' not in first.document


@pytest.mark.parametrize("who", ["consignee", "operator"])
def test_nobody_else_writes_it(world, who):
    trip = world.submitted()

    with pytest.raises(NotPermitted):
        write(world, trip, who)


def test_a_draft_has_none_and_a_stranger_finds_nothing(world):
    with pytest.raises(Conflict):
        write(world, world.draft())
    stranger = replace(world.consignor, organisation_id=new_id())
    trip = world.submitted()
    with pytest.raises(NotFound), world.doing(stranger) as work:
        operations.record_waybill(work, trip.id, RecordWaybill((some_goods(),), trip.version))


def test_on_an_old_version_nothing_is_written(world):
    trip = world.submitted()
    write(world, trip)

    with pytest.raises(VersionConflict), world.doing(world.consignor) as work:
        operations.record_waybill(work, trip.id, RecordWaybill((some_goods(),), trip.version, "YD-2"))


def test_all_that_is_wrong_with_the_lines_is_said_at_once(world):
    trip = world.submitted()
    wrong = (
        some_goods(7),
        some_goods(7, goods_class=GoodsClass.TOXIC),
    )

    with pytest.raises(InvalidInput) as refused:
        write(world, trip, lines=wrong)

    assert [problem.pointer for problem in refused.value.problems] == [
        "#/lines/0/line_number",
        "#/lines/1/line_number",
        "#/lines/1/subsidiary_hazards",
        "#/lines",
    ]
    assert lines_of(world, trip)[0].goods is None

    with pytest.raises(InvalidInput) as refused:
        write(world, trip, lines=(some_goods(), some_goods()))
    assert [problem.pointer for problem in refused.value.problems] == ["#/lines/1/line_number"]


def test_the_carrier_may_come_later_with_its_number(world):
    trip = write(world, world.submitted(), number="")
    assert lines_of(world, trip)[0].goods is not None

    assert write(world, trip, "carrier", number="YD-3").waybill_number == "YD-3"


def test_another_carrier_gets_a_number_of_its_own(world):
    trip = world.do(world.carrier, refusal.refuse_to_carry, world.loaded(), RefuseToCarry, reason="车坏了")
    trip = world.do(world.consignor, refusal.reopen_consignment, trip, ReopenConsignment)

    assert trip.waybill_number == ""


# --- What is known before anybody types it ---


def known(world, trip):
    with world.seeing(world.consignor) as work:
        papers = papers_for(work, trip.id)
        return known_goods(work, papers.consignment, papers.lines)


def test_the_next_load_of_the_same_waste_knows_it_already(world, count_statements):
    assert known(world, world.submitted()) == {}
    write(world, world.submitted(), lines=(some_goods(un_number="UN1992"),))
    write(world, world.submitted())
    unwritten = world.submitted()

    with world.seeing(world.consignor) as work:
        papers = papers_for(work, unwritten.id)
        with count_statements() as sent:
            goods = known_goods(work, papers.consignment, papers.lines)

    assert goods[1].un_number == "UN1993"  # of the last one
    assert len(sent) == 1
    own = write(world, unwritten, lines=(some_goods(un_number="UN3175"),))
    assert known(world, own)[1].un_number == "UN3175"


# --- Rules ---


def outcomes(world, trip):
    with world.seeing(world.consignor) as work:
        found = readiness_of(work, papers_for(work, trip.id)).findings
    return {one.rule_id: one.outcome for one in found}


ASKED = {"HWTM-11-2-doc", "DGROAD-24", "HWTM-13-1", "JTT617-5"}


def test_from_the_submission_on_what_is_not_written_is_missing(world):
    draft = outcomes(world, world.draft())
    assert {draft[rule] for rule in ASKED} == {OutcomeKind.NOT_EVALUABLE}

    trip = world.submitted()
    submitted = outcomes(world, trip)
    assert {submitted[rule] for rule in ASKED} == {OutcomeKind.FINDING}

    written = outcomes(world, write(world, trip))
    assert {written[rule] for rule in {*ASKED, "DGROAD-waybill-trip"}} == {OutcomeKind.PASS}


@pytest.mark.parametrize(
    ("missing", "rules"),
    [
        ({"goods": False}, {"HWTM-11-2-doc", "DGROAD-24"}),
        ({"number": False}, {"HWTM-13-1", "JTT617-5"}),
    ],
)
def test_nothing_departs_without_it(world, missing, rules):
    trip = signed(world)
    unwrite(world, trip, **missing)

    assert departing(world, trip) == rules


def test_one_waybill_is_for_one_trip(world):
    world.departed()
    trip = world.with_waybill(signed(world), "YD-M-2611-0001")

    assert departing(world, trip) == {"DGROAD-waybill-trip"}


@pytest.mark.parametrize(("scope", "may"), [(["3"], True), (["8"], False)])
def test_a_scope_of_classes_is_held_against_the_class_of_the_goods(world, scope, may):
    with world.doing(world.operator) as work:
        work.session.execute(update(CarrierPermit).values(classes=scope))
    trip = write(world, world.submitted())

    found = outcomes(world, trip)

    expected = OutcomeKind.PASS if may else OutcomeKind.FINDING
    assert (found["DGROAD-scope"], found["HWTM-13-2"]) == (expected, expected)


def test_a_whole_class_covers_its_divisions():
    assert covers_class(frozenset({"6"}), "6.1") and covers_class(frozenset({"6.1"}), "6.1")
    assert not covers_class(frozenset({"6.2"}), "6.1")


def test_list_and_waybill_are_kept_with_the_consignment(world):
    trip = world.departed()

    def standing():
        with world.seeing(world.consignor) as work:
            found = standing_findings(work, papers_for(work, trip.id))
        return {one.rule_id: one.outcome for one in found if one.rule_id in ("DGROAD-wb12", "DGROAD-list")}

    assert standing() == {"DGROAD-wb12": OutcomeKind.PASS, "DGROAD-list": OutcomeKind.PASS}
    unwrite(world, trip)
    assert standing() == {"DGROAD-wb12": OutcomeKind.NOT_EVALUABLE, "DGROAD-list": OutcomeKind.FINDING}


def test_a_correction_of_the_number_is_no_longer_than_a_number(world):
    trip = world.departed()

    with pytest.raises(InvalidInput):
        ask(world, world.carrier, trip, waybill_number="9" * 41)
    assert ask(world, world.carrier, trip, waybill_number="YD-77").number == 1


# --- Page and API ---


@pytest.fixture
def keyed(app, world):
    with world.doing(world.operator) as work:
        new_key(work, app.extensions["house"].keyring, KeyPurpose.QR)
    return world


FORM = {
    "waybill_number": "YD-1",
    "goods1-un_number": "un 1993",
    "goods1-shipping_name": "废弃物，易燃液体，未另作规定的",
    "goods1-goods_class": "3",
    "goods1-packing_group": "II",
    "goods1-subsidiary_hazards": "6.1，8",
}


def post(client, trip, **fields):
    path = f"/consignments/{trip.number}"
    version = re.search(r'name="seen_version" value="(\d+)"', client.get(f"{path}/road/waybill").text)
    data = {"seen_version": version[1], **FORM, **fields}
    return client.post(f"{path}/waybill", data=data, follow_redirects=True)


@pytest.mark.usefixtures("keyed")
def test_the_form_says_what_is_wrong_beside_its_field_and_keeps_what_was_typed(world, client_of):
    trip = world.submitted()
    driver = client_of(world.carrier.user_id)

    refused = post(
        driver,
        trip,
        **{"goods1-un_number": "19", "goods1-packing_group": "", "goods1-subsidiary_hazards": "3、77"},
    )

    assert refused.status_code == 422
    for name in ("un_number", "packing_group", "subsidiary_hazards"):
        assert f'id="f-goods1-{name}-e"' in refused.text, name
    assert 'value="3、77"' in refused.text and lines_of(world, trip)[0].goods is None

    page = post(driver, trip)
    (line,) = lines_of(world, trip)
    assert line.goods.un_number == "UN1993"
    assert line.goods.subsidiary_hazards == (GoodsClass.TOXIC, GoodsClass.CORROSIVE)
    assert "危险货物运单信息已填写" in page.text and "UN1993" in page.text


@pytest.mark.usefixtures("keyed")
def test_the_form_begins_with_what_was_written_last_time(world, client_of):
    write(world, world.submitted())
    trip = world.submitted()

    form = client_of(world.carrier.user_id).get(f"/consignments/{trip.number}/road/waybill").text

    assert 'value="UN1993"' in form and 'value="6.1"' in form
    assert re.search(r'<option value="3" selected', form)


@pytest.mark.usefixtures("keyed")
def test_others_read_it_and_find_no_form(world, client_of):
    trip = world.departed()
    path = f"/consignments/{trip.number}"

    for viewer in (world.consignor, world.carrier, world.consignee, world.operator):
        page = client_of(viewer.user_id).get(path)
        assert "UN1993" in page.text and trip.waybill_number in page.text
        assert f"{path}/road/waybill" not in page.text
    assert client_of(world.consignee.user_id).get(f"{path}/road/waybill").status_code == 403
    assert client_of(world.carrier.user_id).get(f"{path}/road/waybill").status_code == 302


@pytest.mark.usefixtures("keyed")
def test_over_http_it_is_put_shown_and_refused(world, client_of):
    trip = world.submitted()
    producer, other = client_of(world.consignor.user_id), client_of(world.consignee.user_id)
    path, seen = f"{API}/{trip.id}", {"If-Match": f'"{trip.version}"'}
    assert producer.get(path).json["lines"][0]["dangerous_goods"] is None
    wrong = waybill_json() | {"waybill_number": "9" * 41}
    wrong["lines"][0] |= {"un_number": "1", "goods_class": "10", "tunnel_code": "Z", "more": 1}

    refused = producer.put(f"{path}/waybill", json=wrong, headers=seen)
    written = producer.put(f"{path}/waybill", json=waybill_json(), headers=seen)
    stale = producer.put(f"{path}/waybill", json=waybill_json(), headers=seen)
    not_theirs = other.put(f"{path}/waybill", json=waybill_json(), headers=seen)

    assert {one["pointer"] for one in refused.json["errors"]} == {
        "#/waybill_number",
        "#/lines/0/un_number",
        "#/lines/0/goods_class",
        "#/lines/0/tunnel_code",
        "#/lines/0/more",
    }
    assert (refused.status_code, written.status_code) == (422, 200)
    assert (stale.status_code, not_theirs.status_code) == (412, 403)
    shown = other.get(path).json
    assert shown["consignment"]["waybill_number"] == "YD-2026-0001"
    assert shown["lines"][0]["dangerous_goods"] == {
        "un_number": "UN1993",
        "shipping_name": some_goods().shipping_name,
        "goods_class": "3",
        "subsidiary_hazards": ["6.1"],
        "packing_group": "II",
        "tunnel_code": "D/E",
    }


@pytest.mark.usefixtures("keyed")
def test_the_same_request_twice_is_one_act(world, client_of):
    trip = world.submitted()
    producer = client_of(world.consignor.user_id)
    headers = {"If-Match": f'"{trip.version}"', "Idempotency-Key": "w-1"}

    answers = [producer.put(f"{API}/{trip.id}/waybill", json=waybill_json(), headers=headers) for _ in "12"]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json == answers[1].json
    with world.seeing(world.operator) as work:
        written = select(func.count()).where(TraceEvent.name == "consignment.waybill_recorded")
        assert work.session.scalar(written) == 1


@pytest.mark.usefixtures("keyed")
def test_the_printed_manifest_brings_the_list(world, client_of):
    trip = world.submitted()
    client = client_of(world.consignor.user_id)
    address = f"/consignments/{trip.number}/manifest.pdf"
    before = squeezed(pdf_text(client.get(address).data))

    write(world, trip, number="YD-42")
    after = squeezed(pdf_text(client.get(address).data))

    assert "托运清单" not in before
    for part in ("危险货物托运清单", "YD-42", "UN1993", "3(6.1)(D/E)", "演驾0001", "000-0000-0002"):
        assert part in after, part


def test_goods_without_a_packing_group_say_so(world):
    trip = write(world, world.submitted(), lines=(some_goods(packing_group=PackingGroup.NONE),))

    assert outcomes(world, trip)["JTT617-5"] is OutcomeKind.PASS


@pytest.mark.usefixtures("keyed")
def test_the_drivers_next_step_is_the_waybill_while_it_has_no_number(app, world, client_of):
    trip = signed(world)
    unwrite(world, trip, goods=False)
    with world.doing(world.carrier) as work:
        set_pin(work, app.extensions["house"].keyring, PIN, PIN)

    page = client_of(world.carrier.user_id).get("/workbench").text

    assert f"/consignments/{trip.number}/road/waybill" in page and "填写危险货物运单" in page


def test_a_stopped_departure_names_what_is_missing(world):
    trip = signed(world)
    unwrite(world, trip)

    with pytest.raises(RuleViolated) as refused:
        world.do(world.carrier, operations.sign_as_carrier, trip, SignConsignment)

    told = " ".join(str(finding.text()) for finding in refused.value.findings)
    assert "危险货物运单" in told and "联合国编号" in told
