"""The unit of systemd is one, is closed, and names what is there; so do the settings beside it."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from data.settings import Settings
from server.doctor.examine import settings_in

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "deploy" / "holdfast.service"
MOST = 2.0  # of 10 points of exposure, by systemd's own count; a unit that says nothing has 9.6

systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")


@systemd
def test_systemd_takes_the_unit(tmp_path):
    program = tmp_path / ".venv" / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.symlink_to("/bin/true")
    (tmp_path / "holdfast.service").write_text(UNIT.read_text().replace("/opt/holdfast", str(tmp_path)))
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(tmp_path / "holdfast.service")], capture_output=True, text=True)
    ours = [line for line in done.stderr.splitlines() if "holdfast" in line]
    assert ours == [], done.stderr


@systemd
def test_it_is_closed_by_systemds_own_count():
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", str(UNIT)], capture_output=True, text=True)
    exposure = re.search(r"exposure level for .*: ([0-9.]+)", done.stdout)
    assert exposure and float(exposure[1]) <= MOST, done.stdout[-3000:] + done.stderr


def test_it_starts_what_is_there_under_settings_that_are_some():
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # ty: ignore[invalid-assignment]
    unit.read(UNIT)
    assert unit["Service"]["ExecStart"].split()[-1] == "app.py" and (ROOT / "app.py").exists()
    named = set(re.findall(r"HOLDFAST_[A-Z_]+", UNIT.read_text())) | set(settings_in(ROOT / "deploy" / "holdfast.env"))
    assert named <= {f"HOLDFAST_{name.upper()}" for name in Settings.model_fields}
