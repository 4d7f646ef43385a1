"""What the environment says about where Duban keeps its data and whom it talks to."""

import difflib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from service.settings.accounts import ACCOUNT_NAMES, AccountRules, PasswordRules, account_rules
from service.settings.files import create_once
from service.settings.former_keys import FORMER_NAMES, former_keys
from service.settings.logs import LOG_NAMES, LogRules, log_rules
from service.settings.metrics import METRICS_NAMES, metrics_token
from service.settings.oidc import OIDC_NAMES, OidcRules, oidc_rules
from service.settings.values import BadSettings, bad, number, split

__all__ = [
    "AccountRules",
    "BadSettings",
    "EvidenceQuota",
    "Network",
    "OidcRules",
    "PasswordRules",
    "Settings",
    "load_settings",
]

PREFIX = "DUBAN_"
NAMES = (
    "DUBAN_BASE_URL",
    "DUBAN_CHECKPOINT_DIR",
    "DUBAN_CHECKPOINT_KEY",
    "DUBAN_DATA_DIR",
    "DUBAN_DATABASE_URL",
    "DUBAN_EVIDENCE_MEGABYTES",
    "DUBAN_EVIDENCE_PER_DAY",
    "DUBAN_EVIDENCE_PIECES",
    "DUBAN_REDIS_URL",
    "DUBAN_SECRET_KEY",
    *ACCOUNT_NAMES,
    *LOG_NAMES,
    *METRICS_NAMES,
    *FORMER_NAMES,
    *OIDC_NAMES,
    "DUBAN_SMTP_URL",
    "DUBAN_TRUSTED_PROXIES",
)
FROM_FILES = (  # or NAME_FILE
    *("DUBAN_DATABASE_URL", "DUBAN_METRICS_TOKEN", "DUBAN_OIDC_CLIENT_SECRET", "DUBAN_REDIS_URL"),
    *("DUBAN_SECRET_KEY", *FORMER_NAMES, "DUBAN_SMTP_URL"),
)
Network = IPv4Network | IPv6Network
DATABASE_DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg")
REDIS = (("redis", "rediss", "unix"), "redis://127.0.0.1:6379/0")  # schemes, and an example
SMTP = (("smtp", "smtps", "smtp+starttls", "smtp+insecure"), "smtp+starttls://user:password@mail.example:587")
THIS_HOST = ("localhost", "127.0.0.1", "::1")
SHORTEST_KEY = 32  # characters: 128 bits and more in hexadecimal


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceQuota:
    """How much evidence an organization may have; the centre, whose teams photograph most, is one as well."""

    megabytes: int = 20_000
    pieces: int = 20_000
    pieces_per_day: int = 1_000  # of one person


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where things are; addresses may carry passwords, so they stay out of `repr`."""

    database_url: str = field(repr=False)  # sqlite:///… or postgresql://…
    redis_url: str | None = field(repr=False)  # none: `duban up` starts an embedded one, others poll the database
    data_dir: Path  # absolute; exists
    secret_key: str = field(repr=False)  # signs cookies and cursors
    smtp_url: str | None = field(repr=False)  # none: mail lands in DATA/outbox
    base_url: str  # of links in messages; no slash at the end
    trusted_proxies: tuple[Network, ...] = ()  # whose X-Forwarded-For is believed
    evidence: EvidenceQuota = EvidenceQuota()
    accounts: AccountRules = field(default_factory=AccountRules)
    logs: LogRules = field(default_factory=LogRules)
    former_keys: tuple[str, ...] = field(default=(), repr=False)  # that the secret key followed
    metrics_token: str | None = field(default=None, repr=False)  # none: /metrics is for this host alone
    oidc: OidcRules | None = None  # none: people sign in here alone
    own_checkpoint_key: Path | None = None  # absolute; none: in the data folder
    own_checkpoint_dir: Path | None = None  # absolute; none: in the data folder

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The secret key, with which everything new is sealed, and those that still open what they have sealed."""
        return (self.secret_key, *self.former_keys)

    @property
    def checkpoint_key(self) -> Path:
        """The private key that signs checkpoints; need not be there."""
        return self.own_checkpoint_key or self.data_dir / "checkpoint.key"

    @property
    def checkpoint_dir(self) -> Path:
        """The folder that signed checkpoints are exported to; need not be there."""
        return self.own_checkpoint_dir or self.data_dir / "checkpoints"


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read the `DUBAN_*` names; creates the data folder and, when no key is given, DATA/secret.key once.

    Secrets may come from files, `NAME_FILE`. BadSettings when a name is unknown, a value is empty or unusable, or the
    data folder cannot be written.
    """
    environ = _with_files(environ)
    _refuse_unknown(environ)
    data_dir = _data_dir(environ)
    default = URL.create("sqlite", database=str(data_dir / "duban.db")).render_as_string(hide_password=False)
    return Settings(
        database_url=_database_url(environ.get("DUBAN_DATABASE_URL", default)),
        redis_url=_server_url("DUBAN_REDIS_URL", environ.get("DUBAN_REDIS_URL"), *REDIS),
        data_dir=data_dir,
        secret_key=_secret_key(environ.get("DUBAN_SECRET_KEY"), data_dir),
        smtp_url=_smtp_url(environ.get("DUBAN_SMTP_URL")),
        base_url=_base_url(environ.get("DUBAN_BASE_URL", "http://127.0.0.1:8000")),
        evidence=_evidence_quota(environ),
        accounts=account_rules(environ),
        logs=log_rules(environ),
        former_keys=former_keys(environ, data_dir),
        metrics_token=metrics_token(environ),
        oidc=oidc_rules(environ),
        own_checkpoint_key=_path(environ.get("DUBAN_CHECKPOINT_KEY")),
        own_checkpoint_dir=_path(environ.get("DUBAN_CHECKPOINT_DIR")),
        trusted_proxies=_networks("DUBAN_TRUSTED_PROXIES", environ.get("DUBAN_TRUSTED_PROXIES")),
    )


def _with_files(environ: Mapping[str, str]) -> Mapping[str, str]:
    """The settings, with those that stand in a file, as `NAME_FILE` says: secrets need not be in the environment."""
    read = dict(environ)
    for name in FROM_FILES:
        file = read.pop(f"{name}_FILE", None)
        if file is None:
            continue
        if name in read:
            bad(f"{name}_FILE", f"与 {name} 只能设一个，请删去一个", f"and {name} are both set; remove one")
        try:
            read[name] = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            bad(f"{name}_FILE", f"无法读取 {file}（{error}），请修正", f"{file} cannot be read ({error}); mend it")
    return read


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    for name in sorted(environ):
        if not name.startswith(PREFIX):
            continue
        if name not in NAMES:
            alike = difflib.get_close_matches(name[len(PREFIX) :], [one[len(PREFIX) :] for one in NAMES], n=1)
            near = f"{PREFIX}{alike[0]}" if alike else ", ".join(NAMES)
            bad(name, f"没有这个设置，请改为 {near} 或删去", f"is not a setting; write {near} or remove it")
        if not environ[name].strip():
            bad(name, "为空，请填写或删去", "is empty; give a value or remove it")


def data_folder(environ: Mapping[str, str]) -> Path:
    """Where the data lie, whether or not the folder is there yet."""
    return Path(environ.get("DUBAN_DATA_DIR", "data")).expanduser().absolute()


def _path(value: str | None) -> Path | None:
    return None if value is None else Path(value).expanduser().absolute()


def _data_dir(environ: Mapping[str, str]) -> Path:
    folder = data_folder(environ)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        bad(
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
        bad(
            name,
            "无法识别，请写成 postgresql://用户:密码@主机/数据库",
            "cannot be read; write postgresql://user:password@host/database",
        )
    if url.drivername not in DATABASE_DRIVERS:
        bad(
            name,
            f"不支持 {url.drivername}，请用 postgresql:// 或 sqlite:///",
            f"{url.drivername} is not supported; use postgresql:// or sqlite:///",
        )
    if not url.database or url.database == ":memory:":
        bad(name, "没有写明数据库，请补在最后", "names no database; add it at the end")
    return value


def _server_url(name: str, value: str | None, schemes: tuple[str, ...], example: str) -> str | None:
    if value is None:
        return None
    parts = split(name, value, schemes, example)
    if not (parts.path if parts.scheme == "unix" else parts.hostname):
        bad(name, f"缺少主机，例如 {example}", f"names no host; write, for example, {example}")
    return value


def _smtp_url(value: str | None) -> str | None:
    """A password goes over checked encryption alone, within this host, or where the scheme says that it need not."""
    name = "DUBAN_SMTP_URL"
    url = _server_url(name, value, *SMTP)
    parts = urlsplit(url or "")
    if parts.scheme == "smtp" and parts.username and parts.hostname not in THIS_HOST:
        bad(
            name,
            "会把密码不加密或不核对证书就发给邮件服务器，请改用 smtps:// 或 smtp+starttls://；"
            "内网服务器确实没有可核对的证书时写 smtp+insecure://",
            "would send the password in the clear or over TLS that nobody checked; write smtps:// or smtp+starttls://, "
            "or smtp+insecure:// where a server within the house has no certificate that can be checked",
        )
    return url


def _base_url(value: str) -> str:
    example = "https://duban.example"
    parts = split("DUBAN_BASE_URL", value, ("http", "https"), example)
    if not parts.hostname or parts.query or parts.fragment or parts.username:
        bad(
            "DUBAN_BASE_URL",
            f"只能含协议、主机和端口，例如 {example}",
            f"holds scheme, host and port alone; write, for example, {example}",
        )
    if parts.path.strip("/"):
        bad(
            "DUBAN_BASE_URL",
            f"不能带路径，网页的链接都从主机的根开始；请为督办单设一个主机名，例如 {example}",
            f"has a path, but links of pages begin at the root; give Duban a host name of its own, such as {example}",
        )
    return value.rstrip("/")


def _evidence_quota(environ: Mapping[str, str]) -> EvidenceQuota:
    usual = EvidenceQuota()
    return EvidenceQuota(
        megabytes=number("DUBAN_EVIDENCE_MEGABYTES", environ, usual.megabytes),
        pieces=number("DUBAN_EVIDENCE_PIECES", environ, usual.pieces),
        pieces_per_day=number("DUBAN_EVIDENCE_PER_DAY", environ, usual.pieces_per_day),
    )


def _networks(name: str, value: str | None) -> tuple[Network, ...]:
    example = "127.0.0.1,10.0.0.0/8"
    try:
        networks = tuple(ip_network(part.strip()) for part in (value or "").split(",") if part.strip())
    except ValueError:
        bad(
            name,
            f"只能是地址或网段，用逗号分隔，例如 {example}",
            f"names addresses and networks; write, for example, {example}",
        )
    if any(network.prefixlen == 0 for network in networks):
        bad(name, "不能信任所有地址，请只写代理的地址", "trusts everybody; name the proxy's own address")
    return networks


def _secret_key(value: str | None, data_dir: Path) -> str:
    if value is not None:
        return _long_enough("DUBAN_SECRET_KEY", value)
    file = data_dir / "secret.key"
    try:
        if not file.exists():
            create_once(file, secrets.token_hex(32))
        return _long_enough(str(file), file.read_text(encoding="ascii").strip())
    except (OSError, UnicodeDecodeError) as error:
        bad(
            "DUBAN_SECRET_KEY",
            f"未设置，且 {file} 无法读写（{error}），请设置密钥或修正权限",
            f"is not set, and {file} cannot be used ({error}); set a key or mend the permissions",
        )


def _long_enough(name: str, key: str) -> str:
    if len(key) < SHORTEST_KEY:
        bad(
            name,
            f"少于 {SHORTEST_KEY} 个字符，请用 openssl rand -hex 32 生成",
            f"has fewer than {SHORTEST_KEY} characters; make one with: openssl rand -hex 32",
        )
    return key
