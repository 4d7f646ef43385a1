"""What the office is told of itself in the week: its people, a round of these days, and a finding."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.fakes.client import PNG
from tests.week.callers import Caller
from tests.week.host import Host

ADMIN, INSPECTOR, UNIVERSITY = "admin", "lin.yue", "明河理工学院"
CENTRE = "明河市招考中心"


def load_office(host: Host, folder: Path, pages: Path, today: date) -> None:
    """Organizations, people and a round that runs today, from the shipped examples."""
    text = (pages / "round.example.toml").read_text()
    for name, value in {
        "starts_on": str(today - timedelta(days=10)),
        "ends_on": str(today + timedelta(days=40)),
        "exam_days": f"[{today + timedelta(days=39)}]",
    }.items():
        text = re.sub(rf"^{name} = [^#\n]*", f"{name} = {value} ", text, flags=re.MULTILINE)
    file = folder / "round.toml"
    file.write_text(text)
    host.duban("round", "load", "--only-organizations", str(file))
    host.duban("people", "import", str(pages / "people.example.csv"))
    host.duban("round", "load", str(file))


def password_in(told: str) -> str:
    """The password that a command shows once."""
    found = re.search(r"password, shown only now: (\S+)", told)
    if found is None:
        raise RuntimeError(f"no password in: {told}")
    return found[1]


def notify_finding(inspector: Caller) -> Any:
    """A finding with a photograph against the university, with its notice."""
    units = inspector.call("GET", "/organizations?kind=university", expect=200)["items"]
    unit = next(one["id"] for one in units if one["name"] == UNIVERSITY)
    photograph = {"file": ("现场照片.png", PNG, "image/png")}
    piece = inspector.call("POST", "/evidence", files=photograph, expect=201)["id"]
    body = {"organization_id": unit, "summary": "考场监控有盲区", "severity": "general", "evidence_ids": [piece]}
    finding = inspector.call("POST", "/findings", json=body, expect=201)
    deadline = (datetime.now(UTC) + timedelta(days=10)).isoformat()
    demand = {"requirement": "补装摄像头，消除盲区", "deadline": deadline}
    return inspector.call("POST", f"/findings/{finding['id']}/notification", json=demand, expect=200)


def metrics_of(host: Host, caller: Caller) -> dict[str, float]:
    """The figures as the host itself reads them."""
    answer = caller.session.get(f"http://127.0.0.1:{host.web_port}/metrics", headers={"Authorization": ""}, timeout=30)
    answer.raise_for_status()
    lines = (line.rpartition(" ") for line in answer.text.splitlines() if line and line[0] != "#")
    return {name: float(value) for name, _, value in lines}


def total(figures: dict[str, float], name: str, label: str = "") -> float:
    """A figure, summed over its labels."""
    return sum(value for key, value in figures.items() if key.partition("{")[0] == name and label in key)
