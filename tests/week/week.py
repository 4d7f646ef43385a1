"""The days of the week, in order; each step says what was seen, and raises when that is not what the pages promise."""

import os
import shutil
import signal
import tarfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from tests.fakes.mail_sink import MailSink
from tests.fakes.oidc_provider import CLIENT_ID, CLIENT_SECRET, OidcProvider, oidc_provider
from tests.journeys.test_old_folder import KEPT
from tests.week.callers import ELSEWHERE, Caller
from tests.week.host import Host, build_wheel
from tests.week.office import (
    ADMIN,
    CENTRE,
    INSPECTOR,
    load_office,
    metrics_of,
    notify_finding,
    password_in,
    total,
)
from tests.week.servers import Database, Nginx, Queue, free_port, wait_for

READER = "luo.jia"  # of the university that findings are against
CHOSEN = "督查组晨读时选的一句长话-2026"
Say = Callable[[str], object]


class Week:
    """One office, from an empty folder to the day after its loss."""

    def __init__(self, folder: Path, nginx: str, say: Say) -> None:
        self.folder, self._nginx_program, self._say = folder, nginx, say
        self._held = ExitStack()
        self.host = Host(folder / "host")
        self.seed = ""
        self.wheel = Path()

    def play(self) -> None:
        """All of it; whatever was started is stopped."""
        with self._held:
            self._held.callback(lambda: self.host.stop(at_once=True))
            steps = (self.install, self.set_up, self.start, self.sign_in, self.work, self.fail, self.back_up)
            for step in (*steps, self.lose, self.restore, self.release, self.upgrade, self.upgrade_old):
                self._say(f"{step.__name__}: {step()}")
            self._say(f"asked again after a 503 with Retry-After: {Caller.asked_again or 'never'}")

    def install(self) -> str:
        self.wheel = build_wheel(self.folder)
        self.host.install(self.wheel)
        return f"{self.wheel.name} in a fresh environment, its units and examples beside it"

    def set_up(self) -> str:
        """Servers with passwords, settings, and the first administrator, by the ordinary role."""
        self.database, self.queue = self._held.enter_context(Database()), self._held.enter_context(Queue())
        self._held.callback(self._keep_log)
        self.database.prepare()
        self.mails = self._held.enter_context(MailSink())
        self.provider: OidcProvider = self._held.enter_context(oidc_provider())
        self.redis_url = self.queue.prepare()
        self._settle(self.host)
        told = self.host.duban("init", "--centre", CENTRE, "--email", "admin@exam.example", "--generate")
        self.given = password_in(told)
        load_office(self.host, self.folder, self.host.units.parents[1], datetime.now(UTC).date())
        nobody = self.database.address("office", "duban_app", "guessed")
        if not self.database.refuses(nobody):
            raise RuntimeError("the database takes any password")
        return "PostgreSQL and Redis ask for passwords; the office is set up as duban_app, which owns nothing"

    def start(self) -> str:
        self.host.start()
        wait_for("/readyz says ready", lambda: self._ready() == 200)
        wait_for("duban doctor finds no fault", self._healthy, within=90)
        names = ", ".join(one.unit.name.removesuffix(".service") for one in self.host.supervised)
        caller = self._caller()
        caller.call("GET", "/metrics", expect=404)
        return f"{names} run; /readyz 200 through nginx, /metrics 404 there; duban doctor finds no fault"

    def sign_in(self) -> str:
        """The administrator by password and code, the inspector at the provider."""
        admin = self._caller()
        first = admin.sign_in(ADMIN, self.given)["next_step"]
        body = {"current_password": self.given, "new_password": CHOSEN}
        admin.call("PUT", "/me/password", json=body, expect=204)
        self.seed = admin.set_up_codes(CHOSEN)
        self.host.duban("people", "provider", INSPECTOR, "--subject", self.provider.subject)
        inspector = self._caller()
        inspector.sign_in_at_provider()
        log = admin.call("GET", "/security-log?kind=sign_in", expect=200)["items"]
        by = next(one for one in log if one["data"].get("by") == "provider")
        if by["address"] != ELSEWHERE:
            raise RuntimeError(f"a sign-in from {ELSEWHERE} is on record as from {by['address']}")
        self.inspector = inspector
        return f"next steps {first}, then TOTP; the inspector by OIDC; on record from {by['address']}, past nginx"

    def work(self) -> str:
        """A finding, its notice, its mail, and the figures that move with them."""
        before = metrics_of(self.host, self._caller())
        finding = notify_finding(self.inspector)
        wait_for("the notice's mail", self._heard)
        wait_for("its figure", lambda: self._sent() > total(before, "duban_deliveries", 'state="ended"'))
        after = metrics_of(self.host, self._caller())
        moved = [name for name in ("duban_http_requests_total",) if total(after, name) > total(before, name)]
        if not moved:
            raise RuntimeError("the number of requests did not move")
        return f"{finding['number']} notified; {self._heard()} mail(s); requests and deliveries count on"

    def fail(self) -> str:
        """A process is killed, and started again as its unit says."""
        worker = next(one for one in self.host.supervised if "deliver" in one.unit.name)
        os.kill(worker.process.pid, signal.SIGKILL)
        sent = self._heard()
        notify_finding(self.inspector)
        wait_for("the worker again", lambda: worker.starts > 1)
        wait_for("the mail of meanwhile", lambda: self._heard() > sent, within=150)
        return f"{worker.unit.name} was killed, came again after {worker.unit.restart_after:.0f} s and sent what waited"

    def back_up(self) -> str:
        secret = self.host.at("/etc/duban/backup.secret")
        secret.write_text("an-office-keeps-a-copy-of-this-elsewhere\n")
        secret.chmod(0o600)
        self.host.run_unit("duban-backup.service")
        folder = self.host.at("/var/lib/duban-backups")
        (self.backup,) = folder.glob("*.backup")
        shown = self.host.duban("backup", "show", str(self.backup), "--key-file", str(secret)).strip().splitlines()[0]
        self.backed_up_at = datetime.now(UTC)
        return f"of the running office by its unit: {self.backup.name}, {shown}"

    def lose(self) -> str:
        """Everything of the host but its settings and the backup, and the database."""
        self.host.stop(at_once=True)
        self.nginx.stop()
        kept = self.folder / "elsewhere"
        kept.mkdir()
        self.backup = Path(shutil.copy(self.backup, kept))
        for name in ("backup.secret", "secret.key"):
            shutil.copy(self.host.at(f"/etc/duban/{name}"), kept)
        self.host.lose_data()
        self.database.drop_database("office")
        return "processes killed, data folder and database gone; kept elsewhere: the backup, its secret, secret.key"

    def restore(self) -> str:
        """On another host, held."""
        self.kept = self.folder / "elsewhere"
        program = self.host.at("/opt/duban")
        self.host = Host(self.folder / "another")
        self.host.at("/opt/duban").rmdir()
        self.host.at("/opt/duban").symlink_to(program)
        self._settle(self.host, fresh=False)
        words = ("restore", str(self.backup), "--key-file", str(self.kept / "backup.secret"))
        self.host.duban(*words, **self.as_owner)
        self._grant()
        verified = self.host.duban("audit", "verify").strip().splitlines()[-1]
        self.host.start()
        wait_for("/readyz says held", lambda: self._ready() == 503 and "held" in self._readiness())
        sent = self._heard()
        inspector = self._caller()
        inspector.sign_in_at_provider()
        self.inspector = inspector
        notify_finding(inspector)
        admin = self._caller()
        admin.sign_in(ADMIN, CHOSEN)
        admin.give_code(self.seed)
        if self._heard() != sent:
            raise RuntimeError("a held office has sent a mail")
        return f"{verified}; people sign in and work, and nothing is sent: /readyz 503, held"

    def release(self) -> str:
        sent = self._heard()
        until = self.backed_up_at.isoformat(timespec="seconds")
        self.host.duban("hold", "release", "--sent-until", until, "--as", ADMIN, "--reason", "备份之前的均已发出")
        wait_for("what came after", lambda: self._heard() > sent, within=150)
        wait_for("/readyz says ready", lambda: self._ready() == 200)
        return f"{self._heard() - sent} mail(s) of after the backup went out; /readyz 200"

    def upgrade(self) -> str:
        """As docs/operating.md says: backup, stop, install, schema, rights, start."""
        secret = str(self.host.at("/etc/duban/backup.secret"))
        self.host.duban("backup", str(self.host.at("/var/lib/duban-backups")), "--key-file", secret)
        self.host.stop()
        self.host.install_program(self.wheel)
        told = self.host.duban("db", "upgrade", **self.as_owner).strip().splitlines()[-1]
        self._grant()
        self.host.start()
        wait_for("/readyz says ready", lambda: self._ready() == 200)
        wait_for("duban doctor finds no fault", self._healthy, within=90)
        self.inspector.call("GET", "/findings", expect=200)
        verified = self.host.duban("audit", "verify").strip().splitlines()[-1]
        self.host.stop()
        return f"{told.rpartition(' / ')[2]} {verified}"

    def upgrade_old(self) -> str:
        """A folder of version 0.1.0 at schema v0003, by the installed program."""
        old = self.folder / "old"
        with tarfile.open(KEPT / "folder.tar.xz") as archive:
            archive.extractall(old, filter="data")
        alone = {"DUBAN_DATA_DIR": str(old), "DUBAN_DATABASE_URL_FILE": "", "DUBAN_REDIS_URL_FILE": ""}
        self.host.duban("db", "upgrade", **alone)
        return self.host.duban("audit", "verify", **alone).strip().splitlines()[-1]

    def _settle(self, host: Host, *, fresh: bool = True) -> None:
        """Settings, an empty database with its two roles, and the proxy in front."""
        self._put_proxy_before(host)
        etc = host.at("/etc/duban")
        name = "office" if fresh else "office_again"
        owner = self.database.new_database(name)
        self.as_owner = {"DUBAN_DATABASE_URL": owner, "DUBAN_DATABASE_URL_FILE": ""}
        self.role_file = etc / "role"
        self.role_file.write_text("the-password-of-duban_app")
        secrets = {
            "database.url": self.database.address(name, "duban_app", "the-password-of-duban_app"),
            "redis.url": self.redis_url,
            "smtp.url": self.mails.url,
            "oidc.secret": CLIENT_SECRET,
        }
        for file, text in secrets.items():
            (etc / file).write_text(f"{text}\n")
        if fresh:
            (etc / "secret.key").write_text(os.urandom(32).hex())
        else:
            for file in ("secret.key", "backup.secret"):
                shutil.copy(self.kept / file, etc)
        host.write_settings(
            {
                "DUBAN_BASE_URL": self.nginx.url,
                "DUBAN_REDIS_URL": "",
                "DUBAN_REDIS_URL_FILE": str(etc / "redis.url"),
                "DUBAN_OIDC_ISSUER": self.provider.issuer,
                "DUBAN_OIDC_CLIENT_ID": CLIENT_ID,
                "DUBAN_OIDC_CLIENT_SECRET_FILE": str(etc / "oidc.secret"),
                "DUBAN_SECOND_FACTOR_ROLES": "admin",
            }
        )
        if fresh:
            host.duban("db", "upgrade", **self.as_owner)
            self._grant()
            host.duban("audit", "key", "--create")

    def _put_proxy_before(self, host: Host) -> None:
        host.web_port = free_port()
        example = host.units.parents[1] / "nginx.example.conf"
        place = host.folder / "nginx"
        place.mkdir()
        self.nginx = Nginx(self._nginx_program, example, place, host.web_port)
        self._held.callback(self.nginx.stop)

    def _keep_log(self) -> None:
        """PostgreSQL's log tells who waited for whom; its own folder goes."""
        (self.folder / "postgresql.log").write_text(self.database.log())

    def _grant(self) -> None:
        self.host.duban("db", "grant", "duban_app", "--password-file", str(self.role_file), **self.as_owner)

    def _caller(self) -> Caller:
        return Caller(self.nginx.url, self.nginx.certificate)

    def _healthy(self) -> bool:
        try:
            return bool(self.host.duban("doctor"))
        except RuntimeError:
            return False

    def _readiness(self) -> str:
        return str(self._caller().session.get(f"{self.nginx.url}/readyz", timeout=30).text)

    def _ready(self) -> int:
        return int(self._caller().session.get(f"{self.nginx.url}/readyz", timeout=30).status_code)

    def _heard(self) -> int:
        """How many mails the university has."""
        return self.mails.recipients.count(f"{READER}@exam.example")

    def _sent(self) -> float:
        return total(metrics_of(self.host, self._caller()), "duban_deliveries", 'state="ended"')
