"""The words of the printed manifest in both languages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from app.foundation.documents.manifest_content import Discrepancy, Opinion, Watermark
from app.foundation.documents.waste_words import FORM_WORDS

Language = Literal["zh", "en"]

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("危险废物转移联单", "Hazardous Waste Transfer Manifest"),
    "subtitle": ("", "危险废物转移联单 · English rendering, the Chinese form prevails"),
    "national_number": ("联单编号", "National no."),
    "own_number": ("平台编号", "Platform no."),
    "state": ("状态", "State"),
    "printed": ("打印", "Printed"),
    "print_number": ("第 {number} 次", "print {number}"),
    "contract": ("交易与合同", "Trade, contract"),
    "validity": ("有效期", "Valid"),
    "deliver_before": ("{time} 前送达", "until {time}"),
    "not_national": (
        "平台联单，不能替代国家联单",
        "Platform manifest: does not replace the national manifest",
    ),
    "part_1": ("第一部分　移出信息", "Part 1  Consignor"),
    "part_1_by": ("由移出人填写", "filled in by the consignor"),
    "part_2": ("第二部分　运输信息", "Part 2  Carrier"),
    "part_2_by": ("由承运人填写", "filled in by the carrier"),
    "part_3": ("第三部分　接受信息", "Part 3  Consignee"),
    "part_3_by": ("由接受人填写", "filled in by the consignee"),
    "name": ("单位名称", "Name"),
    "credit_code": ("统一社会信用代码", "Credit code"),
    "address": ("单位地址", "Address"),
    "emergency_phone": ("应急联系电话", "Emergency phone"),
    "operator": ("经办人", "Handled by"),
    "delivered_at": ("交付时间", "Handed over"),
    "measures": ("突发环境事件防范措施", "Emergency measures"),
    "line": ("序号", "No."),
    "waste_name": ("废物名称", "Waste"),
    "waste_code": ("废物代码", "Code"),
    "hazards": ("危险特性", "Hazards"),
    "form": ("形态", "Form"),
    "harmful": ("有害成分", "Harmful components"),
    "pack_kind": ("包装方式", "Packaging"),
    "pack_count": ("包装数量", "Packages"),
    "sent": ("移出量 t", "Sent t"),
    "total": ("合计", "Total"),
    "codes": ("合计（容器码 {codes}）", "Total (containers {codes})"),
    "codes_in_annex": ("合计（容器 {count} 只，容器码见附页）", "Total ({count} containers, see the annex)"),
    "phone": ("联系电话", "Phone"),
    "permit": ("营运证件号", "Permit no."),
    "driver": ("驾驶员", "Driver"),
    "escort": ("押运员", "Escort"),
    "vehicle": ("运输工具", "Vehicle"),
    "plate": ("牌号", "Plate"),
    "start": ("运输起点", "From"),
    "departed_at": ("实际起运时间", "Departed"),
    "via": ("经由地", "Via"),
    "end": ("运输终点", "To"),
    "arrived_at": ("实际到达时间", "Arrived"),
    "licence": ("经营许可证编号", "Operating permit"),
    "accepted_at": ("接受时间", "Accepted at"),
    "accepted_total": ("接受量合计 t", "Accepted in all t"),
    "discrepancy": ("重大差异", "Major difference"),
    "opinion": ("处理意见", "Decision"),
    "planned": ("拟利用处置方式", "Planned treatment"),
    "accepted": ("接受量 t", "Accepted t"),
    "no": ("无", "No"),
    "yes": ("有", "Yes"),
    "signs_consignor": ("移出人签署", "Consignor"),
    "signs_carrier": ("承运人签署", "Carrier"),
    "signs_consignee": ("接受人签署", "Consignee"),
    "signature": ("签名", "Signature"),
    "time": ("时间", "Time"),
    "signed": ("已电子签名", "Signed electronically"),
    "verify": (
        "扫右上角二维码验真。无网络时巡查端可离线核对数字签名。本件为打印时快照，以平台在线状态为准；"
        "纸质件用于系统故障或无网络时，转移完成后 10 个工作日内补录。",
        "Scan the code at the upper right to verify; inspectors can check its digital signature without network. "
        "This sheet is a snapshot at printing, the state on the platform decides; paper serves when the system or the "
        "network is down and is entered within 10 working days after the transfer.",
    ),
    "proof": ("快照校验 sha256 {hash} · 公钥 {key_id}", "Snapshot sha256 {hash} · public key {key_id}"),
    "checkpoint": (
        "溯源检查点 {origin} · {size} 条 · 根 {root} · {time}",
        "Trace checkpoint {origin} · {size} entries · root {root} · {time}",
    ),
    "page": ("第 {page} 页，共 {pages} 页", "Page {page} of {pages}"),
    "demo": ("演示数据，非真实联单", "Demonstration, not a real manifest"),
    "demo_mark": ("演示件", "演示 DEMO"),
    "continued": ("续页", "continued"),
    "annex": ("附页　容器清单", "Annex  Containers"),
    "annex_count": ("共 {count} 只", "{count} in all"),
    "goods": ("附页　危险货物托运清单", "Annex  Dangerous goods"),
    "goods_note": ("随危险货物运单携带", "carried with the dangerous-goods waybill"),
    "waybill_number": ("运单编号", "Waybill no."),
    "manifest_number": ("转移联单编号", "Manifest no."),
    "shipper": ("托运人", "Shipper"),
    "loader": ("装货人、起运地", "Loaded by, at"),
    "taker": ("收货人、目的地", "Delivered to"),
    "vehicle_permit": ("道路运输证号", "Vehicle permit"),
    "approved_load": ("核定载质量", "Approved load"),
    "un_number": ("联合国编号", "UN no."),
    "shipping_name": ("正式运输名称", "Proper shipping name"),
    "class": ("类别（次要）", "Class (sub.)"),
    "group": ("包装类别", "Packing gr."),
    "pieces": ("件数", "Count"),
    "total_mass": ("总量 t", "Total t"),
    "count": ("编号", "#"),
    "of_line": ("行", "Line"),
    "container": ("容器码", "Container code"),
    "checked": ("核对", "Check"),
}

WATERMARKS = {Watermark.DRAFT: ("草稿", "草稿 DRAFT"), Watermark.VOID: ("作废", "作废 VOID")}
DISCREPANCIES = {
    Discrepancy.QUANTITY: ("数量", "quantity"),
    Discrepancy.PACKAGING: ("包装", "packaging"),
    Discrepancy.FORM: ("形态", "form"),
    Discrepancy.NATURE: ("性质", "nature"),
    Discrepancy.OTHER: ("其他", "other"),
}
OPINIONS = {
    Opinion.ACCEPTED: ("接受", "Accept"),
    Opinion.PARTLY: ("部分", "Part"),
    Opinion.REJECTED: ("拒收", "Refuse"),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Words:
    """The words, numbers and times of one print: `words("state")` in its language."""

    def __init__(
        self, language: Language, time_zone: str, own: Mapping[str, tuple[str, str]] | None = None
    ) -> None:
        """`own`: what another paper says in place of the manifest's words, or besides."""
        self.english = language == "en"
        self._zone = ZoneInfo(time_zone)
        self._words = _WORDS | dict(own or {})

    def __call__(self, key: str, **values: object) -> str:
        return self.of(self._words[key]).format(**values)

    def of(self, pair: tuple[str, str]) -> str:
        """The word of a (Chinese, English) pair."""
        return pair[self.english]

    def form(self, code: str) -> str:
        """Physical form; a code we do not know is printed as it is."""
        return self.of(FORM_WORDS.get(code, (code, code)))

    def time(self, instant: datetime | None) -> str:
        """Local time, 2026-11-20 14:05 or 20 Nov 2026, 14:05; empty for None."""
        if instant is None:
            return ""
        local = instant.astimezone(self._zone)
        if self.english:
            return f"{local.day} {_MONTHS[local.month - 1]} {local.year}, {local:%H:%M}"
        return f"{local:%Y-%m-%d %H:%M}"

    def joined(self, parts: Sequence[str | None], sign: str = "　") -> str:
        """Parts that are there, with a wide space between."""
        return sign.join(part for part in parts if part)
