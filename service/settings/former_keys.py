"""The keys that the secret key followed: what they have sealed still opens."""

from collections.abc import Mapping
from pathlib import Path

from service.settings.values import bad

FORMER_NAMES = ("DUBAN_SECRET_KEY_FORMER",)
NONE = "none"
FILE = "secret.key.former"  # in the data folder, beside a key that lies there; one a line, the newest first


def former_keys(environ: Mapping[str, str], data_dir: Path) -> tuple[str, ...]:
    """Those of the setting, with commas, or without one those in the data folder; raises BadSettings."""
    (name,) = FORMER_NAMES
    value = environ.get(name)
    file = data_dir / FILE
    if value is None and "DUBAN_SECRET_KEY" not in environ and file.exists():
        try:
            value = ",".join(file.read_text(encoding="ascii").split())
        except (OSError, UnicodeDecodeError) as error:
            bad(
                name,
                f"未设置，且 {file} 无法读取（{error}），请修正",
                f"is not set, and {file} cannot be read ({error})",
            )
    keys = tuple(key.strip() for key in (value or NONE).split(",") if key.strip())
    if keys == (NONE,):
        return ()
    if any(len(key) < 32 for key in keys):
        bad(
            name,
            "须为原来的密钥，多个用逗号分隔，没有则写 none 或删去",
            "names keys that were DUBAN_SECRET_KEY before, with commas; write none, or remove it, when there is none",
        )
    return keys
