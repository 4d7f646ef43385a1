"""What another waits for while three universities import the worst table that is accepted: `duban web` on SQLite."""

import io
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from sqlalchemy import select

from benchmarks.lines import Line
from benchmarks.run import Run
from benchmarks.seed import seed_round
from service.models import Person
from service.people.tokens import issue_token
from service.store import clock
from service.store.db import connect, sessions
from service.store.schema import upgrade
from tests.build.workbooks import workbook
from workflows.vocabulary import Role

DUBAN = Path(sys.executable).with_name("duban")
UNIVERSITIES, ROWS = 3, 1_000_000
SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BORDER = "border"
NOBODYS = "/alerts/11111111-2222-4333-8444-555555555555/acknowledgement"  # takes the lock, and finds nothing


def measure(run: Run) -> Iterator[Line]:
    """Milliseconds of another's writes meanwhile, and how many imports were answered with which status."""
    seconds = run.sizes.seconds
    with tempfile.TemporaryDirectory() as name, _running(Path(name)) as (address, tokens):
        *universities, victim = tokens
        until, answered, waits = time.monotonic() + seconds, Counter[str](), []
        body = _form(worst_table())

        def bring(token: str) -> None:
            while time.monotonic() < until:
                status = _post(f"{address}/ledgers", token, body, f"multipart/form-data; boundary={BORDER}")
                answered[f"imports answered {status}"] += 1

        importing = [Thread(target=bring, args=[token]) for token in universities]
        for thread in importing:
            thread.start()
        while time.monotonic() < until:
            began = time.monotonic()
            assert _post(address + NOBODYS, victim, b"{}", "application/json") == 404
            waits.append((time.monotonic() - began) * 1000)
            time.sleep(0.02)
        for thread in importing:
            thread.join()
    waits.sort()
    for part in (50, 99):
        yield Line(f"write beside imports: p{part} ms", [waits[len(waits) * part // 100]])
    yield Line("write beside imports: slowest ms", [waits[-1]])
    for name, many in answered.items():
        yield Line(name, [many])


def worst_table() -> bytes:
    """Rows that hold nothing and hardly shrink: the most that a reader can be given to do."""
    rows = b"".join(b'<row r="%d" spans="%s"></row>' % (n, secrets.token_hex(5).encode()) for n in range(1, ROWS + 1))
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>'.encode() + rows + b"</sheetData></worksheet>"
    made = io.BytesIO()
    small = io.BytesIO(workbook({"表": []}))
    with zipfile.ZipFile(small) as whole, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in whole.namelist():
            copy.writestr(name, sheet if name == SHEET else whole.read(name))
    return made.getvalue()


@contextmanager
def _running(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """The address of a web process, and tokens of universities and of an inspector."""
    url, port = f"sqlite:///{folder / 'duban.db'}", _free_port()
    upgrade(url)
    engine = connect(url)
    with sessions(engine)() as session:
        seed_round(session, universities=UNIVERSITIES)
        people = session.scalars(select(Person).where(Person.role.in_((Role.UNIVERSITY, Role.INSPECTOR))))
        one_of_each = {person.organization_id: person for person in people}.values()
        ordered = sorted(one_of_each, key=lambda person: person.role is Role.INSPECTOR)  # the last
        tokens = [issue_token(session, person=person, now=clock.now(session)) for person in ordered]
        session.commit()
    engine.dispose()
    own = {**os.environ, "DUBAN_DATA_DIR": str(folder)}
    process = subprocess.Popen([DUBAN, "web", "--port", str(port)], env=own, stdout=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}/api/v1", tokens
    finally:
        process.terminate()
        process.wait(60)


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            urlopen(address, timeout=2)  # noqa: S310 - our own address
        except (URLError, OSError):
            time.sleep(0.2)
        else:
            return


def _post(address: str, token: str, body: bytes, kind: str) -> int:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
    try:
        with urlopen(Request(address, data=body, headers=headers), timeout=120) as answer:  # noqa: S310 - our own address
            status: int = answer.status
    except HTTPError as error:
        return error.code
    return status


def _form(table: bytes) -> bytes:
    head = f'--{BORDER}\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
    return head.encode() + table + f"\r\n--{BORDER}--\r\n".encode()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
