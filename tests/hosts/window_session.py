"""Opens the plugin's window in pedalboard, works in it with the mouse, and prints as JSON what the host then reads.

    window_session.py VST3 PICTURE

A program of its own, under an X server of its own: hosts built on JUCE end their process when something goes wrong with X.
"""

import ctypes
import json
import os
import subprocess
import sys
import threading
import time

import numpy as np
import pedalboard

# Places in the window at 100 %: the switch of the limiter and its drive's value.
LIMITER_SWITCH = (509, 383)
LIMITER_DRIVE = (519, 523)
# The handle in the lower right corner.
CORNER = (1096, 676)
DRAG_STEPS = 12
OPENINGS = 12
PATIENCE_S = 20


def ignore_x_errors():
    """Where no settings manager runs, as under Xvfb, JUCE asks a window that is not there, and would end the process."""
    handler = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda display, error: 0)
    ctypes.CDLL("libX11.so.6").XSetErrorHandler(handler)
    return handler


def run(*command):
    return subprocess.run(command, capture_output=True, timeout=PATIENCE_S).stdout.decode("latin-1")


def until(what):
    """Calls `what` until it gives something."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.05)
    raise TimeoutError("the host's window did not do it")


class Mouse:
    def __init__(self):
        self.window = until(lambda: run("xdotool", "search", "--onlyvisible", "--name", "^Lacquer$").split())[-1]

    def size(self):
        lines = run("xdotool", "getwindowgeometry", "--shell", self.window).splitlines()
        values = dict(line.split("=", 1) for line in lines)
        return int(values["WIDTH"]), int(values["HEIGHT"])

    def new_size(self, before):
        """The size once it is another one and stays so."""

        def settled():
            now = self.size()
            time.sleep(0.5)
            return now != before and now == self.size() and now

        return until(settled)

    def move(self, place):
        run("xdotool", "mousemove", "--window", self.window, *map(str, place))

    def click(self, place):
        self.move(place)
        run("xdotool", "click", "1")

    def drag(self, place, by):
        self.move(place)
        run("xdotool", "mousedown", "1")
        # From where the mouse is, not from the window's corner: the window may change under it.
        step = [str(round(way / DRAG_STEPS)) for way in by]
        for _ in range(DRAG_STEPS):
            run("xdotool", "mousemove_relative", "--", *step)
            time.sleep(0.03)
        time.sleep(0.2)
        run("xdotool", "mouseup", "1")


def open_while(plugin, work):
    """Shows the window while `work` runs on another thread; an error there is an error here."""
    close, errors = threading.Event(), []

    def worker():
        try:
            work()
        except Exception as error:
            errors.append(error)
        finally:
            close.set()

    thread = threading.Thread(target=worker)
    thread.start()
    plugin.show_editor(close)
    thread.join()
    if errors:
        raise errors[0]


class Allocator(ctypes.Structure):
    """What glibc tells of its heap (mallinfo2)."""

    NAMES = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"
    _fields_ = [(name, ctypes.c_size_t) for name in NAMES.split()]


def resources():
    """Memory that is in use, not what the allocator keeps for later: that grows in steps of a whole arena."""
    mallinfo2 = ctypes.CDLL(None).mallinfo2
    mallinfo2.restype = Allocator
    allocator = mallinfo2()
    return {"kib": (allocator.uordblks + allocator.hblkhd) / 1024, "threads": len(os.listdir("/proc/self/task"))}


def main(vst3, picture):
    handler = ignore_x_errors()
    plugin = pedalboard.load_plugin(vst3)
    parameters = {parameter.name: parameter for parameter in plugin._parameters}
    seen = {}

    def work():
        mouse = Mouse()
        seen["size"] = mouse.size()
        noise = np.random.default_rng(1).standard_normal((2, 48_000)).astype(np.float32) * 0.1
        plugin.process(noise, 48_000, reset=False)
        mouse.click(LIMITER_SWITCH)
        until(lambda: parameters["Limiter On"].raw_value == 1.0)
        mouse.drag(LIMITER_DRIVE, (0, -60))
        until(lambda: parameters["Limiter Drive"].raw_value > 0.2)
        time.sleep(0.3)
        seen["drive"] = parameters["Limiter Drive"].raw_value
        # The other way: what the host sets, the window shows.
        before = run("import", "-window", mouse.window, "-depth", "8", "rgb:-")
        parameters["Limiter Drive"].raw_value = 0.9
        plugin.process(noise, 48_000, reset=False)
        time.sleep(0.5)
        seen["followed"] = before != run("import", "-window", mouse.window, "-depth", "8", "rgb:-")
        run("import", "-window", mouse.window, picture)
        mouse.drag(CORNER, (-84, -48))
        seen["smaller"] = mouse.new_size(seen["size"])
        mouse.drag([place - 4 for place in mouse.size()], (84, 48))
        seen["larger"] = mouse.new_size(seen["smaller"])

    open_while(plugin, work)
    open_while(plugin, Mouse)
    seen["before"] = resources()
    for _ in range(OPENINGS):
        open_while(plugin, Mouse)
    seen["after"] = resources()
    seen["openings"] = OPENINGS
    print(json.dumps(seen))
    del handler


main(*sys.argv[1:])
