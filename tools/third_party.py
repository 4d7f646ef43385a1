"""`python tools/third_party.py WHEELS`: take the files of others that pages need out of the wheels that carry them.

The set-up fetches the wheels by the hashes of requirements/pages.txt, and installs nothing of them.
"""

import sys
from pathlib import Path
from zipfile import ZipFile

FOLDER = Path(__file__).parents[1] / "api" / "console" / "static" / "vendor"
TAKEN = {  # from the wheel whose name begins so: the file in it, and its name here
    "bootstrap_flask-": {"flask_bootstrap/static/bootstrap5/css/bootstrap.min.css": "bootstrap.min.css"},
    "django_htmx-": {"django_htmx/static/django_htmx/htmx-2.min.js": "htmx.min.js"},
}


def take(wheels: Path) -> None:
    """Write the files; raises `KeyError` when a wheel does not hold one."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for beginning, files in TAKEN.items():
        (wheel,) = wheels.glob(f"{beginning}*.whl")
        with ZipFile(wheel) as opened:
            for inside, name in files.items():
                # without the address of the map, which is not served
                content = opened.read(inside).rpartition(b"/*# sourceMappingURL=")[0] or opened.read(inside)
                (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    take(Path(sys.argv[1]))
