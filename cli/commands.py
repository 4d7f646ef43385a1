"""Where each command lives and what it is for: the list of all is shown without loading any of them."""

import gc
import importlib
from collections import UserDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import click


class Place(NamedTuple):
    """A command's module and name in it, and the first sentence of its help."""

    at: str
    sentence: str


COMMANDS = {
    "init": Place(
        "cli.init:init",
        "初始化：数据库、政策与日历、首位管理员。 / Set up the database, the rules and the first administrator.",
    ),
    "up": Place(
        "cli.up:up", "在本机启动全部进程，按 Ctrl-C 停止。 / Start everything on this machine; Ctrl-C stops it."
    ),
    "demo": Place(
        "cli.demo:demo",
        "用快进的时钟演示五个督办故事，并打印时间线。 / Play five stories on a fast clock and print their timeline.",
    ),
    "web": Place("cli.web:web", "运行网页与接口进程。 / Serve the API and the console."),
    "worker": Place(
        "cli.workers:worker",
        "运行后台处理进程，处理指定队列（默认全部）。 / Serve the named queues, by default all of them.",
    ),
    "timetable": Place(
        "cli.workers:timetable",
        "运行时刻表进程：按数据库时间，到期即触发处理。 / Keep the timetable: a tick whenever something falls due.",
    ),
    "watchdog": Place(
        "cli.workers:watchdog",
        "监视各进程、期限、投递和记录，有异常时通知管理员。 / Watch over everything; tell administrators of trouble.",
    ),
    "db": Place("cli.db:db", "数据库。 / The database."),
    "sweep": Place("cli.sweep:sweep", "处理所有到期事项一次。 / Work off everything that is due, once."),
    "round": Place("cli.round:round_", "督查轮次。 / Rounds."),
    "notice": Place("cli.notice:notice", "督查通知。 / Notices."),
    "policy": Place(
        "cli.policy:policy",
        "督办政策：时限、上报和谁知悉。 / The policy: time limits, escalation, and who hears of what.",
    ),
    "calendar": Place(
        "cli.calendar:calendar",
        "工作日历：法定节假日与调休上班日。 / Working days: public holidays and make-up working days.",
    ),
    "organization": Place("cli.organizations:organization", "机构。 / Organizations."),
    "people": Place("cli.people.people:people", "人员。 / People."),
    "ledger": Place("cli.ledger:ledger", "整改台账。 / The ledger of findings."),
    "token": Place("cli.tokens:token", "访问令牌与登录。 / Access tokens and sign-ins."),
    "audit": Place("cli.proof.audit:audit", "审计记录。 / The audit trail."),
    "secret-key": Place("cli.proof.secret_key:secret_key", "更换密钥（DUBAN_SECRET_KEY）。 / The secret key."),
    "security-log": Place("cli.proof.security_log:security_log", "安全日志。 / The security log."),
    "retention": Place("cli.retention:retention", "保存期限。 / How long what is not kept for ever is kept."),
    "mail": Place("cli.mail:mail", "邮件。 / Mail."),
    "queue": Place("cli.queues:queue", "队列和后台任务。 / Queues and the jobs of workers."),
    "backup": Place(
        "cli.backups.backup:backup",
        "备份正在运行的系统：duban backup 文件。 / Back up the running office: duban backup FILE.",
    ),
    "restore": Place(
        "cli.backups.restore:restore_",
        "从备份恢复到空的数据文件夹或空的数据库。 / Restore a backup into an empty data folder or database.",
    ),
    "hold": Place(
        "cli.backups.hold:hold_",
        "暂停发送：恢复备份后不发出任何消息，直到核实为止。 / Whether messages are held back, as after a restore.",
    ),
    "doctor": Place(
        "cli.doctor:doctor",
        "检查运行状况，有故障时退出码为 1。 / Look whether everything is as it should be; exits with 1 on faults.",
    ),
}


class LazyCommands(UserDict[str, Any]):
    """Commands by name, imported at first use, so that a worker does not wait for Flask."""

    def __getitem__(self, name: str) -> click.Command:
        module, _, attribute = self.data[name].at.partition(":")
        with uncollected():
            command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


@contextmanager
def uncollected() -> Iterator[None]:
    """Import without looking for garbage: what is imported stays."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
