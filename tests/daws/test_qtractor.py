"""Qtractor's own scanner finds the CLAP."""

import glob
import shutil
import subprocess

import pytest

SCANNERS = glob.glob("/usr/lib/*/qtractor/qtractor_plugin_scan") + [shutil.which("qtractor_plugin_scan")]
SCANNER = next(filter(None, SCANNERS), None)
pytestmark = pytest.mark.skipif(SCANNER is None, reason="qtractor is not installed (Debian and Ubuntu: apt install qtractor)")


def test_the_scanner_finds_one_effect_with_all_its_parameters(clap):
    for _ in range(20):
        run = subprocess.run([SCANNER], input=f"CLAP:{clap}\n", capture_output=True, text=True, timeout=60)
        found = [line.split("|") for line in run.stdout.splitlines() if line.startswith("CLAP|")]
        assert len(found) == 1, run.stdout + run.stderr
        _, name, audio, midi, controls, flags, *_ = found[0]
        assert (name, audio, midi) == ("Lacquer", "2:2", "0:0")
        assert int(controls.split(":")[0]) > 150 and "GUI" in flags and "EXT" in flags
    print(f"\nqtractor: {'|'.join(found[0])}")
