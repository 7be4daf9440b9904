"""A host's project: what was saved comes back, in values and in sound."""

import numpy as np

from conftest import BUSY, music


def test_a_saved_state_brings_back_every_value_and_the_sound(host, new_host):
    host.set(BUSY)
    audio = music(48_000, 1.0)
    sound = host.play(audio, 48_000)
    other = new_host()
    assert other.texts() != host.texts()
    other.plugin.raw_state = host.plugin.raw_state
    assert other.texts() == host.texts()
    np.testing.assert_array_equal(other.play(audio, 48_000), sound)


def test_a_state_saved_again_is_the_same(host, new_host):
    host.set(BUSY)
    saved = host.plugin.raw_state
    other = new_host()
    other.plugin.raw_state = saved
    assert other.plugin.raw_state == saved


def test_the_state_names_values_by_their_published_ids(host):
    host.set({"EQ 1 Gain": 1.5, "Dither": "24 bit", "Bypass": True})
    host.play(np.zeros((2, 64), np.float32), 48_000)
    params = host.state()["params"]
    assert params["eq1_gain"] == {"f32": 1.5}
    assert params["dither"] == {"i32": 3}
    assert params["bypass"] == {"bool": True}
    assert {"comp4_ratio", "limiter_ceiling", "width1", "mono_below"} <= set(params)


def test_a_broken_state_changes_nothing_and_breaks_nothing(host):
    host.set(BUSY)
    before = host.texts()
    saved = host.plugin.raw_state
    for broken in (b"", b"no state at all", saved[: len(saved) // 2]):
        try:
            host.plugin.raw_state = broken
        except Exception:  # What a host makes of it is the host's affair.
            pass
    assert host.texts() == before
    assert np.isfinite(host.play(music(48_000, 0.2), 48_000)).all()
