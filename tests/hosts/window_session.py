"""Opens the plugin's window in pedalboard, works in it with mouse and keys, and prints as JSON what the host then reads.

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
# From the window's upper right corner, at 100 %: the button of its menu, the entry of each size there, and what lies under the menu.
MENU_BUTTON = (-31, 20)
SIZES = {75: (-100, 72), 125: (-100, 120)}
UNDER_MENU = (-140, 60), (120, 240)
# From the lower right corner, at any size: the handle.
CORNER = (-4, -4)
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


def outermost(window):
    """The host's window, in which the plugin's lies."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    root, parent, children, count = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_void_p(), ctypes.c_uint()
    window = ctypes.c_ulong(int(window))
    while True:
        x11.XQueryTree(display, window, *map(ctypes.byref, (root, parent, children, count)))
        x11.XFree(children)
        if parent.value == root.value:
            x11.XCloseDisplay(display)
            return str(window.value)
        window = ctypes.c_ulong(parent.value)


class Hands:
    """Mouse and keys in the plugin's window."""

    def __init__(self):
        self.window = until(lambda: run("xdotool", "search", "--onlyvisible", "--name", "^Lacquer$").split())[-1]
        self.host = outermost(self.window)

    def size(self, window=None):
        lines = run("xdotool", "getwindowgeometry", "--shell", window or self.window).splitlines()
        values = dict(line.split("=", 1) for line in lines)
        return int(values["WIDTH"]), int(values["HEIGHT"])

    def new_size(self, before=None):
        """The size that the plugin's window and the host's have, once it is another one and stays so."""

        def settled():
            first = self.size()
            if first == before:
                return None
            for _ in range(5):
                time.sleep(0.2)
                if self.size() != first or self.size(self.host) != first:
                    return None
            return first

        return until(settled)

    def place(self, place, zoom=1.0):
        """What is told from the right or from below, from the upper left."""
        return [round(way * zoom) + (whole if way < 0 else 0) for way, whole in zip(place, self.size())]

    def move(self, place):
        run("xdotool", "mousemove", "--window", self.window, *map(str, place))

    def click(self, place, button=1):
        self.move(place)
        run("xdotool", "click", str(button))

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

    def has_keyboard(self):
        return run("xdotool", "getwindowfocus").strip() == self.window

    def beneath_menu(self, zoom):
        """The picture of what lies under the window's menu; `zoom` is how large everything is now."""
        corner, size = UNDER_MENU
        (x, y), (width, height) = self.place(corner, zoom), [round(side * zoom) for side in size]
        return run("import", "-window", self.window, "-crop", f"{width}x{height}+{x}+{y}", "-depth", "8", "rgb:-")

    def open_menu(self, zoom):
        """Opens the window's menu; what it covers."""
        covered = self.beneath_menu(zoom)
        self.click(self.place(MENU_BUTTON, zoom))
        until(lambda: self.beneath_menu(zoom) != covered)
        return covered

    def choose_size(self, percent, zoom):
        """Chooses a size in the window's menu."""
        before = self.size()
        self.open_menu(zoom)
        self.click(self.place(SIZES[percent], zoom))
        return self.new_size(before)

    def leave_menu(self):
        """Opens the window's menu at 100 % and closes it by the key for it."""
        covered = self.open_menu(1.0)
        run("xdotool", "key", "Escape")
        until(lambda: self.beneath_menu(1.0) == covered)
        return True

    def likeness(self, other=None):
        """The whole picture as few pixels, whatever its size; or how alike it is to another one, 1 being the same."""
        # Away from all that a hand brightens or explains.
        self.move((2, 2))
        time.sleep(1.0)
        small = run("import", "-window", self.window, "-resize", "110x68!", "-depth", "8", "gray:-")
        small = np.frombuffer(small.encode("latin-1"), np.uint8).astype(float)
        return small if other is None else float(np.corrcoef(small, other)[0, 1])


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


def type_a_value(hands, drive):
    """Types the limiter's drive; what the host then reads."""
    before = drive.string_value
    hands.click(LIMITER_DRIVE, button=3)
    until(hands.has_keyboard)
    run("xdotool", "type", "7.5")
    run("xdotool", "key", "Return")
    until(lambda: drive.string_value != before)
    # Else the host's own keys would be the window's from now on.
    until(lambda: not hands.has_keyboard())
    return drive.string_value


def change_sizes(hands, size):
    """Drags the corner in and out, then chooses sizes in the menu; all that came of it."""
    hands.drag(hands.place(CORNER), (-84, -48))
    smaller = hands.new_size(size)
    hands.drag(hands.place(CORNER), (84, 48))
    larger = hands.new_size(smaller)
    whole = hands.likeness()
    small = hands.choose_size(75, zoom=1.0), hands.likeness(whole)
    large = hands.choose_size(125, zoom=0.75), hands.likeness(whole)
    return {"smaller": smaller, "larger": larger, "at 75 %": small, "at 125 %": large}, whole


def main(vst3, picture):
    handler = ignore_x_errors()
    plugin = pedalboard.load_plugin(vst3)
    parameters = {parameter.name: parameter for parameter in plugin._parameters}
    drive = parameters["Limiter Drive"]
    seen, pictures = {}, {}

    def work():
        hands = Hands()
        seen["size"] = hands.new_size()
        noise = np.random.default_rng(1).standard_normal((2, 48_000)).astype(np.float32) * 0.1
        plugin.process(noise, 48_000, reset=False)
        hands.click(LIMITER_SWITCH)
        until(lambda: parameters["Limiter On"].raw_value == 1.0)
        hands.drag(LIMITER_DRIVE, (0, -60))
        until(lambda: drive.raw_value > 0.2)
        time.sleep(0.3)
        seen["drive"] = drive.raw_value
        # The other way: what the host sets, the window shows.
        before = run("import", "-window", hands.window, "-depth", "8", "rgb:-")
        drive.raw_value = 0.9
        plugin.process(noise, 48_000, reset=False)
        time.sleep(0.5)
        seen["followed"] = before != run("import", "-window", hands.window, "-depth", "8", "rgb:-")
        run("import", "-window", hands.window, picture)
        seen["typed"] = type_a_value(hands, drive)
        seen["left"] = hands.leave_menu()
        sizes, pictures["whole"] = change_sizes(hands, seen["size"])
        seen.update(sizes)

    def look_again():
        hands = Hands()
        seen["opened again"] = hands.new_size(), hands.likeness(pictures["whole"])

    open_while(plugin, work)
    open_while(plugin, look_again)
    seen["before"] = resources()
    for _ in range(OPENINGS):
        open_while(plugin, Hands)
    seen["after"] = resources()
    seen["openings"] = OPENINGS
    print(json.dumps(seen))
    del handler


main(*sys.argv[1:])
