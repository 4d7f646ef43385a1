"""What the environment says about where Duban keeps its data and whom it talks to."""

import difflib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "DUBAN_"
NAMES = (
    "DUBAN_BASE_URL",
    "DUBAN_DATA_DIR",
    "DUBAN_DATABASE_URL",
    "DUBAN_REDIS_URL",
    "DUBAN_SECRET_KEY",
    "DUBAN_SMTP_URL",
)
DATABASE_DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg")
REDIS = (("redis", "rediss", "unix"), "redis://127.0.0.1:6379/0")  # schemes, and an example
SMTP = (("smtp", "smtps", "smtp+starttls"), "smtp://user:password@mail.example:587")
SHORTEST_KEY = 32  # characters: 128 bits and more in hexadecimal


class BadSettings(Exception):
    """A setting that cannot be used; the sentence, Chinese then English, says which, why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where things are; addresses may carry passwords, so they stay out of `repr`."""

    database_url: str = field(repr=False)  # sqlite:///… or postgresql://…
    redis_url: str | None = field(repr=False)  # none: `duban up` starts an embedded one, others poll the database
    data_dir: Path  # absolute; exists
    secret_key: str = field(repr=False)  # signs cookies and cursors
    smtp_url: str | None = field(repr=False)  # none: mail lands in DATA/outbox
    base_url: str  # of links in messages; no slash at the end


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read the `DUBAN_*` names; creates the data folder and, when no key is given, DATA/secret.key once.

    BadSettings when a name is unknown, a value is empty or unusable, or the data folder cannot be written.
    """
    _refuse_unknown(environ)
    data_dir = _data_dir(environ.get("DUBAN_DATA_DIR", "data"))
    default = URL.create("sqlite", database=str(data_dir / "duban.db")).render_as_string(hide_password=False)
    return Settings(
        database_url=_database_url(environ.get("DUBAN_DATABASE_URL", default)),
        redis_url=_server_url("DUBAN_REDIS_URL", environ.get("DUBAN_REDIS_URL"), *REDIS),
        data_dir=data_dir,
        secret_key=_secret_key(environ.get("DUBAN_SECRET_KEY"), data_dir),
        smtp_url=_server_url("DUBAN_SMTP_URL", environ.get("DUBAN_SMTP_URL"), *SMTP),
        base_url=_base_url(environ.get("DUBAN_BASE_URL", "http://127.0.0.1:8000")),
    )


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    for name in sorted(environ):
        if not name.startswith(PREFIX):
            continue
        if name not in NAMES:
            near = (difflib.get_close_matches(name, NAMES, n=1) or [", ".join(NAMES)])[0]
            _bad(name, f"没有这个设置，请改为 {near} 或删去", f"is not a setting; write {near} or remove it")
        if not environ[name].strip():
            _bad(name, "为空，请填写或删去", "is empty; give a value or remove it")


def _data_dir(value: str) -> Path:
    folder = Path(value).expanduser().absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        _bad(
            "DUBAN_DATA_DIR",
            f"无法创建文件夹 {folder}（{error.strerror}），请换一个可写的位置",
            f"the folder {folder} cannot be made ({error.strerror}); name a place that can be written",
        )
    return folder


def _database_url(value: str) -> str:
    name = "DUBAN_DATABASE_URL"
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):
        _bad(
            name,
            "无法识别，请写成 postgresql://用户:密码@主机/数据库",
            "cannot be read; write postgresql://user:password@host/database",
        )
    if url.drivername not in DATABASE_DRIVERS:
        _bad(
            name,
            f"不支持 {url.drivername}，请用 postgresql:// 或 sqlite:///",
            f"{url.drivername} is not supported; use postgresql:// or sqlite:///",
        )
    if not url.database or url.database == ":memory:":
        _bad(name, "没有写明数据库，请补在最后", "names no database; add it at the end")
    return value


def _server_url(name: str, value: str | None, schemes: tuple[str, ...], example: str) -> str | None:
    if value is None:
        return None
    parts = _split(name, value, schemes, example)
    if not (parts.path if parts.scheme == "unix" else parts.hostname):
        _bad(name, f"缺少主机，例如 {example}", f"names no host; write, for example, {example}")
    return value


def _base_url(value: str) -> str:
    example = "https://duban.example"
    parts = _split("DUBAN_BASE_URL", value, ("http", "https"), example)
    if not parts.hostname or parts.query or parts.fragment or parts.username:
        _bad(
            "DUBAN_BASE_URL",
            f"只能含协议、主机和路径，例如 {example}",
            f"holds scheme, host and path alone; write, for example, {example}",
        )
    return value.rstrip("/")


def _split(name: str, value: str, schemes: tuple[str, ...], example: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        _ = parts.port  # raises when it is no number
    except ValueError:
        _bad(name, f"无法识别，例如 {example}", f"cannot be read; write, for example, {example}")
    if parts.scheme not in schemes:
        known = ", ".join(f"{scheme}://" for scheme in schemes)
        _bad(name, f"须以 {known} 开头，例如 {example}", f"must begin with {known}; write, for example, {example}")
    return parts


def _secret_key(value: str | None, data_dir: Path) -> str:
    if value is not None:
        return _long_enough("DUBAN_SECRET_KEY", value)
    file = data_dir / "secret.key"
    try:
        if not file.exists():
            _create_once(file, secrets.token_hex(32))
        return _long_enough(str(file), file.read_text(encoding="ascii").strip())
    except (OSError, UnicodeDecodeError) as error:
        _bad(
            "DUBAN_SECRET_KEY",
            f"未设置，且 {file} 无法读写（{error}），请设置密钥或修正权限",
            f"is not set, and {file} cannot be used ({error}); set a key or mend the permissions",
        )


def _long_enough(name: str, key: str) -> str:
    if len(key) < SHORTEST_KEY:
        _bad(
            name,
            f"少于 {SHORTEST_KEY} 个字符，请用 openssl rand -hex 32 生成",
            f"has fewer than {SHORTEST_KEY} characters; make one with: openssl rand -hex 32",
        )
    return key


def _create_once(file: Path, text: str) -> None:
    """Write a private file whole or not at all; of processes that start at once, the first wins."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as writing:
            writing.write(text)
            writing.flush()
            os.fsync(writing.fileno())
        try:
            file.hardlink_to(draft)
        except FileExistsError:
            return
    finally:
        draft.unlink()


def _bad(name: str, zh: str, en: str) -> NoReturn:
    raise BadSettings(f"{name}：{zh}。 / {name}: {en}.")
