"""Papers with invented contents, as long and as awkward as an office's own: one set of data for each kind."""

import struct
import zlib
from typing import Any

from service.documents.pdf import to_pdf
from service.documents.photos import UNSHOWN, Photo
from service.files.pictures import Picture
from workflows.vocabulary import DocumentKind

UNIT = "明河国际信息工程职业技术大学（示例）"
ROUND = {
    "number": "2021-35",
    "title": "明河市招生考试中心关于开展 2021 年专升本考试安全督查工作的通知",
    "document_number": "明招考〔2021〕35号",
}
AWKWARD = "第3考场<视频>质量不达标 & “{{ 模板 }}”{% raw %}\\#let x"
HEAD: dict[str, Any] = {
    "office": "明河市招生考试中心",
    "issuer_id": "00000000-0000-0000-0000-000000000001",
    "number": "限改〔2021〕12 号",
    "unit": UNIT,
    "round": ROUND,
    "by": "我中心第一督查组",
    "date": "2021年4月20日",
    "copies": "",
}


def png(width: int = 240, height: int = 160) -> bytes:
    """A photograph of nothing: a gradient."""
    rows = b"".join(
        b"\0" + b"".join(bytes((x * 255 // width, y * 255 // height, 120)) for x in range(width)) for y in range(height)
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def photo(caption: str, width: int = 240, height: int = 160) -> Photo:
    """A photograph as papers are given it."""
    return Photo(caption, Picture(png(width, height), width, height))


def unshown(caption: str) -> Photo:
    """A photograph that could not be decoded."""
    return Photo(caption, instead=UNSHOWN)


def pdf_of(word: bytes, *, title: str = "公文") -> bytes:
    """The PDF of a Word file."""
    return to_pdf(word, title=title).content


def finding(number: int, problem: str = "") -> dict[str, Any]:
    """A finding as papers tell of it."""
    return {
        "number": f"2021-35-{number:04}",
        "problem": problem or f"{number}号教学楼三层东侧考场监控摄像头黑屏，视频图像不能覆盖考场所有座位",
        "requirement": "更换损坏的摄像头并逐场测试，形成测试记录；未完成前不得启用该考场。",
        "severity": "一般问题",
        "state": "已上报",
        "item": "1-12 标准化考点建设",
        "deadline": "2021年4月30日17:00",
    }


def _counts(category: str) -> dict[str, Any]:
    return {"category": category, "in_place": 6, "not_in_place": 2, "not_applicable": 0, "not_seen": 1}


def _flows(category: str) -> dict[str, Any]:
    counted = {"new": 5, "notified": 4, "put_right": 3, "overdue": 1, "escalated": 1, "carried_over": 2, "open": 4}
    return {"category": category, **counted}


_FINDINGS = [finding(number, AWKWARD if number == 2 else "") for number in range(1, 13)]
_STEPS = [
    {"at": f"2021年4月{day}日09:30", "what": what, "who": "督办系统" if day == 30 else "陈一鸣", "why": why}
    for day, what, why in (
        (20, "下发限期整改通知书（已通知）", ""),
        (21, "签收（整改中）", ""),
        (28, "复查认定整改不到位（整改中）", "30个考场中仍有8个考场的摄像头没有更换，测试记录不完整。"),
        (30, "整改逾期（已逾期）", ""),
    )
]
_STANDING = [
    "截至2021年5月7日，该问题处于“已上报”状态，已报告领导班子，尚未销号。",
    "整改期限为2021年4月30日17:00，已经届满。",
]
_CATEGORIES = ("组织领导情况", "报名资格审核", "标准化考点建设", "考前教育", "考点周边环境治理", "试卷安全保密")

PAPERS: dict[DocumentKind, dict[str, Any]] = {
    DocumentKind.RECTIFICATION_NOTICE: {
        **HEAD,
        "copies": "青石区招生考试办公室",
        "receipt_days": 1,
        "findings": _FINDINGS,
        "pictures": [],
    },
    DocumentKind.INSPECTION_FEEDBACK: {
        **HEAD,
        "number": "2021-35-督0012",
        "copies": "青石区招生考试办公室",
        "inspected_on": "2021年4月20日",
        "methods": "听取汇报、查阅资料、实地查看",
        "rooms": "考务指挥室、视频监考室、试卷保管室",
        "checklist": "《专升本考试安全高校准备情况督查表》",
        "counts": {"total": 71, "in_place": 60, "not_in_place": 3, "not_applicable": 0, "not_seen": 8},
        "summary": "学校重视考试安全工作，标准化考点建设进度偏慢。",
        "categories": [_counts(category) for category in _CATEGORIES],
        "findings": [],
        "notice": "",
        "pictures": [],
    },
    DocumentKind.LEADERSHIP_REPORT: {
        **HEAD,
        "number": "〔2021〕　　号",
        "finding": finding(7, AWKWARD),
        "leader": "李正言",
        "addressee": "领导班子",
        "leader_called": "包干责任领导",
        "steps": _STEPS,
        "why": "该问题逾期未整改到位。",
        "standing": _STANDING,
        "closing": "按照通知要求，现予报告，请研究提出处理意见。",
    },
    DocumentKind.UPWARD_REPORT: {
        **HEAD,
        "number": "〔2021〕　　号",
        "addressees": "市教育局、市招生考试委员会",
        "finding": finding(7),
        "steps": _STEPS,
        "opinion": {
            "measure": "约谈",
            "text": "约谈学校分管负责同志，责成学校限期更换设备并逐场测试，整改情况每日报告。",
            "new_deadline": "2021年5月14日17:00",
            "given_on": "2021年5月7日",
        },
        "standing": _STANDING,
    },
    DocumentKind.WEEKLY_REPORT: {
        **HEAD,
        "number": "",
        "recipient": "青石区招生考试办公室",
        "week": 3,
        "period": "第3周（截至2021年4月15日17:00）",
        "overview": "期初在办2项，本期新增5项，整改销号3项，期末在办4项。",
        "categories": [_flows(category) for category in _CATEGORIES],
        "sections": [{"heading": "二、自查情况", "lines": ["已自查71项。", AWKWARD]}],
    },
    DocumentKind.CAMPAIGN_SUMMARY: {
        **HEAD,
        "office": "青石区招生考试办公室",
        "number": "〔2021〕　　号",
        "district": "青石区招生考试办公室",
        "recipient": "明河市招生考试中心",
        "campaigns": [
            {
                "heading": "一、打击销售作弊器材",
                "overview": "共开展行动1次，累计：检查商户35家。",
                "actions": ["1. 2021年4月12日，区市场监管局牵头，会同区公安分局开展行动：检查商户35家。"],
            },
            {"heading": "二、净化涉考网络环境", "overview": "尚未开展行动。", "actions": []},
        ],
    },
    DocumentKind.CLOSE_OUT_SLIP: {
        **HEAD,
        "number": "",
        "finding": finding(7, AWKWARD),
        "measures": "已更换摄像头4台，并逐场测试。",
        "evidence": "整改照片.jpg、测试记录.pdf",
        "comment": "经现场复查，整改到位。",
        "reviewer": "周明远",
        "verified_at": "2021年4月28日10:30",
    },
}
