"""What the environment says, and the sentence for each value that cannot be used."""

import re
import stat
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from service.settings import AccountRules, BadSettings, EvidenceQuota, OidcRules, load_settings
from service.settings.accounts import PASSWORD_PROFILES
from service.store.db import connect
from workflows.vocabulary import Role

KEY = "k" * 32


def test_without_any_setting_everything_is_in_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings({"PATH": "/bin"})
    assert settings.data_dir == tmp_path / "data"
    assert settings.database_url == f"sqlite:///{tmp_path}/data/duban.db"
    assert (settings.redis_url, settings.smtp_url, settings.base_url) == (None, None, "http://127.0.0.1:8000")
    assert settings.checkpoint_key == tmp_path / "data" / "checkpoint.key"
    assert settings.checkpoint_dir == tmp_path / "data" / "checkpoints"
    assert stat.S_IMODE(settings.data_dir.stat().st_mode) == 0o700


def test_every_setting_is_taken_as_given(tmp_path: Path) -> None:
    settings = load_settings(
        {
            "DUBAN_DATA_DIR": str(tmp_path / "督办数据"),
            "DUBAN_DATABASE_URL": "postgresql://duban:secret@db/duban",
            "DUBAN_REDIS_URL": "redis://redis:6379/0",
            "DUBAN_SMTP_URL": "smtp://mail:1025",
            "DUBAN_BASE_URL": "https://duban.example/",
            "DUBAN_SECRET_KEY": KEY,
            "DUBAN_EVIDENCE_MEGABYTES": "50000",
            "DUBAN_EVIDENCE_PIECES": "7",
            "DUBAN_EVIDENCE_PER_DAY": "5",
            "DUBAN_METRICS_TOKEN": KEY,
            "DUBAN_CHECKPOINT_KEY": "/run/keys/checkpoint.key",
            "DUBAN_CHECKPOINT_DIR": "/srv/checkpoints",
            "DUBAN_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8",
            "DUBAN_PASSWORD_PROFILE": "djbh",
            "DUBAN_SECOND_FACTOR_ROLES": "admin, leadership",
            "DUBAN_SEPARATE_ADMINISTRATION": "1",
            "DUBAN_SIGN_IN_HOURS": "8",
            "DUBAN_SIGN_IN_IDLE_MINUTES": "30",
        }
    )
    assert settings.evidence == EvidenceQuota(megabytes=50_000, pieces=7, pieces_per_day=5)
    assert settings.accounts == AccountRules(
        sign_in_holds=timedelta(hours=8),
        idle_after=timedelta(minutes=30),
        passwords=PASSWORD_PROFILES["djbh"],
        second_factor_roles=frozenset({Role.ADMIN, Role.LEADERSHIP}),
        separate_administration=True,
    )
    assert [str(network) for network in settings.trusted_proxies] == ["127.0.0.1/32", "10.0.0.0/8"]
    assert settings.metrics_token == KEY
    assert settings.database_url == "postgresql://duban:secret@db/duban"
    assert (settings.redis_url, settings.smtp_url) == ("redis://redis:6379/0", "smtp://mail:1025")
    assert (settings.base_url, settings.secret_key) == ("https://duban.example", KEY)
    assert settings.checkpoint_key == Path("/run/keys/checkpoint.key")
    assert settings.checkpoint_dir == Path("/srv/checkpoints")
    assert not (settings.data_dir / "secret.key").exists()


def test_secrets_may_come_from_files_which_nobody_sees_in_the_environment(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n")
    environ = {"DUBAN_DATA_DIR": str(tmp_path), "DUBAN_SECRET_KEY_FILE": str(tmp_path / "key")}
    assert load_settings(environ).secret_key == KEY
    for more in (
        {"DUBAN_SECRET_KEY": KEY},
        {"DUBAN_SMTP_URL_FILE": str(tmp_path / "none")},
        {"DUBAN_BASE_URL_FILE": "x"},
    ):
        with pytest.raises(BadSettings, match="_FILE"):
            load_settings(environ | more)


def test_passwords_and_keys_stay_out_of_what_is_printed(tmp_path: Path) -> None:
    address = "postgresql://duban:geheim@db/duban"
    settings = load_settings({"DUBAN_DATA_DIR": str(tmp_path), "DUBAN_DATABASE_URL": address, "DUBAN_SECRET_KEY": KEY})
    assert "geheim" not in repr(settings)
    assert KEY not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("DUBAN_DATABSE_URL", "sqlite:///x.db", "write DUBAN_DATABASE_URL or remove it"),
        ("DUBAN_DEBUG", "1", "is not a setting"),
        ("DUBAN_PORT", "8000", "write DUBAN_BASE_URL, DUBAN_CHECKPOINT_DIR, "),  # alike in what all have alone
        ("DUBAN_SECRET_KEY", " ", "is empty"),
        ("DUBAN_SECRET_KEY", "short", "fewer than 32 characters"),
        ("DUBAN_DATA_DIR", "/dev/null/data", "cannot be made"),
        ("DUBAN_TRUSTED_PROXIES", "proxy.example", "names addresses and networks"),
        ("DUBAN_TRUSTED_PROXIES", "10.0.0.1/8", "names addresses and networks"),
        ("DUBAN_TRUSTED_PROXIES", "127.0.0.1,::/0", "trusts everybody"),
        ("DUBAN_DATABASE_URL", "duban.db", "cannot be read"),
        ("DUBAN_DATABASE_URL", "postgresql://host:port/duban", "cannot be read"),
        ("DUBAN_DATABASE_URL", "postgres://duban@db/duban", "postgres is not supported"),
        ("DUBAN_DATABASE_URL", "mysql://duban@db/duban", "mysql is not supported"),
        ("DUBAN_DATABASE_URL", "postgresql://db", "names no database"),
        ("DUBAN_DATABASE_URL", "sqlite://", "names no database"),
        ("DUBAN_DATABASE_URL", "sqlite:///:memory:", "names no database"),
        ("DUBAN_REDIS_URL", "http://redis", "must begin with redis://"),
        ("DUBAN_REDIS_URL", "redis://", "names no host"),
        ("DUBAN_REDIS_URL", "unix://", "names no host"),
        ("DUBAN_REDIS_URL", "redis://redis:port", "cannot be read"),
        ("DUBAN_SMTP_URL", "mail.example:25", "must begin with smtp://"),
        ("DUBAN_SMTP_URL", "smtp://", "names no host"),
        ("DUBAN_SMTP_URL", "smtp://duban:pw@mail.example:587", "would send the password in the clear"),
        ("DUBAN_SMTP_URL", "smtp://duban:pw@10.0.0.9", "write smtps:// or smtp"),
        ("DUBAN_EVIDENCE_MEGABYTES", "20 GB", "must be a whole number above 0, for example 20000"),
        ("DUBAN_EVIDENCE_PER_DAY", "0", "must be a whole number above 0"),
        ("DUBAN_PASSWORD_PROFILE", "strong", "there is no strong; write asvs5 or djbh"),
        ("DUBAN_SECOND_FACTOR_ROLES", "admin,boss", "there is no role boss; choose of admin"),
        ("DUBAN_SIGN_IN_HOURS", "1000", "must lie between 1 and 744"),
        ("DUBAN_SIGN_IN_IDLE_MINUTES", "1", "must lie between 5 and 1440"),
        ("DUBAN_SECRET_KEY_FORMER", "short", "names keys that were DUBAN_SECRET_KEY before"),
        ("DUBAN_METRICS_TOKEN", "short", "has 32 letters and digits at least"),
        ("DUBAN_BASE_URL", "duban.example", "must begin with http://"),
        ("DUBAN_BASE_URL", "https://", "scheme, host and port alone"),
        ("DUBAN_BASE_URL", "https://duban.example/?a=b", "scheme, host and port alone"),
        ("DUBAN_BASE_URL", "https://office.example/duban/", "give Duban a host name of its own"),
    ],
)
def test_a_bad_value_is_named_with_its_reason(tmp_path: Path, name: str, value: str, why: str) -> None:
    with pytest.raises(BadSettings) as caught:
        load_settings({"DUBAN_DATA_DIR": str(tmp_path), name: value})
    chinese, english = str(caught.value).split(" / ", 1)
    assert chinese.startswith(f"{name}：")
    assert english.startswith(f"{name}: ")
    assert why in english


def test_a_provider_may_be_named_or_be_none(tmp_path: Path) -> None:
    named = {
        "DUBAN_OIDC_ISSUER": "https://id.example/realms/office",
        "DUBAN_OIDC_CLIENT_ID": "duban",
        "DUBAN_OIDC_CLIENT_SECRET": "geheim",
        "DUBAN_OIDC_SECOND_FACTOR": "otp, hwk",
    }
    rules = OidcRules(
        issuer="https://id.example/realms/office",
        client_id="duban",
        client_secret="geheim",
        second_factor=frozenset({"otp", "hwk"}),
    )
    assert load_settings({"DUBAN_DATA_DIR": str(tmp_path), **named}).oidc == rules
    assert "geheim" not in repr(rules)
    assert load_settings({"DUBAN_DATA_DIR": str(tmp_path), **dict.fromkeys(named, "none")}).oidc is None


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("DUBAN_OIDC_CLIENT_SECRET", None, "is not set, but DUBAN_OIDC_CLIENT_ID, DUBAN_OIDC_ISSUER is; add it"),
        ("DUBAN_OIDC_CLIENT_SECRET", "密钥", "holds ASCII alone"),
        ("DUBAN_OIDC_ISSUER", "http://id.example", "must begin with https://"),
        ("DUBAN_OIDC_ISSUER", "https://id.example/?a=b", "scheme, host and path alone"),
    ],
)
def test_a_provider_is_set_wholly_and_asked_over_https(tmp_path: Path, name: str, value: str | None, why: str) -> None:
    environ = {"DUBAN_OIDC_ISSUER": "https://id.example", "DUBAN_OIDC_CLIENT_ID": "d", "DUBAN_OIDC_CLIENT_SECRET": "g"}
    del environ[name]
    environ |= {name: value} if value else {}
    with pytest.raises(BadSettings, match=f"^{name}：.*{re.escape(why)}"):
        load_settings({"DUBAN_DATA_DIR": str(tmp_path), **environ})


def test_no_reason_gives_a_password_away(tmp_path: Path) -> None:
    with pytest.raises(BadSettings) as caught:
        load_settings({"DUBAN_DATA_DIR": str(tmp_path), "DUBAN_DATABASE_URL": "mysql://duban:geheim@db/duban"})
    assert "geheim" not in str(caught.value)


def test_the_secret_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    keys: set[str] = set()
    start = threading.Barrier(8)

    def begin() -> None:
        start.wait()
        keys.add(load_settings({"DUBAN_DATA_DIR": str(tmp_path)}).secret_key)

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 1
    assert len(keys.pop()) == 64
    assert [(file.name, stat.S_IMODE(file.stat().st_mode)) for file in tmp_path.iterdir()] == [("secret.key", 0o600)]


def test_a_secret_key_that_was_cut_short_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("abc")
    with pytest.raises(BadSettings, match=r"secret\.key.*openssl rand"):
        load_settings({"DUBAN_DATA_DIR": str(tmp_path)})


def test_a_database_beside_odd_characters_is_found_again(tmp_path: Path) -> None:
    folder = tmp_path / "100% 督办?"
    url = load_settings({"DUBAN_DATA_DIR": str(folder)}).database_url
    engine = connect(url)
    with engine.connect():
        pass
    engine.dispose()
    assert (folder / "duban.db").exists()


@pytest.mark.parametrize(
    "url",
    [
        *(
            "smtp://mail.example",
            "smtp://duban:pw@127.0.0.1:1025",
            "smtp://duban:pw@[::1]",
            "smtp://duban:pw@localhost",
        ),
        *("smtps://duban:pw@mail.example", "smtp+starttls://duban:pw@mail.example"),
        "smtp+insecure://duban:pw@mail.example",
    ],
)
def test_a_password_goes_over_checked_encryption_within_this_host_or_where_the_scheme_says_so(
    tmp_path: Path, url: str
) -> None:
    environ = {"DUBAN_DATA_DIR": str(tmp_path), "DUBAN_SECRET_KEY": KEY, "DUBAN_SMTP_URL": url}
    assert load_settings(environ).smtp_url == url
