"""Rows judged by an earlier one come to the same verdict as rows judged by themselves."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.waste.registry.ledger_files.alike import RowsAlike
from app.waste.registry.ledger_files.reading import read_ledger
from app.waste.registry.ledger_files.table_b1 import GenerationReader
from tests.databases import ROOT
from tests.unit.waste.registry.ledgers import CREDIT_CODE, a_context

HEADER = (
    "序号,产生批次编码,产生时间,行业俗称/单位内部名称,国家危险废物名录名称,危险废物类别,危险废物代码,产生量,计量单位,"
    "容器/包装编码,容器/包装类型,容器/包装数量,产生危险废物设施编码,产生部门经办人,去向"
)
FILES = sorted(
    path.name for path in (ROOT / "tests/data/ledgers").iterdir() if path.suffix in (".csv", ".xlsx")
)


def a_row(number=1, **cells):
    values = {
        "number": str(number),
        "batch": f"HWCS20261001{number:03d}",
        "day": "2026-10-01",
        "local": "废矿物油",
        "name": "废矿物油",
        "category": "HW08",
        "code": "900-249-08",
        "mass": "0.186",
        "unit": "吨",
        "container": f"{CREDIT_CODE}9002490820261001{number:03d}",
        "kind": "200L铁桶",
        "count": "1",
        "facility": "MF0001",
        "operator": "钱例二",
        "destination": "TS001",
    }
    return ",".join((values | cells).values())


def verdict(lines, header=HEADER, **context):
    return read_ledger("\n".join([header, *lines]).encode(), "x.csv", a_context(**context)).as_json()


@pytest.fixture
def by_itself(monkeypatch):
    """The verdict with every row judged by itself."""

    def judged(*args, **kwargs):
        with monkeypatch.context() as patch:
            patch.setattr(GenerationReader, "read_like_before", lambda self, line: None)
            return verdict(*args, **kwargs)

    return judged


def test_rows_like_an_earlier_one_are_not_judged_again(monkeypatch):
    judged = []
    judge = GenerationReader._judge

    def counted(self, line, cells, verdict):
        judged.append(line.number)
        judge(self, line, cells, verdict)

    monkeypatch.setattr(GenerationReader, "_judge", counted)

    found = verdict([a_row(number) for number in range(1, 101)])

    assert found["counts"]["accepted"] == 100
    assert judged == [2]


MASSES = ("0.186", "12", "0", "0.0000001", "60.000001", "60", "61", "-1", "1e3", "0.186吨", "186kg", "1,5", "007.5", "5.", ".5", "²", "１２", "", "/", " 0.2", "=1+1")  # fmt: skip
CONTAINERS = ("000", "002", "１２３", "12", "1234", "abc", " 02")
one_change = st.one_of(
    st.tuples(st.just("mass"), st.sampled_from(MASSES)),
    st.tuples(st.just("container"), st.sampled_from(CONTAINERS).map(lambda end: f"{CREDIT_CODE}9002490820261001{end}")),
    st.tuples(
        st.just("container"),
        st.sampled_from((CREDIT_CODE, CREDIT_CODE.lower(), "91330000MA0000000X")).map(
            lambda code: f"{code}9002490820261002007"
        ),
    ),
    st.tuples(st.just("batch"), st.sampled_from(("HWCS20261001000", "HWCS20261002001", "hwcs20261001009", "", "HWRK20261001001"))),
    st.tuples(st.just("day"), st.sampled_from(("2026-10-01", "2026-10-02", "2026/10/1", "2027-10-01", "10月1日", ""))),
    st.tuples(st.just("unit"), st.sampled_from(("吨", "千克", "斤", "升", "", "t"))),
    st.tuples(st.just("code"), st.sampled_from(("900-249-08", "900-402-06", "HW08 900-249-08", "900-999-99"))),
    st.tuples(st.just("destination"), st.sampled_from(("TS001", "ts001", "", "TS001,多一格"))),
)  # fmt: skip
rows = st.lists(
    st.tuples(st.integers(1, 12), st.lists(one_change, max_size=2).map(dict)), min_size=2, max_size=12
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows, st.booleans())
def test_the_verdict_is_the_same_either_way(by_itself, some_rows, has_unit):
    lines = [a_row(1), *(a_row(number, **changes) for number, changes in some_rows)]
    header = HEADER if has_unit else HEADER.replace("计量单位", "备用")

    assert verdict(lines, header) == by_itself(lines, header)


def test_a_mass_with_a_unit_of_its_own_stands_for_nobody(by_itself):
    header = HEADER.replace("计量单位", "备用")
    lines = [a_row(1, mass="186kg"), a_row(2, mass="0.186"), a_row(3, mass="186千克")]

    found = verdict(lines, header)

    assert found == by_itself(lines, header)
    assert found["counts"] | {"warnings": 0} == {"data_rows": 3, "accepted": 2, "refused": 1, "warnings": 0}


def test_what_was_imported_before_is_found_among_rows_alike(by_itself):
    lines = [a_row(number) for number in range(1, 6)]
    known = {f"{CREDIT_CODE}9002490820261001004", f"{CREDIT_CODE}9002490820261001001"}

    found = verdict(lines, known=known)

    assert found == by_itself(lines, known=known)
    assert found["counts"]["refused"] == 2


@pytest.mark.parametrize("file", FILES)
def test_the_samples_come_out_the_same(file, monkeypatch):
    content = (ROOT / "tests/data/ledgers" / file).read_bytes()
    found = read_ledger(content, file, a_context()).as_json()
    monkeypatch.setattr(RowsAlike, "find", lambda self, line: None)

    assert read_ledger(content, file, a_context()).as_json() == found
