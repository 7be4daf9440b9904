"""The plugin in a host and the command make the same samples of the same settings."""

import numpy as np
import pytest

from conftest import BUS, BUSY, LINEAR, mastered, music


@pytest.mark.parametrize("rate", (44_100, 48_000, 96_000))
@pytest.mark.parametrize("settings", ({}, BUSY, BUS, LINEAR), ids=("neutral", "busy", "bus", "linear"))
def test_plugin_and_command_agree_sample_for_sample(host, command, tmp_path, settings, rate):
    audio = music(rate, 2.0)
    expected = mastered(command, tmp_path, audio, rate, settings)
    host.set(settings)
    for block in (64, 500, 8192):
        np.testing.assert_array_equal(host.play(audio, rate, block=block), expected, err_msg=f"block {block}")
    assert not settings or not np.array_equal(expected, audio), "these settings are meant to be heard"


def test_they_agree_in_mono(host, command, tmp_path):
    audio = music(48_000, 2.0)[:1]
    host.set(BUSY)
    np.testing.assert_array_equal(host.play(audio, 48_000), mastered(command, tmp_path, audio, 48_000, BUSY))
