"""What the README tells an office to type, typed line by line, while the demonstration's data lie beside it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
OFFICE = {"README.md": "## 在本单位使用", "README.en.md": "## Running it for an office"}


def commands(readme: str) -> list[str]:
    """The lines of the shell blocks below the heading, without those of later headings."""
    section = (ROOT / readme).read_text("utf-8").partition(OFFICE[readme])[2].partition("\n## ")[0]
    return [line for block in re.findall(r"```sh\n(.*?)```", section, re.DOTALL) for line in block.splitlines()]


@pytest.mark.parametrize("readme", OFFICE)
def test_an_office_can_paste_the_readme_line_by_line(readme: str, tmp_path: Path) -> None:
    lines = commands(readme)
    assert any("duban init" in line for line in lines)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    (tmp_path / "data-demo").mkdir()
    environ = {name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")}
    # the doctor, who comes last, misses the processes: none runs
    typed = "\n".join(["set -e", *lines[:-1], "set +e", lines[-1], "true"])
    done = subprocess.run(
        ["/bin/bash", "-c", typed], cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "doctor" in lines[-1]
    assert (tmp_path / "data" / "duban.db").exists()
    assert list((tmp_path / "data-demo").iterdir()) == []
