"""The pages of management plans and site profiles: filled in by a person, refused with reasons, shown beside the ledger."""

import re

import pytest

from app.foundation.core.clock import utc_now
from tests.factories.plans import a_profile, filed_plan
from tests.integration.waste.storage.world import World, build


@pytest.fixture
def world(app, database) -> World:
    return build(database, app.extensions["house"].keyring)


@pytest.fixture
def producer(client_of, world):
    return client_of(world.producer.id)


def plan_path(answer) -> str:
    return answer.headers["Location"].removesuffix("/edit")


def version_on(page: str) -> str:
    return re.search(r'name="seen_version" value="(\d+)"', page)[1]


def start(producer, world):
    year = utc_now().year
    answer = producer.post("/plans", data={"site_id": str(world.site.id), "year": str(year)})
    assert answer.status_code == 303, answer.text
    return plan_path(answer)


def profile_form(**changes):
    values = {
        "industry_code": "2641",
        "started_on": "2015-05-01",
        "legal_person": "陆某",
        "technical_lead": "顾某",
        "ledger_keeper": "顾某",
        "has_own_treatment": "no",
        "answer-ledger_medium": "own",
        "answer-e_scale": "yes",
    }
    return values | changes


def test_a_plan_is_written_handed_in_filed_and_amended_by_its_pages(producer, world):
    profile = f"/sites/{world.site.id}/profile"
    assert producer.post(profile, data=profile_form()).status_code == 303
    path = start(producer, world)
    stream = str(world.streams["solvent"].id)
    for table, row in {
        "A.3": {"mass_t": "12.5", "facility_code": "MF0003", "step": "喷枪清洗"},
        "A.7": {
            "mass_t": "12.5",
            "method_code": "R2",
            "transfer_kind": "within_province",
            "receiver_kind": "licensed",
            "receiver_name": "云栈溶剂再生有限公司",
            "licence_number": "演危许可 2025-006",
        },
    }.items():
        form = {f"row-0-{name}": value for name, value in row.items()} | {
            "row-0-stream_id": stream,
            "rows": "1",
        }
        seen = version_on(producer.get(f"{path}/tables/{table}").text)
        saved = producer.post(f"{path}/tables/{table}", data=form | {"seen_version": seen})
        assert saved.status_code == 303, saved.text
    seen = version_on(producer.get(f"{path}/edit").text)
    producer.post(f"{path}/edit", data={"unit_class": "registration", "seen_version": seen})

    def act(name, **form):
        answer = producer.post(
            f"{path}/{name}", data={"seen_version": version_on(producer.get(path).text)} | form
        )
        assert answer.status_code == 303, answer.text
        return answer

    act("submission")
    act("filing", filing_number="HWJH2026001", filed_on=utc_now().date().isoformat())
    page = producer.get(path).text
    assert "HWJH2026001" in page
    assert "已备案" in page
    amended = act("amendments", reason="新增接收单位")
    assert amended.headers["Location"].endswith("/edit")


def test_a_plan_with_gaps_is_refused_with_every_reason(producer, world):
    path = start(producer, world)
    seen = version_on(producer.get(path).text)

    refused = producer.post(f"{path}/submission", data={"seen_version": seen})

    assert refused.status_code == 422
    assert "请填写法定代表人" in refused.text
    assert "A.7 还没有内容" in refused.text


def test_rows_are_added_and_taken_away_without_losing_what_was_typed(producer, world):
    path = start(producer, world)
    stream, other = (str(world.streams[name].id) for name in list(world.streams)[:2])
    typed = {"rows": "1", "row-0-stream_id": stream, "row-0-mass_t": "3.75", "seen_version": "1"}

    added = producer.post(f"{path}/tables/A.4", data=typed | {"do": "add", "streams": other}).text
    assert 'value="3.75"' in added
    assert 'name="rows" value="2"' in added

    removed = producer.post(
        f"{path}/tables/A.4",
        data=typed | {"rows": "2", "row-1-stream_id": other, "row-1-mass_t": "9.25", "do": "remove-0"},
    ).text
    assert 'value="9.25"' in removed
    assert 'value="3.75"' not in removed


def test_a_wrong_mass_stands_beside_its_field(producer, world):
    path = start(producer, world)
    form = {
        "rows": "1",
        "row-0-stream_id": str(world.streams["solvent"].id),
        "row-0-mass_t": "viel",
        "seen_version": "1",
    }

    refused = producer.post(f"{path}/tables/A.3", data=form)

    assert refused.status_code == 422
    assert 'id="f-row-0-mass_t-e"' in refused.text


def test_whoever_saw_an_older_draft_keeps_what_they_typed(producer, world):
    path = start(producer, world)
    form = {"plan": "换水性漆", "measures": "改造", "rows": "0"}
    seen = version_on(producer.get(f"{path}/tables/A.6").text)
    producer.post(f"{path}/tables/A.6", data=form | {"seen_version": seen})

    late = producer.post(f"{path}/tables/A.6", data=form | {"plan": "循环清洗", "seen_version": seen})

    assert late.status_code == 409
    assert "循环清洗" in late.text


def test_the_profile_names_wrong_fields_and_shows_findings(producer, world):
    profile = f"/sites/{world.site.id}/profile"
    wrong = profile_form(industry_code="9999", eia_t="viel", **{"answer-ledger_kept_years": "many"})

    refused = producer.post(profile, data=wrong)

    assert refused.status_code == 422
    assert 'id="f-eia_t-e"' in refused.text
    producer.post(profile, data=profile_form(**{"answer-uses_household_bins": "yes", "past-2025": "12.5"}))
    page = producer.get(profile).text
    assert "工业固废投入生活垃圾设施" in page
    assert 'value="12.5"' in page


def test_a_class_is_decided_on_the_page(producer, world):
    profile = f"/sites/{world.site.id}/profile"
    year = utc_now().year
    past = {f"past-{year - number}": "120" for number in (1, 2, 3)}
    producer.post(profile, data=profile_form(**past))

    producer.post(f"/sites/{world.site.id}/class", data={"year": str(year)})

    assert "重点监管" in producer.get(profile).text


def test_the_plan_as_files(producer, world, database):
    plan = filed_plan(database, world.actor, world.site.id, {world.streams["solvent"].id: ["云栈"]})

    workbook = producer.get(f"/plans/{plan.id}/file.xlsx")
    paper = producer.get(f"/plans/{plan.id}/file.pdf")

    assert workbook.data[:2] == b"PK"
    assert paper.data[:5] == b"%PDF-"
    assert producer.get(f"/plans/{plan.id}/file.csv").status_code == 404


def test_the_park_reads_and_others_find_nothing(client_of, world, database):
    plan = filed_plan(database, world.actor, world.site.id, {world.streams["solvent"].id: ["云栈"]})

    assert client_of(world.park.id).get(f"/plans/{plan.id}").status_code == 200
    assert client_of(world.neighbour.id).get(f"/plans/{plan.id}").status_code == 404
    assert client_of(world.park.id).get(f"/sites/{world.site.id}/profile").status_code == 200


def test_the_page_takes_the_same_statements_for_few_and_many_lines(
    producer, world, database, count_statements
):
    streams = [stream.id for stream in world.streams.values()]
    plan = filed_plan(
        database, world.actor, world.site.id, {stream: ["云栈", "白泽", "清源"] for stream in streams}
    )
    with count_statements() as many:
        producer.get(f"/plans/{plan.id}")

    assert len(many) <= 14, many
    assert a_profile().industry_code == "2641"
