"""Loads the bundled VST3 into pedalboard, a host built on JUCE, and finds the command that was built beside it."""

import json
import os
import struct
import subprocess
from pathlib import Path

import numpy as np
import pedalboard
import pytest
import soundfile

from contract import BY_NAME, settings_file


BUILT = {"LACQUER_VST3": "the bundle Lacquer.vst3", "LACQUER_COMMAND": "the command lacquer"}


def pytest_configure():
    for variable, what in BUILT.items():
        if not os.environ.get(variable) or not Path(os.environ[variable]).exists():
            raise pytest.UsageError(f"${variable} must name {what}; `cargo xtask test bundle hosts` sets it")


class Host:
    """One instance of the plugin in a host."""

    def __init__(self, path):
        self.plugin = pedalboard.load_plugin(path)
        self.by_name = {parameter.name: parameter for parameter in self.plugin._parameters}

    @property
    def latency(self):
        return self.plugin.reported_latency_samples

    def set(self, values):
        """Sets {parameter name: value} as a host's user would, by text, which the plugin reads."""
        for name, value in values.items():
            parameter = self.by_name[name]
            text = {True: "On", False: "Off"}[value] if isinstance(value, bool) else str(value)
            parameter.raw_value = parameter.get_raw_value_for_text(text)
        if "EQ Phase" in values:
            # It takes hold when the plugin is started again, as `play` does, and the host hands values over as it plays.
            self.play_on(np.zeros((2, 32), np.float32), 48_000)

    def texts(self):
        return {name: parameter.string_value for name, parameter in self.by_name.items()}

    def state(self):
        """What the plugin saves, as JSON: the chunk `Comp` of a VST3 preset."""
        preset = self.plugin.preset_data
        table = struct.unpack_from("<q", preset, 40)[0]
        (count,) = struct.unpack_from("<4xi", preset, table)
        chunks = (struct.unpack_from("<4sqq", preset, table + 8 + 20 * entry) for entry in range(count))
        place, size = next((place, size) for name, place, size in chunks if name == b"Comp")
        return json.loads(preset[place : place + size])

    def play(self, audio, rate, block=512):
        """Plays audio (channels, samples) from a fresh start and gives as many samples, in time with it: the host takes out the
        latency that the plugin reports, and plays silence until all has come out."""
        out = self.plugin.process(audio, rate, buffer_size=block, reset=True)
        assert out.shape == audio.shape, f"{audio.shape} went in and {out.shape} came out"
        return out

    def play_on(self, audio, rate, block=512):
        """Goes on playing, as late as the plugin is: the host takes nothing out."""
        return self.plugin.process(audio, rate, buffer_size=block, reset=False)


@pytest.fixture(scope="session")
def vst3():
    return os.environ["LACQUER_VST3"]


@pytest.fixture(scope="session")
def command():
    return os.environ["LACQUER_COMMAND"]


@pytest.fixture(scope="session")
def untouched_host(vst3):
    """One instance for all tests that only ask: to load one takes a second."""
    return Host(vst3)


@pytest.fixture
def host(vst3):
    return Host(vst3)


@pytest.fixture
def new_host(vst3):
    return lambda: Host(vst3)


def mastered(command, folder, audio, rate, settings):
    """What `lacquer master --settings` makes of audio."""
    source, target, file = folder / "source.wav", folder / "master.wav", folder / "settings.json"
    soundfile.write(source, audio.T, rate, subtype="FLOAT")
    file.write_text(json.dumps(settings_file(settings)))
    run = subprocess.run(
        [command, "master", source, "--settings", file, "-o", target, "--bits", "32f", "--quiet", "--force"],
        capture_output=True, text=True,
    )
    assert run.returncode == 0, run.stderr
    out, out_rate = soundfile.read(target, dtype="float32", always_2d=True)
    assert out_rate == rate
    return out.T


def music(rate, seconds, seed=1):
    """Something to master: two channels of filtered noise over drum-like bursts, bass and a chord, peaks near full scale."""
    random = np.random.default_rng(seed)
    time = np.arange(int(rate * seconds)) / rate
    beat = np.exp(-(time % 0.5) * 18)
    bass = 0.3 * np.sin(2 * np.pi * 55 * time) * (1 + 0.5 * beat)
    chord = sum(0.05 * np.sin(2 * np.pi * f * time) for f in (220.0, 277.2, 329.6, 2217.5))
    noise = random.standard_normal((2, time.size)) * 0.12 * beat
    noise += random.standard_normal(time.size) * 0.05
    sound = bass + chord + noise
    return (0.8 * sound / np.abs(sound).max()).astype(np.float32)


# All six stages at work, and then some of their other ways of working.
BUSY = {
    "Input Gain": -1.25,
    "EQ 1 On": True, "EQ 1 Type": "Low Cut", "EQ 1 Frequency": 32.5, "EQ 1 Slope": "24 dB/oct", "EQ 1 Q": 0.707,
    "EQ 2 On": True, "EQ 2 Type": "Low Shelf", "EQ 2 Frequency": 110, "EQ 2 Gain": 1.75,
    "EQ 3 On": True, "EQ 3 Frequency": 262.3, "EQ 3 Gain": -2.41, "EQ 3 Q": 1.333,
    "EQ 4 On": True, "EQ 4 Frequency": 900, "EQ 4 Gain": 1.1, "EQ 4 Placement": "Side",
    "EQ 5 On": True, "EQ 5 Type": "Notch", "EQ 5 Frequency": 3000, "EQ 5 Q": 6.5,
    "EQ 6 On": True, "EQ 6 Frequency": 4100, "EQ 6 Gain": -1.5, "EQ 6 Placement": "Mid",
    "EQ 7 On": True, "EQ 7 Type": "Tilt", "EQ 7 Frequency": 1000, "EQ 7 Gain": 0.8,
    "EQ 8 On": True, "EQ 8 Type": "High Shelf", "EQ 8 Frequency": 12000, "EQ 8 Gain": 2.2, "EQ 8 Q": 0.6,
    "Comp On": True, "Comp Bands": 4, "Crossover 1": 140, "Crossover 2": 900.5, "Crossover 3": 4800,
    "Comp Sidechain Low Cut": 60, "Comp Stereo Link": 80, "Comp Mix": 85,
    "Comp 1 Threshold": -24, "Comp 1 Ratio": 2.25, "Comp 1 Attack": 22.5, "Comp 1 Release": 180,
    "Comp 2 Threshold": -26.5, "Comp 2 Ratio": 1.8, "Comp 2 Auto Release": True,
    "Comp 3 Threshold": -30, "Comp 3 Ratio": 2, "Comp 3 Knee": 12, "Comp 3 Makeup": 0.6,
    "Comp 4 Threshold": -34, "Comp 4 Ratio": 3, "Comp 4 Range": 4, "Comp 4 Attack": 1.5,
    "Imager On": True, "Width 1": 60, "Width 2": 95, "Width 3": 110, "Width 4": 125.5,
    "Mono Below On": True, "Mono Below": 105,
    "Limiter On": True, "Limiter Drive": 5.5, "Limiter Ceiling": -1.2, "Limiter Release": 80, "Limiter Stereo Link": 70,
    "Soft Clip On": True, "Soft Clip Amount": 2.5,
    "Output Gain": -0.35,
}
BUS = {
    "EQ 1 On": True, "EQ 1 Frequency": 55, "EQ 1 Gain": -3.5,
    "Comp On": True, "Comp Detector": "Peak", "Comp 1 Threshold": -18, "Comp 1 Ratio": 4, "Comp 1 Knee": 0,
    "Limiter On": True, "Limiter Drive": 9, "Limiter Auto Release": False, "Limiter Release": 250,
    "Dither": "16 bit", "Noise Shaping": True,
}
# The EQ in linear phase, with a band of dynamics, ahead of everything else.
LINEAR = {**BUSY, "EQ Phase": "Linear", "EQ 3 Dynamic": True, "EQ 3 Dynamic Threshold": -40, "EQ 3 Dynamic Range": -4}
assert set(BUSY) | set(BUS) | set(LINEAR) <= set(BY_NAME)
