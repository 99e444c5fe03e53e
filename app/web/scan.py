"""The scanner page, its worker and its service worker."""

import hashlib
import json
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, render_template, url_for
from flask_babel import gettext as _

from app.entry.guard import public
from app.entry.security import SCANNER_CSP

bp = Blueprint("scan", __name__, url_prefix="/scan")

MODULES = (
    "camera",
    "facts",
    "keys",
    "local_verdict",
    "panel",
    "payload",
    "platform",
    "reader",
    "revocations",
    "scanner",
    "short_code",
    "signature",
)
LIBRARIES = (
    "vendor/zxing-wasm/reader.js",
    "vendor/zxing-wasm/zxing_reader.wasm",
    "vendor/noble-ed25519/ed25519.js",
)


@bp.get("/")
def scanner() -> Response:
    """Camera, photo or typed code in, verdict out; opens with no network after one visit."""
    page = render_template("scan/scanner.html", scanner={"urls": _urls(), "texts": _texts()})
    return _with_policy(Response(page))


@bp.get("/worker.js")
@public
def worker() -> Response:
    """The barcode reader. A worker takes its policy from its own response (tech-notes.md 4)."""
    return _with_policy(_script((_scripts() / "worker.js").read_text(encoding="utf-8")))


@bp.get("/sw.js")
@public
def service_worker() -> Response:
    """Keeps the page, its files and the key list on the device. A changed file makes a new version of it."""
    script = (_scripts() / "scan-sw.js").read_text(encoding="utf-8")
    settings = {
        "version": _version(),
        "page": url_for("scan.scanner"),
        "keys": _urls()["keys"],
        "revocations": _urls()["revocations"],
        "files": [url_for("scan.worker"), *(url_for("static", filename=name) for name in _kept_files())],
    }
    return _script(f"const SCANNER = {json.dumps(settings)};\n{script}")


def _script(source: str) -> Response:
    return Response(source, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


def _with_policy(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = SCANNER_CSP
    return response


def _scripts() -> Path:
    return Path(current_app.static_folder or "") / "js/scan"


def _kept_files() -> list[str]:
    return [*(f"js/scan/{name}.mjs" for name in MODULES), *LIBRARIES]


def _version() -> str:
    """Changes with any file that the page is made of."""
    digest = hashlib.sha256()
    static, templates = Path(current_app.static_folder or ""), Path(current_app.root_path) / "web/templates"
    styles = sorted(static.glob("css/*.css"))
    files = [static / name for name in _kept_files()] + styles + [templates / "scan/scanner.html"]
    for file in [*files, _scripts() / "worker.js", _scripts() / "scan-sw.js"]:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _urls() -> dict[str, str]:
    return {
        "keys": url_for("api_verdicts.qr_keys"),
        "revocations": url_for("api_verdicts.revocations"),
        "facility": f"{url_for('home.index')}F/",
        "verdicts": url_for("api_verdicts.verdict"),
        "worker": url_for("scan.worker"),
        "serviceWorker": url_for("scan.service_worker"),
        "scope": url_for("scan.scanner"),
    }


def _texts() -> dict[str, Any]:
    """Every sentence the page may say, in the reader's language; `{name}` stands for a value."""
    return {**_page_texts(), **_reason_texts(), **_fact_texts()}


def _page_texts() -> dict[str, str]:
    product = _("固废一张网")
    return {
        "title_scan": f"{_('扫码验真')} · {product}",
        "title_green": f"{_('可以放行')} · {product}",
        "title_amber": f"{_('先核对再放行')} · {product}",
        "title_red": f"{_('不得放行')} · {product}",
        "title_unknown": f"{_('无法识别')} · {product}",
        "hint_aim": _("对准联单或容器二维码"),
        "hint_checking": _("正在核验"),
        "hint_reading_photo": _("正在识别照片"),
        "hint_no_code_in_photo": _("照片里没有找到二维码，靠近一些再拍，或手工输入编号"),
        "hint_camera_refused": _("相机未获允许：在浏览器设置中允许相机，或拍照、手工输入编号"),
        "hint_no_camera": _("打不开相机：可以拍照识别，或手工输入编号"),
        "hint_no_reader": _("识别组件未能加载：请联网后刷新，或手工输入编号"),
        "ready_online": _("在线 · 名单 {at}"),
        "ready_offline": _("离线可用 · 名单 {at}"),
        "keys_listed": _("本机密钥名单更新于 {at}"),
        "keys_missing": _("本机还没有密钥名单"),
        "revocations_listed": _("本机吊销名单签发于 {at}，之后的作废未核对"),
        "revocations_missing": _("本机没有吊销名单"),
        "took": _("用时 {seconds} 秒"),
        "no_answer_offline": _("未联网，仅本机核验"),
        "no_answer_no_answer": _("平台没有应答，仅本机核验"),
        "no_answer_signed_out": _("登录已失效，仅本机核验"),
        "no_answer_not_permitted": _("没有联网核验的权限，仅本机核验"),
    }


def _reason_texts() -> dict[str, str]:
    return {
        "headline_not_ours": _("不是本平台的二维码或编号"),
        "headline_facility_sign": _("这是贮存设施的标志牌，联网后可打开设施页面"),
        "headline_forged": _("签名无效，内容被改动或系伪造"),
        "headline_label_withdrawn": _("容器码已作废，标签不得再用"),
        "headline_manifest_withdrawn": _("联单已结束或作废，不能再次使用"),
        "headline_manifest_replaced": _("联单已更正，这一版不得再用"),
        "headline_out_of_window": _("已超过联单有效期"),
        "headline_offline_valid": _("离线验签通过，状态未联网确认"),
        "headline_offline_unsigned": _("手工编号没有签名，联网后才能核验"),
        "headline_offline_unavailable": _("这个浏览器不能验证签名，联网后再验"),
        "headline_offline_unknown_key": _("无法判断真伪，联网后再验"),
        "headline_offline_revoked_key": _("签名密钥已撤销，须重新打印"),
        "reason_not_ours": _("扫到的内容不是容器码、联单编号或短码"),
        "reason_signature_valid": _("二维码签名有效"),
        "reason_signature_forged": _("签名无效：内容被改动或系伪造"),
        "reason_unsigned": _("没有签名可验"),
        "reason_unavailable": _("这个浏览器不能验证签名"),
        "reason_unknown_key": _("签名密钥不在本机名单，无法判断真伪"),
        "reason_revoked_key": _("签名密钥已撤销，无法判断真伪，须重新打印"),
        "reason_facility_sign": _("标志牌没有签名可验"),
        "reason_label_withdrawn": _("容器码在吊销名单上"),
        "reason_manifest_withdrawn": _("联单在吊销名单上：已结束或作废"),
        "reason_not_withdrawn": _("不在吊销名单上"),
        "reason_revocations_old": _("吊销名单已超过 24 小时，无法确认是否已作废"),
        "reason_label_replaced": _("不是最近一次打印的标签，请换贴新标签"),
        "reason_manifest_replaced": _("联单已更正，请出示更正后的联单"),
        "reason_no_keys": _("本机没有密钥名单，无法判断真伪"),
        "reason_in_window": _("在有效期内，{until} 前送达"),
        "reason_out_of_window": _("有效期已过：{until}"),
        "reason_not_yet_valid": _("签发时间 {from} 晚于本机时间，请核对本机时钟"),
        "reason_voided_unknown": _("无法确认是否已作废或已使用过"),
        "reason_compare_plate": _("请核对车牌：{plate}"),
        "reason_state_unknown": _("无法确认联单状态和车辆"),
        "reason_place_unknown": _("无法确认登记位置和重量"),
    }


def _fact_texts() -> dict[str, str]:
    return {
        "fact_code": _("容器码"),
        "fact_waste": _("废物代码"),
        "fact_day": _("产生日期"),
        "fact_serial": _("序号"),
        "fact_producer": _("产生单位代码"),
        "fact_mass": _("重量"),
        "fact_hazards": _("危险特性"),
        "fact_number": _("联单"),
        "fact_plate": _("车辆"),
        "fact_consignee": _("接受人代码"),
        "fact_until": _("有效期至"),
        "fact_facility": _("设施编码"),
        "fact_short_code": _("短码"),
        "not_weighed": _("未称重"),
    }
