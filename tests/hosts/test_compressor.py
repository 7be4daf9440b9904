"""The compressor against an independent one, written from its description: see compressor_oracle.py."""

import subprocess
from dataclasses import asdict

import numpy as np
import pytest
import soundfile
from scipy import ndimage, signal

from compressor_oracle import Band, Compressor
from conftest import mastered

RATES = (44_100, 48_000, 96_000)
# Decibels within 3e-7 dB of the library's, and an output rounded to 24 bits, are 1e-6 dB.
GREATEST_ERROR_DB = 1e-5

SINGLE = {
    "peak, hard knee, no link": Compressor(
        [Band(-24, 4, knee_db=0, attack_ms=0.5, release_ms=60, range_db=24)], detector="Peak", stereo_link_percent=0,
    ),
    "peak, range reached": Compressor([Band(-35, 10, attack_ms=3, release_ms=150, range_db=4.5)], detector="Peak"),
    "RMS, bus": Compressor([Band(-20, 2, knee_db=12, attack_ms=30, release_ms=200, makeup_db=1.5)]),
    "RMS, half linked, low cut, mix": Compressor(
        [Band(-30, 3, knee_db=3, attack_ms=10, release_ms=100, makeup_db=4, range_db=20)],
        sidechain_low_cut_hz=150, stereo_link_percent=50, mix_percent=60,
    ),
    "peak, auto release": Compressor(
        [Band(-28, 5, attack_ms=1, release_ms=120, auto_release=True, range_db=24)], detector="Peak",
    ),
    "RMS, auto release, slow attack, no link": Compressor(
        [Band(-32, 2.5, attack_ms=300, release_ms=50, auto_release=True, range_db=12)], stereo_link_percent=0,
    ),
}
FOUR = [
    Band(-30, 2.25, attack_ms=22.5, release_ms=180, makeup_db=0.5),
    Band(-36.5, 1.8, knee_db=10, auto_release=True, range_db=9),
    Band(-34, 4, knee_db=0, attack_ms=5, release_ms=80, makeup_db=-2, range_db=18),
    Band(-40, 3, attack_ms=0.7, release_ms=40, range_db=4),
]
MULTI = {
    "two": Compressor(FOUR[:2], [300.0]),
    "three, peak": Compressor(FOUR[:3], [120.0, 2500.0], detector="Peak", stereo_link_percent=0),
    "four": Compressor(FOUR, [140.0, 900.5, 4800.0]),
    "four, half linked, low cut, mix": Compressor(
        FOUR, [90.0, 700.0, 6000.0], sidechain_low_cut_hz=60, stereo_link_percent=50, mix_percent=70,
    ),
    "four, mix 0": Compressor(FOUR, [140.0, 900.5, 4800.0], mix_percent=0),
    "four, one off, two soloed": Compressor(
        [Band(**{**asdict(band), "on": on, "solo": solo}) for band, on, solo in zip(
            FOUR, (True, False, True, True), (False, True, True, False))], [140.0, 900.5, 4800.0], detector="Peak",
    ),
}


def parameters(compressor):
    values = {
        "Comp On": True, "Comp Bands": len(compressor.bands), "Comp Detector": compressor.detector,
        "Comp Sidechain Low Cut": compressor.sidechain_low_cut_hz, "Comp Stereo Link": compressor.stereo_link_percent,
        "Comp Mix": compressor.mix_percent,
    }
    values |= {f"Crossover {index}": hz for index, hz in enumerate(compressor.crossovers_hz, 1)}
    names = {"threshold_db": "Threshold", "ratio": "Ratio", "knee_db": "Knee", "attack_ms": "Attack",
             "release_ms": "Release", "auto_release": "Auto Release", "makeup_db": "Makeup", "range_db": "Range",
             "on": "On", "solo": "Solo"}
    for index, band in enumerate(compressor.bands, 1):
        values |= {f"Comp {index} {names[key]}": value for key, value in asdict(band).items()}
    return values


def programme(rate):
    """Steps and bursts of tones, then bursts of noise, louder left or right by turns."""
    random = np.random.default_rng(7)
    time = np.arange(int(0.9 * rate)) / rate
    steps = np.sin(2 * np.pi * 997 * time) * np.select([time < 0.3, time < 0.6], [0.03, 0.7], 0.1)
    bursts = (np.sin(2 * np.pi * 80 * time) + 0.3 * np.sin(2 * np.pi * 7000 * time)) * (time % 0.3 < 0.04) * 0.6
    noise = 0.1 * random.standard_normal((2, time.size)) * (1 + 4 * (time % 0.45 < 0.1))
    left = np.concatenate([steps, bursts, noise[0]])
    right = np.concatenate([0.5 * steps, 1.2 * bursts[::-1], noise[1] * (1 + np.sin(2 * np.pi * 3 * time))])
    return np.clip(np.stack([left, right]), -1, 1).astype(np.float32)


@pytest.fixture(scope="session")
def demo_mix(command, tmp_path_factory):
    """Five seconds from the middle of the demo mix, at any rate."""
    file = tmp_path_factory.mktemp("demo") / "mix.wav"
    subprocess.run([command, "demo-mix", file, "--quiet"], check=True)
    mix, rate = soundfile.read(file, dtype="float64", always_2d=True)
    middle = mix[len(mix) // 2 :][: 5 * rate].T
    return lambda wanted: signal.resample_poly(middle, wanted // 100, rate // 100, axis=1).astype(np.float32)


def assert_agree(out, expected, rate):
    """Greatest error, as the gain that it is of the greatest sample within half a millisecond (or of -80 dBFS)."""
    level = ndimage.maximum_filter1d(np.abs(expected), rate // 1000, axis=1)
    error = np.abs(out - expected) / np.maximum(level, 1e-4)
    assert 20 * np.log10(1 + error.max()) < GREATEST_ERROR_DB


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("name", [*SINGLE, *MULTI])
def test_steps_bursts_and_noise_come_out_as_the_formulas_say(command, tmp_path, name, rate):
    compressor = {**SINGLE, **MULTI}[name]
    audio = programme(rate)
    out = mastered(command, tmp_path, audio, rate, parameters(compressor))
    assert_agree(out, compressor.process(audio, rate), rate)
    assert not np.allclose(out, audio, atol=1e-3), "these settings are meant to be heard"


@pytest.mark.parametrize("name, rate", [("RMS, bus", 44_100), ("peak, auto release", 48_000), ("four", 96_000)])
def test_so_does_the_demo_mix(command, demo_mix, tmp_path, name, rate):
    compressor = {**SINGLE, **MULTI}[name]
    audio = demo_mix(rate)
    out = mastered(command, tmp_path, audio, rate, parameters(compressor))
    assert_agree(out, compressor.process(audio, rate), rate)


RELEASE_MS = 200
# What auto release moves between: half the release time and five times as long.
RELEASES = {
    "auto": {"release_ms": RELEASE_MS, "auto_release": True},
    "fixed": {"release_ms": RELEASE_MS},
    "fast": {"release_ms": RELEASE_MS / 2},
    "slow": {"release_ms": RELEASE_MS * 5},
}


@pytest.fixture
def gains_db(command, tmp_path):
    """The gain of each kind of release on one signal, in blocks of 10 ms."""

    def measure(audio, rate, threshold_db, ratio):
        def power(sound):
            length = rate // 100
            blocks = sound[:, : sound.shape[1] // length * length].reshape(2, -1, length)
            return np.mean(blocks.astype(float) ** 2, axis=(0, 2))

        def gain_db(release):
            compressor = Compressor([Band(threshold_db, ratio, attack_ms=5, range_db=24, **release)])
            out = mastered(command, tmp_path, audio, rate, parameters(compressor))
            return 10 * np.log10(power(out) / power(audio))

        return {name: gain_db(release) for name, release in RELEASES.items()}

    return measure


def test_auto_release_pumps_less_on_music_for_the_same_reduction(gains_db, demo_mix):
    rate = 48_000
    gains = {name: gain[200:] for name, gain in gains_db(demo_mix(rate), rate, -20, 3).items()}
    pumping = {name: gain.std() for name, gain in gains.items()}
    assert abs(gains["auto"].mean() - gains["fixed"].mean()) < 0.15, "as much reduction as the release that is set"
    assert pumping["auto"] < 0.9 * pumping["fixed"]
    assert pumping["auto"] < 0.82 * pumping["fast"]


def test_auto_release_modulates_a_tone_beside_drums_less_than_its_short_time_would(gains_db):
    rate = 48_000
    time = np.arange(5 * rate) / rate
    drums = np.random.default_rng(3).uniform(-0.7, 0.7, time.size) * np.exp(-40 * (time % 0.5))
    audio = np.tile(drums + 0.12 * np.sin(2 * np.pi * 1000 * time), (2, 1)).astype(np.float32)
    pumping = {name: gain[200:].std() for name, gain in gains_db(audio, rate, -24, 4).items()}
    assert pumping["slow"] < pumping["auto"] < 0.9 * pumping["fast"]


def test_auto_release_recovers_from_a_click_as_soon_as_its_short_time(gains_db):
    rate = 48_000
    audio = 0.02 * np.sin(2 * np.pi * 1000 * np.arange(6 * rate) / rate)
    audio[rate : rate + rate // 200] *= 40
    gains = gains_db(np.tile(audio, (2, 1)).astype(np.float32), rate, -24, 4)

    def recovery_s(gain):
        """Time to 1 - 1/e of the way back, in dB."""
        deepest = gain.argmin()
        return 0.01 * np.argmax(gain[deepest:] > gain.min() / np.e)

    times = {name: recovery_s(gain) for name, gain in gains.items()}
    assert times["auto"] <= times["fast"] + 0.015
    assert times["auto"] < times["slow"] / 8
