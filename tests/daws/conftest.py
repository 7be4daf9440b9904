"""The bundles, and what is played through them."""

import os
from pathlib import Path

import numpy as np
import pytest

BUILT = ("LACQUER_VST3", "LACQUER_CLAP")


def pytest_configure():
    for variable in BUILT:
        if not Path(os.environ.get(variable) or "/nowhere").exists():
            raise pytest.UsageError(f"${variable} must name a bundle; `cargo xtask hosts` sets it")


@pytest.fixture(scope="session")
def vst3():
    return os.environ["LACQUER_VST3"]


@pytest.fixture(scope="session")
def clap():
    return os.environ["LACQUER_CLAP"]


# Values far from neutral in every module, by name and as one would type them.
BUSY = {
    "Input Gain": "2.5 dB", "EQ 1 On": "On", "EQ 1 Type": "Low Cut", "EQ 1 Frequency": "28.3 Hz",
    "EQ 3 On": "On", "EQ 3 Frequency": "312.7 Hz", "EQ 3 Gain": "-2.13 dB",
    "EQ 8 On": "On", "EQ 8 Type": "High Shelf", "EQ 8 Gain": "1.7 dB",
    "Comp On": "On", "Comp Bands": "3", "Comp 1 Threshold": "-24.5 dB", "Comp 2 Threshold": "-27.25 dB",
    "Imager On": "On", "Width 1": "60 %", "Limiter On": "On", "Limiter Drive": "4 dB", "Output Gain": "-0.3 dB",
}


def music(rate, seconds, seed=1):
    """Two channels of noise over a beat, a bass and a chord."""
    random = np.random.default_rng(seed)
    time = np.arange(int(rate * seconds)) / rate
    beat = np.exp(-(time % 0.5) * 18)
    sound = 0.3 * np.sin(2 * np.pi * 55 * time) * (1 + 0.5 * beat) + 0.05 * np.sin(2 * np.pi * 660 * time)
    noise = random.standard_normal((2, time.size)) * 0.12 * beat
    return (0.8 * (sound + noise) / np.abs(sound + noise).max()).astype(np.float32)


def resident_kib():
    """What this process has in memory."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    pytest.skip("this system does not say what a process has in memory")


def threads():
    """Threads of this process that are the plugin's."""
    names = (task / "comm" for task in Path("/proc/self/task").iterdir())
    return sum(name.read_text().startswith("lacquer-worker") for name in names)
