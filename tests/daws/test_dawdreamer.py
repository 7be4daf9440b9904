"""DawDreamer, another host built on JUCE: offline renders of a graph, presets, automation."""

import numpy as np
import pytest

from conftest import BUSY, music

dawdreamer = pytest.importorskip("dawdreamer")
RATE = 48_000


class Graph:
    """A song through one instance or several in a row."""

    def __init__(self, vst3, audio, block=512, count=1, settings=None):
        self.audio = audio
        self.engine = dawdreamer.RenderEngine(RATE, block)
        self.plugins = [self.engine.make_plugin_processor(f"lacquer{index}", vst3) for index in range(count)]
        for plugin in self.plugins:
            names = {entry["name"]: entry["index"] for entry in plugin.get_parameters_description()}
            self.names = names
            for name, text in (settings or {}).items():
                set_by_text(plugin, names[name], text)
        song = self.engine.make_playback_processor("song", audio)
        chain, before = [(song, [])], "song"
        for index, plugin in enumerate(self.plugins):
            chain.append((plugin, [before]))
            before = f"lacquer{index}"
        self.engine.load_graph(chain)

    def render(self):
        self.engine.render(self.audio.shape[1] / RATE)
        return self.engine.get_audio()[:, : self.audio.shape[1]]


def set_by_text(plugin, index, text):
    """DawDreamer takes values from 0 to 1 alone: looks for the one whose text is nearest."""
    wanted = number_of(text)
    if wanted is None:
        steps = plugin.get_parameters_description()[index]["numSteps"]
        for step in range(steps):
            plugin.set_parameter(index, step / (steps - 1))
            if plugin.get_parameter_text(index).lower() == text.lower():
                return
        raise AssertionError(f"{text} is none of the texts")
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        plugin.set_parameter(index, middle)
        low, high = (middle, high) if number_of(plugin.get_parameter_text(index)) < wanted else (low, middle)
    plugin.set_parameter(index, high)


def number_of(text):
    try:
        return float(text.replace(":", " ").split()[0])
    except ValueError:
        return None


def delayed_is(out, audio, latency):
    """Whether the output is the input, in time (the host took the latency out) or as much later."""
    in_time = np.array_equal(out[:, : -latency or None], audio[:, : -latency or None])
    return in_time or np.array_equal(out[:, latency:], audio[:, : audio.shape[1] - latency])


def test_neutral_is_a_null_at_every_block_size(vst3):
    audio = music(RATE, 2.0)
    for block in (16, 64, 512, 2048):
        graph = Graph(vst3, audio, block)
        latency = graph.plugins[0].get_latency_samples()
        assert latency == 240 and delayed_is(graph.render(), audio, latency), block


def test_a_render_is_the_same_each_time_and_at_every_block_size(vst3):
    audio, renders = music(RATE, 2.0), []
    for block in (64, 480, 2048):
        graph = Graph(vst3, audio, block, settings=BUSY)
        renders += [graph.render(), graph.render()]
    for render in renders[1:]:
        np.testing.assert_array_equal(render, renders[0])


def test_fifty_in_a_row_are_a_null_fifty_latencies_later(vst3):
    audio = music(RATE, 2.0)
    graph = Graph(vst3, audio, count=50)
    assert delayed_is(graph.render(), audio, 50 * 240)


def test_two_hundred_loaded_one_after_the_other(vst3):
    engine = dawdreamer.RenderEngine(RATE, 512)
    plugins = [engine.make_plugin_processor(f"lacquer{index}", vst3) for index in range(200)]
    assert {plugin.get_latency_samples() for plugin in plugins} == {240}


def test_a_state_saved_here_or_by_another_host_sounds_the_same(vst3, tmp_path):
    pedalboard = pytest.importorskip("pedalboard")
    audio = music(RATE, 2.0)
    busy = Graph(vst3, audio, settings=BUSY)
    expected, own, preset = busy.render(), tmp_path / "own.state", tmp_path / "other.vstpreset"
    busy.plugins[0].save_state(str(own))
    again = Graph(vst3, audio)
    again.plugins[0].load_state(str(own))
    np.testing.assert_array_equal(again.render(), expected)
    # pedalboard writes the format's own preset file.
    other = pedalboard.load_plugin(vst3)
    by_name = {parameter.name: parameter for parameter in other._parameters}
    for name, text in BUSY.items():
        by_name[name].raw_value = by_name[name].get_raw_value_for_text(text)
    other.process(audio, RATE)
    preset.write_bytes(other.preset_data)
    from_preset = Graph(vst3, audio)
    assert from_preset.plugins[0].load_vst3_preset(str(preset))
    np.testing.assert_array_equal(from_preset.render(), expected)


@pytest.mark.parametrize("block", (64, 256))
def test_automation_is_heard_at_its_block_after_the_latency(vst3, block):
    """DawDreamer hands a curve's values over block by block: the change comes with the block that its sample lies in."""
    audio, step = music(RATE, 1.0), 80 * 256
    still = Graph(vst3, audio, block).render()
    moved = Graph(vst3, audio, block)
    curve = np.full(audio.shape[1], 0.5, np.float32)
    curve[step:] = 0.75
    assert moved.plugins[0].set_automation(moved.names["Input Gain"], curve)
    differs = np.flatnonzero((still != moved.render()).any(axis=0))
    assert differs[0] in (step, step + 240), "at the step, as late as the plugin is if the host leaves that in"
