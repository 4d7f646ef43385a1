"""`python -m tests.week`: the operator's week on this machine; exit code 1 at the first step that went otherwise."""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.week.week import Week

NO_NGINX = "没有 nginx，请先安装（apt-get install nginx-light）。 / There is no nginx: apt-get install nginx-light.\n"


def main() -> int:
    """Play, and tell."""
    asked = argparse.ArgumentParser(prog="make week", description=__doc__)
    asked.add_argument("--keep", action="store_true", help="leave the folder with all logs")
    given = asked.parse_args()
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin") or _installed_nginx()
    if nginx is None:
        sys.stdout.write(NO_NGINX)
        return 0
    folder = Path(tempfile.mkdtemp(prefix="dw-", dir="/tmp"))
    began = time.monotonic()

    def say(line: str) -> None:
        sys.stdout.write(f"{time.monotonic() - began:6.1f} s  {line}\n")
        sys.stdout.flush()

    try:
        Week(folder, nginx, say).play()
    except Exception:
        say(f"FAILED; logs in {folder}")
        raise
    if not given.keep:
        shutil.rmtree(folder)
    return 0


def _installed_nginx() -> str | None:
    """Debian's, if it may be had here."""
    subprocess.run(["/usr/bin/apt-get", "install", "-y", "-qq", "nginx-light"], capture_output=True, check=False)
    return shutil.which("nginx", path="/usr/sbin:/usr/bin")


if __name__ == "__main__":
    sys.exit(main())
