"""The season of 明河市, chapter by chapter: what people type and what their programs call."""

import re
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.build.minghe_notice import SETTLEMENT, minghe_notice
from tests.journeys.season_files import (
    HOLIDAYS_OF_2027,
    LABOUR,
    LATER_PEOPLE,
    ORGANIZATIONS,
    PEOPLE,
    SECOND_EXAM,
    WINTER,
)
from tests.journeys.season_office import SHANGHAI, CommandedOffice
from workflows.calendar import shipped_calendar_text
from workflows.policy import shipped_policy_text


def at(*clock: int) -> str:
    """An instant of the office's clock as the API takes it."""
    year, month, day, hour = clock
    return datetime(year, month, day, hour, tzinfo=SHANGHAI).isoformat()


@dataclass(slots=True)
class Season:
    """The office, and what was done in it that later chapters come back to."""

    office: CommandedOffice
    units: dict[str, str] = field(default_factory=dict)
    findings: dict[str, str] = field(default_factory=dict)
    seen: dict[str, Any] = field(default_factory=dict)

    def log(self, who: str, unit: str, summary: str, *, severity: str = "general", **more: Any) -> str:
        body = {"organization_id": self.units[unit], "summary": summary, "severity": severity, **more}
        finding = self.office.call(who, "POST", "/findings", body)
        self.findings[summary] = finding["id"]
        return str(finding["id"])

    def look(self, summary: str, who: str = "tao.ran") -> dict[str, Any]:
        found: dict[str, Any] = self.office.call(who, "GET", f"/findings/{self.findings[summary]}")
        return found

    def round_id(self, number: str) -> str:
        rounds = self.office.call("admin", "GET", "/rounds")["items"]
        return next(str(one["id"]) for one in rounds if one["number"] == number)

    def put_right(self, summary: str, unit: str, reviewer: str) -> None:
        """The unit hands in, the reviewer passes."""
        url = f"/findings/{self.findings[summary]}"
        evidence = self.office.upload(unit, "整改后.png")
        body = {"measures": "已逐项整改到位，并留存照片。", "evidence_ids": [evidence]}
        submission = self.office.call(unit, "POST", f"{url}/submissions", body)
        body = {"outcome": "pass", "comment": "现场复查，已整改到位。", "submission_id": submission["id"]}
        self.office.call(reviewer, "POST", f"{url}/reviews", body)


def set_up(season: Season) -> None:
    office = season.office
    office("init", "--centre", "明河市招生考试中心", "--generate")
    office("round", "load", "--only-organizations", office.file("机构.toml", ORGANIZATIONS))
    people = office.file("人员.csv", PEOPLE.encode("gb18030"))
    season.seen["people dry run"] = office("people", "import", people, "--dry-run", "--as", "admin")
    office("people", "import", people, "--as", "admin", "--reason", "建档")
    slips = office.folder.parent / "领号单.txt"
    office("people", "invite", "--all-without-password", "--output", str(slips), "--as", "admin")
    season.seen["slips"] = slips.read_text("utf-8")
    listed = office.call("tao.ran", "GET", "/organizations?limit=200")["items"]
    season.units = {one["name"]: one["id"] for one in listed}


def winter(season: Season) -> None:
    office = season.office
    office("round", "load", office.file("冬季.toml", WINTER + LABOUR.format(leader="shen.an")))
    office.on(2026, 12, 21, 10)
    for summary, unit, account in (
        ("考场挂钟停走", "明河理工学院", "ligong"),
        ("保密室监控有盲区", "云溪师范学院", "shifan"),
    ):
        finding = season.log("lin.yue", unit, summary, location="综合楼3层")
        demand = {"requirement": "逐间检修，留存照片。", "working_days": 9}
        office.call("lin.yue", "POST", f"/findings/{finding}/notification", demand)
        office.call(account, "POST", f"/findings/{finding}/receipt", {})
    season.seen["counted before"] = season.look("考场挂钟停走")["deadline"]


def holidays_published(season: Season) -> None:
    """The State Council's plan comes while deadlines run that were counted without it."""
    office = season.office
    office.on(2026, 12, 28, 9)
    text = shipped_calendar_text()
    assert "[years.2027]" not in text, "the plan of 2027 is shipped by now: let this season move on a year"
    newer = re.sub(r"(?m)^version = .*$", 'version = "china-2027.1"', text, count=1) + HOLIDAYS_OF_2027
    file = office.file("日历.toml", newer)
    office("calendar", "check", file)
    season.seen["calendar dry run"] = office("calendar", "load", file, "--dry-run")
    office("calendar", "load", file, "--as", "admin", "--reason", "国务院办公厅已公布2027年放假安排")
    office.on(2026, 12, 28, 10)
    season.seen["counted after"] = season.look("考场挂钟停走")["deadline"]


def winter_ends(season: Season) -> None:
    office = season.office
    office.on(2026, 12, 31, 10)
    season.put_right("考场挂钟停走", "ligong", "lin.yue")
    office.on(2027, 1, 29, 15)
    season.seen["left open"] = season.look("保密室监控有盲区")
    office("round", "close", "2026-41", "--rest", "carried_over", "--reason", "转入春季督查", "--as", "tao.ran")


def notice(season: Season) -> None:
    office = season.office
    office.on(2027, 3, 29, 9)
    file = office.file("通知.docx", minghe_notice())
    settlement = office.file("疑点.txt", SETTLEMENT)
    season.seen["in doubt"] = office("notice", "import", file, "--dry-run")
    office("notice", "import", file, fails=True)
    office("notice", "import", file, "--settle", settlement)
    office("people", "import", office.file("新人.csv", LATER_PEOPLE), "--as", "admin", "--reason", "新增账号")
    season.seen["adopted"] = [office.call(who, "GET", "/me")["district_ids"] for who in ("jiang.mu", "wang.gang")]
    office("round", "carry-over", "2027-8", "2026-41", "--as", "tao.ran")
    office.on(2027, 4, 6, 10)
    season.log("lin.yue", "明河理工学院", "消防通道堵塞", location="一号教学楼")
    demand = {"requirement": "立即清理并保持畅通。", "deadline": at(2027, 6, 3, 17)}
    office.call("lin.yue", "POST", f"/findings/{season.findings['消防通道堵塞']}/notification", demand)
    office.call("ligong", "POST", f"/findings/{season.findings['消防通道堵塞']}/receipt", {})


def second_exam(season: Season) -> None:
    """A second exam runs beside the first: from its first day on, what is found names its round."""
    office = season.office
    office("round", "load", office.file("单招.toml", SECOND_EXAM + LABOUR.format(leader="gao.yuan")))
    season.log("lin.yue", "云溪师范学院", "广播室无应急电源")
    office.on(2027, 4, 12, 10)
    body = {"organization_id": season.units["明河理工学院"], "summary": "安检门未校准", "severity": "general"}
    season.seen["which round"] = office.call("lin.yue", "POST", "/findings", body, status=422)
    season.log("lin.yue", "明河理工学院", "安检门未校准", round_id=season.round_id("2027-12"))
    finding = season.findings["安检门未校准"]
    office.call(
        "xu.heng", "POST", f"/findings/{finding}/notification", {"requirement": "重新校准。", "working_days": 3}
    )


def leader_leaves(season: Season) -> None:
    """A major extension is asked for while the leader is away: the leadership team stands in, then a successor."""
    office = season.office
    office.on(2027, 4, 13, 9)
    finding = season.log(
        "lin.yue", "明河理工学院", "试卷保管室无人值守", severity="major", round_id=season.round_id("2027-8")
    )
    demand = {"requirement": "落实双人值守。", "deadline": at(2027, 4, 20, 17)}
    office.call("lin.yue", "POST", f"/findings/{finding}/notification", demand)
    office("people", "disable", "shen.an", "--as", "admin", "--reason", "调离")
    season.seen["vacant"] = office("doctor", fails=True)
    asked = {"deadline": at(2027, 4, 22, 17), "reason": "值班人员培训需要时间"}
    extension = office.call("ligong", "POST", f"/findings/{finding}/extensions", asked)
    decision = {"granted": True, "comment": "同意，逾期不再延。"}
    office.call("tao.ran", "POST", f"/extensions/{extension['id']}/decision", decision)
    office("round", "hand-over", "shen.an", "gao.yuan", "--as", "admin", "--reason", "沈安调离，由高远接任")
    office.on(2027, 4, 13, 10)
    alerts = office.call("gao.yuan", "GET", "/alerts")["items"]
    season.seen["successor heard"] = [one["text"] for one in alerts]
    season.put_right("试卷保管室无人值守", "ligong", "lin.yue")


def team_and_university(season: Season) -> None:
    office = season.office
    office.on(2027, 4, 16, 9)
    by = ("--as", "admin", "--reason", "督查力量调整")
    office("round", "labour", "set", "云溪县招考办", "--round", "2027-8", "--team", "第二组", *by)
    office("round", "team", "members", "第二组", "--round", "2027-8", "--add", "jiang.mu", *by)
    office("round", "team", "members", "第一组", "--round", "2027-8", "--remove", "jiang.mu", *by)
    office("organization", "rename", "云溪师范学院", "云溪师范大学", "--as", "admin", "--reason", "教育部批复更名")
    season.seen["re-cut"] = {
        who: office.call(who, "GET", f"/findings/{season.findings['广播室无应急电源']}", status=status) and status
        for who, status in (("jiang.mu", 200), ("fang.qi", 200), ("xu.heng", 404))
    }
    season.seen["renamed"] = season.look("广播室无应急电源")["organization"]["name"]


def exam_put_off(season: Season) -> None:
    """First forward, so that a deadline no longer lies before it, then back and further on."""
    office = season.office
    office.on(2027, 4, 19, 9)
    by = ("--as", "admin", "--reason", "省考试院通知")
    office("round", "change", "2027-8", "--exam-days", "2027-05-29,2027-05-30", *by)
    office.on(2027, 4, 19, 10)
    season.seen["brought forward"] = season.look("消防通道堵塞")["light"]
    season.seen["told"] = [one["text"] for one in office.call("ligong", "GET", "/alerts")["items"]]
    office("round", "change", "2027-8", "--exam-days", "2026-12-05", fails=True)
    later = ("--exam-days", "2027-07-03,2027-07-04", "--ends-on", "2027-07-04")
    office("round", "change", "2027-8", *later, *by)
    office.on(2027, 4, 19, 11)
    season.seen["put off"] = season.look("消防通道堵塞")["light"]


def policy_changes(season: Season) -> None:
    office = season.office
    office.on(2027, 4, 20, 9)
    changed = re.sub(r"(?m)^version = .*$", 'version = "minghe-2027/1"', shipped_policy_text(), count=1)
    changed = changed.replace("working_days_before = 3", "working_days_before = 5", 1)
    file = office.file("政策.toml", changed)
    wrong = office.file("有误.toml", changed.replace('review = ["reviewer"]', 'review = ["bureau"]'))
    season.seen["wrong policy"] = office("policy", "check", wrong, fails=True)
    office("policy", "check", file)
    season.seen["policy dry run"] = office("policy", "use", file, "--round", "2027-8", "--dry-run")
    office("policy", "use", file, "--round", "2027-8", "--move-open", "--as", "admin", "--reason", "提早提醒")


def ledger_out_and_in(season: Season) -> None:
    office = season.office
    file = str(office.folder.parent / "台账.xlsx")
    office("ledger", "export", file, "--as", "lin.yue")
    season.seen["ledger again"] = office("ledger", "import", file, "--as", "lin.yue", "--dry-run")


def season_ends(season: Season) -> None:
    office = season.office
    office.on(2027, 4, 21, 9)
    season.put_right("安检门未校准", "ligong", "lin.yue")
    season.put_right("消防通道堵塞", "ligong", "lin.yue")
    office.on(2027, 5, 17, 9)
    office("round", "close", "2027-12", "--rest", "ended", "--reason", "考试已结束", "--as", "tao.ran")
    office.on(2027, 7, 5, 9)
    season.seen["last report"] = max(
        one["deadline"] for one in office.call("ligong", "GET", "/reports?limit=200")["items"]
    )
    office("round", "close", "2027-8", "--rest", "ended", "--reason", "考试已结束，余项移交日常管理", "--as", "tao.ran")
    season.seen["backup"] = office("backup", str(office.folder.parent / "season.backup"))
    with office.at_work():
        for _ in range(60):
            time.sleep(1)
            season.seen["doctor"] = office.says("doctor")
            if not re.search(r"(?m)^[^✔\s]", season.seen["doctor"]):
                break
    season.seen["audit"] = office("audit", "verify")


CHAPTERS = (
    set_up,
    winter,
    holidays_published,
    winter_ends,
    notice,
    second_exam,
    leader_leaves,
    team_and_university,
    exam_put_off,
    policy_changes,
    ledger_out_and_in,
    season_ends,
)
