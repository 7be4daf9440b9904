"""pedalboard, a host built on JUCE: loaded again and again, by the hundred, and changed while it plays."""

import gc
import threading

import numpy as np
import pedalboard

from conftest import BUSY, music, resident_kib, threads

RATES = (44_100, 48_000, 88_200, 96_000, 192_000)
BLOCKS = (1, 32, 480, 512, 1000, 8192)


def load(vst3, settings=None):
    plugin = pedalboard.load_plugin(vst3)
    by_name = {parameter.name: parameter for parameter in plugin._parameters}
    for name, text in (settings or {}).items():
        by_name[name].raw_value = by_name[name].get_raw_value_for_text(text)
    return plugin


def test_loaded_a_hundred_times_it_leaves_nothing_behind(vst3):
    audio, grown = music(48_000, 0.1), []
    for _ in range(10):
        for _ in range(10):
            plugin = load(vst3)
            assert np.isfinite(plugin.process(audio, 48_000)).all()
            del plugin
        # Python lets go of what refers to itself when it likes.
        gc.collect()
        grown.append(resident_kib())
    print(f"\n100 loads: {grown[1]} KiB after 20, {grown[-1]} KiB after 100; {threads()} threads left")
    assert threads() == 0
    assert grown[-1] - grown[1] < 80 * 200, "200 KiB each"


def test_two_hundred_instances_play_at_once(vst3):
    audio, plugins = music(48_000, 1.0), [load(vst3, BUSY) for _ in range(200)]
    # Activated on the main thread, as the format has it: there the host learns the latency at once.
    expected, outputs = [plugin.process(audio, 48_000, buffer_size=512) for plugin in plugins][0], {}

    def play(start):
        for index in range(start, len(plugins), 4):
            outputs[index] = plugins[index].process(audio, 48_000, buffer_size=512)

    players = [threading.Thread(target=play, args=(start,)) for start in range(4)]
    [player.start() for player in players]
    [player.join() for player in players]
    assert len(outputs) == 200
    for output in outputs.values():
        np.testing.assert_array_equal(output, expected)
    print(f"\n200 instances from 4 threads: {resident_kib()} KiB, {threads()} threads of the plugin")
    plugins.clear()
    gc.collect()
    assert threads() == 0


def test_rate_and_block_change_while_it_plays(vst3):
    plugin, random = load(vst3, BUSY), np.random.default_rng(3)
    for _ in range(100):
        rate, block = int(random.choice(RATES)), int(random.choice(BLOCKS))
        audio = music(rate, 0.1)
        out = plugin.process(audio, rate, buffer_size=block, reset=False)
        assert np.isfinite(out).all() and out.shape == audio.shape
    for rate in RATES:
        audio = music(rate, 0.5)
        fresh = load(vst3, BUSY).process(audio, rate, buffer_size=512)
        np.testing.assert_array_equal(plugin.process(audio, rate, buffer_size=512), fresh, err_msg=f"{rate} Hz")


def test_silence_in_is_silence_out_and_a_tail_ends(vst3):
    plugin, silence = load(vst3, BUSY), np.zeros((2, 48_000), np.float32)
    assert not plugin.process(silence, 48_000).any()
    plugin.process(music(48_000, 1.0), 48_000)
    tail = plugin.process(np.tile(silence, 20), 48_000, reset=False)
    last = np.abs(tail).max(axis=0).nonzero()[0]
    print(f"\nthe tail of every module is gone after {0 if last.size == 0 else last[-1] / 48_000:.2f} s")
    assert not tail[:, -48_000:].any()


def test_suspended_and_resumed_it_starts_afresh(vst3):
    plugin, audio = load(vst3, BUSY), music(48_000, 0.5)
    first = plugin.process(audio, 48_000)
    for _ in range(20):
        plugin.reset()
        np.testing.assert_array_equal(plugin.process(audio, 48_000), first)
