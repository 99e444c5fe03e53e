"""The ledger's pages and the import of a file, as people go through it."""

import io
import re

import pytest
from sqlalchemy import func, select

from app.foundation.core.work import Actor
from app.waste.registry import verifying
from app.waste.registry.ledger_files.reading import read_ledger
from app.waste.registry.models import LedgerImport, Posting
from tests.integration.ledger_files import (
    CLEAN,
    GENERAL,
    MESSY,
    STOCK,
    a_producer,
    a_store,
    content,
    expected,
)
from tests.unit.waste.registry.ledgers import a_context


def choose(client, file, data=None):
    data = content(file) if data is None else data
    return client.post("/ledger/import", data={"file": (io.BytesIO(data), file)})


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.get_data(as_text=True)))


def postings(session):
    session.expire_all()
    return session.scalar(select(func.count()).select_from(Posting))


@pytest.fixture
def producer(database):
    return a_producer(database, MESSY)


@pytest.fixture
def client(client_of, producer):
    return client_of(producer.member)


def test_nothing_goes_in_before_somebody_says_so(client, session):
    shown = choose(client, MESSY)
    page = client.get(shown.headers["Location"])

    assert shown.status_code == 303
    assert "还没有写入台账" in text_of(page)
    assert postings(session) == 0


def test_every_refused_row_is_shown_with_cell_value_reason_and_mend(client):
    page = client.get(choose(client, MESSY).headers["Location"])

    shown = text_of(page)
    for refusal in expected(MESSY)["refused"]:
        assert f"第 {refusal['row']} 行" in shown
        for problem in refusal["problems"]:
            assert problem["cell"] in shown
            assert problem["value"] in shown
    assert "不能导入的 18 行" in shown
    assert "可以导入的 30 行" in shown
    assert "请按名录核对八位代码" in shown


def test_only_the_right_rows_go_in_when_asked(client, session):
    where = choose(client, MESSY).headers["Location"]

    done = client.post(where, follow_redirects=True)

    assert "已导入 30 行" in text_of(done)
    assert postings(session) == 30
    assert session.scalars(select(LedgerImport)).one().refused_count == 18


def test_every_table_of_a_file_is_shown_and_stored(client_of, database):
    producer = a_producer(database)
    a_store(database, producer)
    client = client_of(producer.member)
    client.post(choose(client, CLEAN).headers["Location"])

    where = choose(client, STOCK).headers["Location"]
    shown = text_of(client.get(where))
    done = text_of(client.post(where, follow_redirects=True))

    assert "工作表“入库环节”按HJ 1259 表 B.2 入库环节读取 · 117 行" in shown
    assert "HJ 1259 表 B.3 出库环节 · 可以导入的 69 行" in shown
    assert "此文件入库减出库，剩 4.9680 t 在库" in shown
    assert "已导入 186 行" in done
    assert "HJ 1259 表 B.3 出库环节" in done and "入库容器" in done


def test_general_waste_is_shown_with_its_codes(client_of, database):
    client = client_of(a_producer(database).member)

    shown = text_of(client.get(choose(client, GENERAL).headers["Location"]))

    assert "附表2 80 行 · 433.7610 t" in shown
    assert "900-003-S17" in shown


def test_the_same_file_again_is_said_to_be_in_already(client, session):
    client.post(choose(client, MESSY).headers["Location"])

    where = choose(client, MESSY).headers["Location"]
    page = client.get(where)

    assert "这个文件已经导入过" in text_of(page)
    assert "不能导入的 48 行" in text_of(page)
    assert client.post(where).status_code == 422
    assert postings(session) == 30


def test_the_error_file_holds_the_refused_rows_and_goes_in_once_mended(client, producer, session):
    where = choose(client, MESSY).headers["Location"]
    upload_id, site = re.fullmatch(r".*/ledger/import/([^?]+)\?(.*)", where).groups()
    client.post(where)

    errors = client.get(f"/ledger/import/{upload_id}/errors.xlsx?{site}")
    again = read_ledger(
        errors.data,
        "errors.xlsx",
        a_context(
            credit_code=producer.credit_code,
            known=[row["container_code"] for row in expected(MESSY)["accepted"]],
        ),
    )

    assert errors.status_code == 200
    before = [[problem["reason"] for problem in line["problems"]] for line in expected(MESSY)["refused"]]
    assert [[problem.reason.value for problem in line.problems] for line in again.refused] == before
    page = client.get(choose(client, "未改.xlsx", errors.data).headers["Location"])
    assert "不能导入的 18 行" in text_of(page)


def test_cells_that_look_like_formulas_stay_text_in_the_error_file(client):
    rows = content(MESSY).decode("gb18030").splitlines()
    rows[8] = rows[8].replace("满桶", "").replace(rows[8].split(",")[3], "=HYPERLINK(1)")
    where = choose(client, "f.csv", "\r\n".join(rows).encode()).headers["Location"]
    upload_id, site = re.fullmatch(r".*/ledger/import/([^?]+)\?(.*)", where).groups()

    errors = client.get(f"/ledger/import/{upload_id}/errors.xlsx?{site}")

    assert b"<f>" not in _sheet_xml(errors.data)


def _sheet_xml(workbook):
    from zipfile import ZipFile

    with ZipFile(io.BytesIO(workbook)) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("data", [None, b""])
def test_no_file_or_an_empty_one_is_a_clear_error(client, session, data):
    form = {} if data is None else {"file": (io.BytesIO(data), "a.xlsx")}
    answer = client.post("/ledger/import", data=form)

    assert answer.status_code == 422
    assert "请选择一个文件" in text_of(answer) if data is None else "文件是空的" in text_of(answer)
    assert 'aria-invalid="true"' in answer.get_data(as_text=True)


def test_a_file_without_a_ledger_is_refused_whole(client):
    page = client.get(choose(client, "notes.csv", "今天下雨\r\n".encode()).headers["Location"])

    assert "文件里没有找到台账的表头" in text_of(page)
    assert "只导入" not in text_of(page)


def test_a_hundred_megabytes_are_refused_in_words(client, session):
    body = b"--x\r\nContent-Disposition: form-data; name=file; filename=a.csv\r\n\r\n" + bytes(100 * 2**20)

    answer = client.post("/ledger/import", data=body, content_type="multipart/form-data; boundary=x")

    assert answer.status_code == 413
    assert "上限" in text_of(answer)


def test_an_upload_belongs_to_its_firm(client, client_of, database, producer, session):
    where = choose(client, MESSY).headers["Location"]
    other = client_of(a_producer(database, CLEAN).member)

    assert other.get(where).status_code == 404
    assert other.post(where).status_code == 404
    assert client_of(producer.inspector).get("/ledger/import").status_code == 403
    assert choose(client_of(producer.inspector), MESSY).status_code == 403
    assert postings(session) == 0


def test_the_ledger_shows_the_month_and_its_balance(client):
    client.post(choose(client, MESSY).headers["Location"])

    page = client.get("/ledger/?month=2026-10")
    filtered = client.get("/ledger/?month=2026-10&q=900-217-08&stage=generated")

    assert "8.9940" in text_of(page)
    assert "废切削液" in text_of(page)
    assert "2 条" in text_of(filtered)
    assert "废齿轮油" in text_of(filtered)
    assert "没有符合的记录" in text_of(client.get("/ledger/?month=2026-10&stage=transferred"))
    assert client.get("/ledger/?month=nonsense&stage=x&site_id=y&cursor=z").status_code == 200


def test_every_page_and_export_is_the_same_after_balances_are_made_anew(client, database):
    client.post(choose(client, MESSY).headers["Location"], follow_redirects=True)
    paths = [
        "/ledger/?month=2026-10",
        "/ledger/?month=2026-10&view=waste",
        "/ledger/export?month=2026-10&format=csv",
        "/ledger/export?table=entries&format=csv",
        "/ledger/imports",
    ]

    def seen():
        return [_numbers(client.get(path).get_data(as_text=True)) for path in paths]

    before = seen()
    with database.writing(Actor.system()) as work:
        assert verifying.rebuild_balances(work) == 30

    for now, then in zip(seen(), before, strict=True):
        assert now.splitlines() == then.splitlines()


def _numbers(page):
    """A page without what is new at every visit: its token and the time of day."""
    lines = [line for line in page.splitlines() if "csrf" not in line.lower()]
    return re.sub(r"今天 [0-9:]+", "", "\n".join(lines))


def test_a_new_firm_is_shown_the_first_steps_and_then_its_work(client):
    new = client.get("/workbench")
    client.post(choose(client, MESSY).headers["Location"])
    still = client.get("/workbench")

    assert "第一个贮存设施" in text_of(new)
    assert "第一个贮存设施" in text_of(still)
    assert "还差 1 步" in text_of(still)


def test_the_api_documents_open_for_everybody(app):
    page = app.test_client().get("/api/docs")

    assert page.status_code == 200
    assert "swagger-ui-bundle.js" in page.get_data(as_text=True)
    assert "<style" not in page.get_data(as_text=True)
