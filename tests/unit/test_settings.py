"""What the environment says, and the sentence for each value that cannot be used."""

import stat
import threading
from pathlib import Path

import pytest

from service.settings import BadSettings, load_settings
from service.store.db import connect

KEY = "k" * 32


def test_without_any_setting_everything_is_in_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings({"PATH": "/bin"})
    assert settings.data_dir == tmp_path / "data"
    assert settings.database_url == f"sqlite:///{tmp_path}/data/duban.db"
    assert (settings.redis_url, settings.smtp_url, settings.base_url) == (None, None, "http://127.0.0.1:8000")
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
        }
    )
    assert settings.database_url == "postgresql://duban:secret@db/duban"
    assert (settings.redis_url, settings.smtp_url) == ("redis://redis:6379/0", "smtp://mail:1025")
    assert (settings.base_url, settings.secret_key) == ("https://duban.example", KEY)
    assert not (settings.data_dir / "secret.key").exists()


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
        ("DUBAN_SECRET_KEY", " ", "is empty"),
        ("DUBAN_SECRET_KEY", "short", "fewer than 32 characters"),
        ("DUBAN_DATA_DIR", "/dev/null/data", "cannot be made"),
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
        ("DUBAN_BASE_URL", "duban.example", "must begin with http://"),
        ("DUBAN_BASE_URL", "https://", "scheme, host and path alone"),
        ("DUBAN_BASE_URL", "https://duban.example/?a=b", "scheme, host and path alone"),
    ],
)
def test_a_bad_value_is_named_with_its_reason(tmp_path: Path, name: str, value: str, why: str) -> None:
    with pytest.raises(BadSettings) as caught:
        load_settings({"DUBAN_DATA_DIR": str(tmp_path), name: value})
    chinese, english = str(caught.value).split(" / ", 1)
    assert chinese.startswith(f"{name}：")
    assert english.startswith(f"{name}: ")
    assert why in english


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
