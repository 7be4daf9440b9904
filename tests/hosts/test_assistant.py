"""The assistant in a host's generic view: listen, wait, accept, without any window of the plugin's own."""

import json
import time

import numpy as np

from conftest import music

RATE = 48_000
# Played ten times as fast as it sounds: the plugin's ear keeps up with that, and holds a second.
PIECE_S, PAUSE_S = 0.25, 0.025
PATIENCE_S = 120


def answer(host):
    """The assistant's part of the saved state."""
    text = host.state()["fields"].get("assistant")
    return json.loads(text) if text else None


def listen_to(host, audio):
    host.set({"Listen": True})
    for piece in np.split(audio, range(int(PIECE_S * RATE), audio.shape[1], int(PIECE_S * RATE)), axis=1):
        host.play_on(piece, RATE)
        time.sleep(PAUSE_S)
    host.set({"Listen": False})
    host.play_on(np.zeros((2, 512), np.float32), RATE)
    end = time.monotonic() + PATIENCE_S
    while answer(host) is None and time.monotonic() < end:
        time.sleep(0.1)
    return answer(host)


def test_it_listens_answers_and_is_accepted_at_a_touch(host, new_host):
    audio = 0.25 * music(RATE, 20.0)
    host.play(audio[:, :512], RATE)
    said = listen_to(host, audio)
    assert said and said["error"] is None, said
    assert said["heard_s"] + said["dropped_s"] >= 19.9
    suggestion = said["suggestion"]
    assert suggestion["items"] and all(item["reason"] for item in suggestion["items"])

    texts = host.texts()
    np.testing.assert_array_equal(host.play(audio, RATE), audio, err_msg="nothing is changed until it is accepted")
    host.set({"Accept Suggestion": True})
    accepted = host.play(audio, RATE)
    assert not np.array_equal(accepted, audio)
    assert {name for name, text in host.texts().items() if text != texts[name]} == {"Accept Suggestion"}

    other = new_host()
    other.plugin.raw_state = host.plugin.raw_state
    assert answer(other) == said, "the answer is part of the project"
    np.testing.assert_array_equal(other.play(audio, RATE), accepted)
