"""What a host hears: latency, neutrality, bypass, automation, mono, block sizes."""

import numpy as np
import pytest

from conftest import BUSY, music

RATES = (44_100, 48_000, 96_000, 192_000)


@pytest.mark.parametrize("rate", RATES)
def test_reported_latency_is_the_measured_one(host, rate):
    impulse = np.zeros((2, 20_000), np.float32)
    impulse[:, 1000] = 0.5
    in_time, late = host.play(impulse, rate), host.play_on(impulse, rate)
    assert int(np.abs(late[0]).argmax()) - 1000 == host.latency
    assert int(np.abs(in_time[0]).argmax()) == 1000, "what the host takes out is what the plugin adds"
    assert 0 < host.latency <= 0.005 * rate + 1, "a look-ahead of at most 5 ms"


@pytest.mark.parametrize("rate", RATES)
def test_settings_do_not_move_the_latency(host, rate):
    impulse = np.zeros((2, 20_000), np.float32)
    impulse[:, 1000] = 0.5
    host.play(impulse, rate)
    neutral = host.latency
    host.set(BUSY)
    out = host.play(impulse, rate)
    assert host.latency == neutral
    # Filters of minimum phase smear an impulse, mostly its low end; its peak stays where it was but for a sample or two.
    assert abs(int(np.abs(out[0]).argmax()) - 1000) <= 2 * rate / 48_000


@pytest.mark.parametrize("rate", (8_000, *RATES, 384_000))
def test_linear_phase_has_the_latency_it_reports_and_turns_no_phase(host, rate):
    host.set({"EQ Phase": "Linear", "EQ 3 On": True, "EQ 3 Frequency": 300, "EQ 3 Gain": 6, "EQ 8 On": True, "EQ 8 Gain": -4})
    impulse = np.zeros((2, rate), np.float32)
    middle = rate // 2
    impulse[:, middle] = 0.5
    in_time, late = host.play(impulse, rate), host.play_on(impulse, rate)
    assert int(np.abs(in_time[0]).argmax()) == middle, "what the host takes out is what the plugin adds"
    assert int(np.abs(late[0]).argmax()) - middle == host.latency
    assert 0.25 * rate < host.latency < 0.4 * rate
    # The same ahead of the impulse as after it, as far as both lie in what was played: no frequency is delayed otherwise.
    reach = middle - 1
    ahead, after = in_time[:, middle - reach : middle][:, ::-1], in_time[:, middle + 1 : middle + 1 + reach]
    np.testing.assert_allclose(ahead, after, atol=2e-8)


def test_linear_phase_takes_hold_at_the_next_start_and_not_before(host):
    rate = 48_000
    audio = music(rate, 1.0)
    host.play(audio, rate)
    short = host.latency
    host.set({"EQ Phase": "Linear"})
    np.testing.assert_array_equal(host.play_on(audio, rate)[:, short:], audio[:, :-short])
    assert host.latency == short
    np.testing.assert_array_equal(host.play(audio, rate), audio)
    assert host.latency > short + 10_000


@pytest.mark.parametrize("rate", RATES)
def test_neutral_settings_are_a_null(host, rate):
    audio = music(rate, 0.5)
    np.testing.assert_array_equal(host.play(audio, rate), audio)


def test_bypass_is_a_null_in_time_with_the_sound(host):
    host.set({**BUSY, "Bypass": True})
    audio = music(48_000, 1.0)
    np.testing.assert_array_equal(host.play(audio, 48_000), audio)


@pytest.mark.parametrize("switched_on", (True, False))
def test_bypass_switches_without_a_click(host, switched_on):
    """A 100 Hz sine through a gain of -12 dB: no step between samples may be greater than the louder sine's own."""
    rate, gain_db = 48_000, -12.0
    time = np.arange(rate // 2) / rate
    sine = np.tile(0.5 * np.sin(2 * np.pi * 100 * time), (2, 1)).astype(np.float32)
    host.set({"Output Gain": gain_db, "Bypass": not switched_on})
    first = host.play(sine, rate)
    host.set({"Bypass": switched_on})
    second = host.play_on(sine, rate)
    whole = np.concatenate([first, second], axis=1)
    own_step = 0.5 * 2 * np.pi * 100 / rate
    assert np.abs(np.diff(whole, axis=1)).max() < 1.25 * own_step
    loud, soft = 0.5, 0.5 * 10 ** (gain_db / 20)
    end = np.abs(whole[:, -rate // 10 :]).max()
    assert end == pytest.approx(loud if switched_on else soft, rel=1e-3)


def test_automation_between_blocks_moves_the_sound(host):
    """Each of a row of output gains is heard, after the glide, as exactly that gain."""
    rate = 48_000
    sine = np.tile(0.25 * np.sin(2 * np.pi * 997 * np.arange(rate // 2) / rate), (2, 1)).astype(np.float32)
    host.play(sine, rate)
    for gain_db in (-6.0, 3.5, -20.25, 0.0):
        host.set({"Output Gain": gain_db})
        out = host.play_on(sine, rate)
        level = np.sqrt(2 * np.mean(out[:, -rate // 4 :].astype(float) ** 2))
        assert 20 * np.log10(level / 0.25) == pytest.approx(gain_db, abs=0.01)


def test_automation_of_an_eq_band_moves_its_frequency_and_no_other(host):
    rate = 48_000
    time = np.arange(rate) / rate
    tones = {100.0: 0.1, 1000.0: 0.1, 9000.0: 0.1}
    sound = sum(level * np.sin(2 * np.pi * f * time) for f, level in tones.items())
    sound = np.tile(sound, (2, 1)).astype(np.float32)
    host.set({"EQ 3 On": True, "EQ 3 Frequency": 1000, "EQ 3 Q": 3, "EQ 3 Gain": 0})
    host.play(sound, rate)
    host.set({"EQ 3 Gain": 6})
    out = host.play_on(sound, rate)[0, -rate // 2 :]
    for frequency, level in tones.items():
        turn = np.exp(-2j * np.pi * frequency * np.arange(out.size) / rate)
        heard_db = 20 * np.log10(2 * abs(np.mean(out * turn)) / level)
        assert heard_db == pytest.approx(6.0 if frequency == 1000.0 else 0.0, abs=0.25), frequency


@pytest.mark.parametrize("settings", ({}, BUSY), ids=("neutral", "busy"))
def test_mono_sounds_like_two_equal_channels(new_host, settings):
    audio = music(48_000, 1.0)[:1]
    mono, stereo = new_host(), new_host()
    mono.set(settings)
    stereo.set(settings)
    out = mono.play(audio, 48_000)
    np.testing.assert_array_equal(out, stereo.play(np.repeat(audio, 2, axis=0), 48_000)[:1])
    assert settings or np.array_equal(out, audio)


def test_the_block_size_changes_no_sample(host):
    host.set(BUSY)
    audio = music(44_100, 1.0)
    reference = host.play(audio, 44_100, block=4096)
    for block in (1, 31, 64, 441, 1024):
        np.testing.assert_array_equal(host.play(audio, 44_100, block=block), reference, err_msg=f"block {block}")


def test_what_is_no_number_never_comes_out(host):
    host.set(BUSY)
    audio = music(48_000, 1.0)
    audio[0, 1000], audio[1, 1001], audio[0, 1002], audio[1, 1003] = np.nan, np.inf, -np.inf, 1e30
    assert np.isfinite(host.play(audio, 48_000)).all()
