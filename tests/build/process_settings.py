"""The settings of a process in tests: a database and a folder of the test's own, and no servers besides."""

from pathlib import Path

from service.settings import Settings


def process_settings(database_url: str, data_dir: Path, *, redis_url: str | None = None) -> Settings:
    """Settings without mail, and without Redis unless one is given."""
    return Settings(
        database_url=database_url,
        redis_url=redis_url,
        data_dir=data_dir,
        secret_key="0" * 64,
        smtp_url=None,
        base_url="http://127.0.0.1:8000",
    )
