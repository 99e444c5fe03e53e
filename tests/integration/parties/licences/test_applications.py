"""A licence is handed in, checked field by field, queried in one message, answered, and becomes a new edition."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.entry.work import house
from app.foundation.core.errors import Conflict, InvalidInput, NotFound, NotPermitted, VersionConflict
from app.foundation.core.ids import new_id
from app.foundation.core.units import Grams
from app.foundation.files.models import StoredFile
from app.foundation.files.operations import FileStore
from app.foundation.trace.models import TraceEvent
from app.parties.licences import operations, queries
from app.parties.licences.commands import (
    AnswerQueries,
    ApplyForLicence,
    ChangeLicenceState,
    JudgeField,
    LicensedWaste,
    RecordEarlierUse,
    RecordRenewalFiling,
)
from app.parties.licences.documents import store_document
from app.parties.licences.models import (
    ApplicationKind,
    ApplicationState,
    IssuerLevel,
    LicenceState,
    OperatingLicence,
)
from app.parties.licences.review import REVIEW
from app.web.licences.blueprint import file_response
from tests.integration.waste.consignments.world import TODAY, World, a_licence, build

SCALE = Grams(3_000_000_000)
FULL = {
    "legal_name": "云栈溶剂再生有限公司",
    "legal_rep": "江望舒",
    "domicile": "澄湖路 11 号",
    "facility_address": "澄湖路 11 号",
    "issuer_level": IssuerLevel.PROVINCE,
}


@pytest.fixture
def world(database) -> World:
    return build(database, has_plan=False, **FULL)


@pytest.fixture
def files(tmp_path) -> FileStore:
    return FileStore(tmp_path)


def renewed(world, **changes):
    wanted = a_licence(
        world.consignee.organisation_id,
        number="演危许 2030-001",
        valid_from=date(2030, 3, 1),
        valid_to=date(2035, 2, 28),
        yearly_scale=SCALE,
        **FULL,
    )
    return replace(wanted, **changes)


def handed_in(world, files, kind=ApplicationKind.RENEWAL, **changes):
    licence_id = None if kind is ApplicationKind.NEW else world.licence_id
    with world.doing(world.consignee) as work:
        file = store_document(work, files, b"%PDF-1.7 a licence", "许可证.pdf")
        return operations.apply_for_licence(
            work, ApplyForLicence(kind, renewed(world, **changes), file.id, licence_id)
        )


def judged(world, application, *, queried=()):
    for field in REVIEW:
        with world.doing(world.operator) as work:
            is_fine = field.name not in queried
            text = "" if is_fine else "扫描件上是 3000 吨"
            command = JudgeField(field.name, is_fine, application.version, text)
            application = operations.judge_field(work, application.id, command)
    return application


def test_all_fields_accepted_make_a_new_edition_that_shares_the_years_use(world, files):
    application = judged(world, handed_in(world, files))
    with world.doing(world.consignee) as work:
        operations.use_licence(
            work, world.licence_id, {"900-402-06": Grams(5)}, consignment_id=new_id(), event_id=new_id()
        )

    with world.doing(world.operator) as work:
        done = operations.approve_application(work, application.id, application.version)

    with world.seeing(world.consignee) as work:
        old = queries.licence_for(work, world.licence_id)
        new = queries.licence_for(work, done.licence_id)
        usable = queries.usable_licence(work, world.consignee.organisation_id, TODAY)
        later = queries.usable_licence(work, world.consignee.organisation_id, date(2031, 1, 1))
    assert done.state is ApplicationState.APPROVED
    assert (new.licence.root_id, new.licence.replaces_id) == (old.licence.id, old.licence.id)
    assert (new.used, new.licence.yearly_scale) == (5, SCALE)
    assert usable.licence.id == old.licence.id
    assert later.licence.id == new.licence.id


def test_queries_go_back_as_one_message_and_only_what_changed_is_checked_again(world, files):
    application = judged(world, handed_in(world, files), queried={"yearly_scale", "legal_rep"})
    with pytest.raises(Conflict), world.doing(world.operator) as work:
        operations.approve_application(work, application.id, application.version)
    with world.doing(world.operator) as work:
        application = operations.send_queries(work, application.id, application.version)
    (message,) = application.rounds
    assert message["queries"] == {
        "yearly_scale": "扫描件上是 3000 吨",
        "legal_rep": "扫描件上是 3000 吨",
    }

    with pytest.raises(InvalidInput) as refused, world.doing(world.consignee) as work:
        command = AnswerQueries(renewed(world), {"legal_rep": "与正本一致"}, application.version)
        operations.answer_queries(work, application.id, command)
    assert [one.pointer for one in refused.value.problems] == ["#/answers/yearly_scale"]
    with world.doing(world.consignee) as work:
        better = renewed(world, yearly_scale=Grams(SCALE * 2))
        command = AnswerQueries(better, {"legal_rep": "与正本一致"}, application.version)
        application = operations.answer_queries(work, application.id, command)

    assert (application.state, application.round) == (ApplicationState.SUBMITTED, 2)
    assert set(application.verdicts) == {field.name for field in REVIEW} - {"yearly_scale", "legal_rep"}
    assert application.rounds[0]["answer"]["changed"] == ["yearly_scale"]


def test_a_change_keeps_to_name_person_and_seat(world, files):
    now = {"number": "演危许 2025-006", "valid_from": date(2025, 3, 1), "valid_to": date(2030, 2, 28)}
    same = now | {"yearly_scale": Grams(2_000_000_000)}
    with pytest.raises(InvalidInput) as refused:
        handed_in(world, files, ApplicationKind.CHANGE, **now, lines=(LicensedWaste("HW08"),))
    assert {one.pointer for one in refused.value.problems} == {"#/lines", "#/yearly_scale"}

    application = judged(world, handed_in(world, files, ApplicationKind.CHANGE, **same, legal_rep="贺云舟"))
    with world.doing(world.operator) as work:
        operations.approve_application(work, application.id, application.version)

    with world.seeing(world.operator) as work:
        licence = work.session.get_one(OperatingLicence, world.licence_id)
        assert (licence.legal_rep, licence.number) == ("贺云舟", "演危许 2025-006")
        assert work.session.scalar(select(func.count(OperatingLicence.id))) == 1


def test_everything_wrong_is_told_at_once_and_nothing_is_written(world, files):
    with world.seeing(world.operator) as work:
        before = work.session.scalar(select(func.count(TraceEvent.id)))

    with pytest.raises(InvalidInput) as refused:
        lines = (LicensedWaste("HW06", method="Q1"), LicensedWaste("HW06"))
        handed_in(
            world,
            files,
            legal_rep=" ",
            issuer_level=None,
            facility_address="",
            valid_to=date(2020, 1, 1),
            lines=lines,
        )

    assert {one.pointer for one in refused.value.problems} == {
        "#/legal_rep", "#/issuer_level", "#/facility_address", "#/valid_to", "#/lines/0", "#/lines/1",
    }  # fmt: skip
    with world.seeing(world.operator) as work:
        assert work.session.scalar(select(func.count(TraceEvent.id))) == before


def test_each_act_is_for_its_own_side_and_turn(world, files):
    application = handed_in(world, files)
    key, version = application.id, application.version
    accept = JudgeField("number", True, version)
    with pytest.raises(Conflict):
        handed_in(world, files)
    for error, actor, act in [
        (NotPermitted, world.consignee, lambda w: operations.judge_field(w, key, accept)),
        (NotPermitted, world.operator, lambda w: operations.withdraw_application(w, key, version)),
        (NotPermitted, world.carrier, lambda w: operations.withdraw_application(w, key, version)),
        (NotFound, world.operator, lambda w: operations.judge_field(w, new_id(), accept)),
        (VersionConflict, world.operator, lambda w: operations.judge_field(w, key, replace(accept, seen_version=9))),
        (InvalidInput, world.operator, lambda w: operations.judge_field(w, key, replace(accept, field="x"))),
        (InvalidInput, world.operator, lambda w: operations.judge_field(w, key, replace(accept, is_accepted=False))),
        (Conflict, world.operator, lambda w: operations.send_queries(w, key, version)),
        (Conflict, world.consignee, lambda w: operations.answer_queries(w, key, AnswerQueries(renewed(world), {}, version))),
    ]:  # fmt: skip
        with pytest.raises(error), world.doing(actor) as work:
            act(work)
    with world.doing(world.consignee) as work:
        gone = operations.withdraw_application(work, key, version)
    assert gone.state is ApplicationState.WITHDRAWN
    assert handed_in(world, files).state is ApplicationState.SUBMITTED


def test_a_suspension_has_days_and_a_revocation_is_final(world):
    last = TODAY + timedelta(days=10)
    with world.doing(world.operator) as work:
        command = ChangeLicenceState(LicenceState.SUSPENDED, 1, from_on=TODAY, to_on=last)
        licence = operations.change_licence_state(work, world.licence_id, command)
    assert [licence.is_suspended(day) for day in (TODAY - timedelta(1), TODAY, last, last + timedelta(1))] == [
        False, True, True, False,
    ]  # fmt: skip
    with pytest.raises(InvalidInput), world.doing(world.operator) as work:
        command = ChangeLicenceState(LicenceState.SUSPENDED, licence.version, from_on=last, to_on=TODAY)
        operations.change_licence_state(work, world.licence_id, command)
    with world.doing(world.operator) as work:
        command = ChangeLicenceState(LicenceState.REVOKED, licence.version)
        licence = operations.change_licence_state(work, world.licence_id, command)
    assert (licence.ended_on, licence.suspended_from) == (TODAY, None)
    with pytest.raises(Conflict), world.doing(world.operator) as work:
        operations.change_licence_state(
            work, world.licence_id, ChangeLicenceState(LicenceState.VALID, licence.version)
        )


def test_the_filing_of_a_renewal_and_use_outside_the_platform_are_entered(world):
    with world.doing(world.consignee) as work:
        licence = operations.record_renewal_filing(
            work, world.licence_id, RecordRenewalFiling(TODAY, seen_version=1)
        )
    with pytest.raises(NotFound), world.doing(world.consignor) as work:
        operations.record_renewal_filing(work, world.licence_id, RecordRenewalFiling(TODAY, 2))
    earlier = RecordEarlierUse({"900-402-06": Grams(700)}, TODAY.year, "经营记录簿", licence.version)
    with pytest.raises(InvalidInput) as refused, world.doing(world.operator) as work:
        wrong = replace(earlier, masses={"900-249-08": Grams(1), "900-402-06": Grams(0)})
        operations.record_earlier_use(work, world.licence_id, wrong)
    with world.doing(world.operator) as work:
        operations.record_earlier_use(work, world.licence_id, earlier)

    assert len(refused.value.problems) == 2
    with world.seeing(world.operator) as work:
        assert queries.licence_for(work, world.licence_id).used == 700


def test_a_document_with_a_chinese_name_reaches_the_browser(app):
    with app.test_request_context():
        (house().files.path("ab" * 32)).parent.mkdir(parents=True, exist_ok=True)
        house().files.path("ab" * 32).write_bytes(b"%PDF-")
        file = StoredFile(sha256="ab" * 32, media_type="application/pdf", filename="许可证.pdf")

        shown = file_response(file, as_view=True)

    shown.headers["Content-Disposition"].encode("latin-1")
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
