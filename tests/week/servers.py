"""What stands around the office: PostgreSQL and Redis that want passwords, and nginx with the shipped example."""

import os
import secrets
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg import sql

from tests.servers import PostgreSQL, Valkey

OWNER = "duban"
HBA = "local all postgres trust\nlocal all all scram-sha-256\n"
SUBJECT = ("-subj", "/CN=duban.example", "-addext", "subjectAltName=DNS:duban.example,IP:127.0.0.1")


class Database(PostgreSQL):
    """A server where whoever is not its own administrator gives a password."""

    def prepare(self) -> None:
        """Make the owner, who may make roles, and ask for passwords from now on."""
        self.password = secrets.token_hex(16)
        with psycopg.connect(super().url("postgres"), autocommit=True) as connection:
            made = sql.SQL("CREATE ROLE {} LOGIN CREATEROLE PASSWORD {}")
            connection.execute(made.format(sql.Identifier(OWNER), sql.Literal(self.password)))
            (self.folder / "data" / "pg_hba.conf").write_text(HBA)
            connection.execute("ALTER SYSTEM SET log_lock_waits = on")
            connection.execute("SELECT pg_reload_conf()")

    def new_database(self, name: str) -> str:
        """An empty database of the owner; the address with which the owner comes."""
        with psycopg.connect(super().url("postgres"), autocommit=True) as connection:
            made = sql.SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(made.format(sql.Identifier(name), sql.Identifier(OWNER)))
        return self.address(name, OWNER, self.password)

    def address(self, name: str, role: str, password: str) -> str:
        """The address with which a role comes."""
        return f"postgresql://{role}:{password}@/{name}?host={self.folder}"

    def refuses(self, address: str) -> bool:
        """Whether nobody gets in so."""
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            return True
        return False


class Queue(Valkey):
    """A server that wants a password."""

    def prepare(self) -> str:
        """Ask for a password from now on; the address with it."""
        password = secrets.token_hex(16)
        with self.client() as client:
            client.config_set("requirepass", password)
        return f"unix://:{password}@{self.socket}?db=0"


class Nginx:
    """nginx with the shipped example, on ports of its own."""

    def __init__(self, program: str, example: Path, folder: Path, web_port: int) -> None:
        self.port = free_port()
        self.certificate, key = folder / "duban.example.crt", folder / "duban.example.key"
        made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", *SUBJECT]
        subprocess.run([*made, "-keyout", key, "-out", self.certificate], check=True, capture_output=True)
        text = example.read_text()
        for shipped, own in {
            "/etc/ssl/duban.example.crt": str(self.certificate),
            "/etc/ssl/private/duban.example.key": str(key),
            "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
            "listen 80;": f"listen 127.0.0.1:{free_port()};",
            "http://127.0.0.1:8000": f"http://127.0.0.1:{web_port}",
        }.items():
            if shipped not in text:
                raise RuntimeError(f"{example} no longer says {shipped}")
            text = text.replace(shipped, own)
        whole = f"pid {folder}/nginx.pid;\nerror_log {folder}/nginx.log;\nevents {{}}\nhttp {{\naccess_log off;\n"
        temporary = "".join(f"{kind}_temp_path {folder}/nginx-{kind};\n" for kind in TEMPORARY)
        (folder / "nginx.conf").write_text(f"{whole}{temporary}{text}\n}}\n")
        folder.chmod(0o755)
        command = [program, "-c", str(folder / "nginx.conf"), "-g", f"daemon off; user {_user()};"]
        self._process = subprocess.Popen(command, start_new_session=True)

    @property
    def url(self) -> str:
        """Where people come in."""
        return f"https://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """Stop it."""
        self._process.terminate()
        self._process.wait(20)


TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def _user() -> str:
    return "root" if os.geteuid() == 0 else os.environ.get("USER", "nobody")


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def wait_for(what: str, is_there: Callable[[], object], within: float = 60) -> None:
    """Return once it is so; raises RuntimeError after so many seconds."""
    patience = time.monotonic() + within
    while not is_there():
        if time.monotonic() > patience:
            raise RuntimeError(f"not within {within:.0f} s: {what}")
        time.sleep(0.1)
