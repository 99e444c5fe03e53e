"""The lists of licences and vehicles as files."""

import csv
from io import BytesIO, StringIO

import openpyxl

from app.foundation.core.units import tonnes_text
from tests.integration.waste.consignments.world import build


def test_licences_and_vehicles_come_as_csv_and_workbook(database, client_of):
    world = build(database, has_plan=False)
    reader = client_of(world.operator.user_id)

    licences = reader.get("/api/v1/licences/export.csv")
    vehicles = reader.get("/api/v1/vehicles/export.xlsx")

    header, row = csv.reader(StringIO(licences.data.decode("utf-8-sig")))
    assert dict(zip(header, row, strict=True)) | {"企业": ""} == {
        "许可证编号": "演危许 2025-006", "企业": "", "类别": "综合", "经营方式": "收集, 贮存, 利用", "发证机关": "演示省生态环境厅",
        "发证日期": "2025-03-01", "有效期起": "2025-03-01", "有效期至": "2030-02-28", "登记状态": "有效", "废物类别与代码": "HW06",
        "年度": row[10], "年经营规模 t": tonnes_text(2_000_000_000), "已用 t": tonnes_text(0), "预留 t": tonnes_text(0),
        "还能接 t": tonnes_text(2_000_000_000),
    }  # fmt: skip
    sheet = openpyxl.load_workbook(BytesIO(vehicles.data)).worksheets[0]
    assert sheet.max_row == 2 and sheet["D2"].value == "演A·D0712" and sheet["F2"].value == 4.5
    for path in ("/licences/export.xlsx", "/licences/vehicles.csv"):
        assert reader.get(path).status_code == 200
    assert reader.get("/licences/export.pdf").status_code == 404
    assert "/licences/export.csv" in reader.get("/licences").text
