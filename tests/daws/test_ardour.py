"""Ardour without a window: its scanner, a session that plays, its own export to a file."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

SCANNER = Path("/usr/lib/ardour7/ardour-vst3-scanner")
SCRIPTS = Path(__file__).with_name("ardour")
# Ardour's clock: ticks of a second.
CLOCK = 282_240_000
EXPORT_S = 5
missing = [tool for tool in ("ardour7-lua", "ardour7-export") if shutil.which(tool) is None]
pytestmark = pytest.mark.skipif(
    bool(missing) or not SCANNER.exists(), reason="Ardour 7 is not installed (Debian and Ubuntu: apt install ardour)"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory, vst3):
    """A home with the plugin and the test's own scripts in it."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(vst3, home / ".vst3" / "Lacquer.vst3")
    scripts = home / ".config" / "ardour7" / "scripts"
    scripts.mkdir(parents=True)
    for script in ("source.lua", "sink.lua"):
        shutil.copy(SCRIPTS / script, scripts)
    return home


def run(home, *command, **environment):
    variables = {**os.environ, "HOME": str(home), "LACQUER_SESSION": str(home / "session"), **environment}
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=180, env=variables)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout + done.stderr


def found(text):
    lines = (line.split() for line in text.splitlines() if line.startswith("FOUND"))
    return [(line[1], float(line[2])) for line in lines]


@pytest.fixture(scope="module")
def scan(home):
    bundle = str(home / ".vst3" / "Lacquer.vst3")
    return run(home, str(SCANNER), "-f", "-v", bundle, LD_LIBRARY_PATH="/usr/lib/ardour7")


@pytest.fixture(scope="module")
def session(home, scan):
    said = dict(found(run(home, "ardour7-lua", str(SCRIPTS / "session.lua"))))
    print(f"\nardour: {said}")
    return said


def test_the_scanner_finds_a_stereo_mastering_effect(scan):
    assert re.search(r'name="Lacquer" vendor="Lacquer Audio" category="Fx\|Mastering"', scan)
    assert 'n_inputs="2" n_outputs="2"' in scan


def test_ten_in_a_row_on_the_master_bus_are_a_null(session):
    assert session["latency"] == 240 and session["parameters"] > 150
    assert session["heard"] > 20_000 and session["wrong"] == 0


def test_block_sizes_and_transport_change_while_it_plays(session):
    assert session["heard_on"] > session["heard"] + 48_000
    assert session["rolled"] > 48_000
    assert session["latency_on"] == session["latency"]


def test_fifty_more_are_loaded_at_once(session):
    assert session["at_once"] == 50


def test_the_session_brings_back_what_it_saved(home, session):
    gains = sorted(gain for name, gain in found(run(home, "ardour7-lua", str(SCRIPTS / "reopen.lua"))) if name == "gain")
    assert len(gains) == 10
    assert gains[0] == pytest.approx(session["gain"]) == -6
    assert set(gains[1:]) == {0.0}


def test_an_export_is_the_series_to_the_last_bit(home, session):
    """The series runs through ten instances, nine of them neutral, one with a gain: every sample is its forerunner's successor."""
    soundfile = pytest.importorskip("soundfile")
    file, out = home / "session" / "lacquer.ardour", home / "out.wav"
    text = file.read_text()
    location = f'<Location id="99901" name="session" start="a0" end="a{EXPORT_S * CLOCK}" flags="IsSessionRange" locked="0" timestamp="0" cue="0"/>'
    assert "<Locations/>" in text
    file.write_text(text.replace("<Locations/>", f"<Locations>{location}</Locations>"))
    run(home, "ardour7-export", "-b", "float", "-o", str(out), str(home / "session"), "lacquer")
    audio, rate = soundfile.read(out, dtype="float64", always_2d=True)
    assert rate == 48_000 and audio.shape == (EXPORT_S * rate, 2)
    # -6 dB. Rounded to floats, each sample is off by far less than a step of the series.
    numbers = audio / 10 ** (-6 / 20) * 131_072 + 32_768
    whole = np.round(numbers)
    assert np.abs(numbers - whole).max() < 0.1
    np.testing.assert_array_equal(whole[1:], (whole[:-1] * 75 + 74) % 65_537)
