"""What Lacquer has published: each parameter's name, unit, range and choices, and where a settings file holds it.

Projects and automation refer to these for ever, so they are written down here a second time, apart from the program's own list:
a change there that breaks them is seen.
"""

from dataclasses import dataclass

FILTERS = ("Bell", "Low Shelf", "High Shelf", "Low Cut", "High Cut", "Notch", "Tilt")
SLOPES = tuple(f"{order * 6} dB/oct" for order in range(1, 9))
PHASES = ("Minimum", "Linear")
PLACEMENTS = ("Stereo", "Mid", "Side")
DETECTORS = ("Peak", "RMS")
DITHERS = ("Off", "16 bit", "20 bit", "24 bit")
DELIVERIES = ("Streaming", "Loud", "Apple", "Broadcast", "CD", "Vinyl")


@dataclass(frozen=True)
class Parameter:
    name: str
    # Keys into a settings file; empty when files do not hold it.
    path: tuple = ()
    unit: str = ""
    # Least and greatest value of a number; None for switches and choices.
    low: float | None = None
    high: float | None = None
    # Values of a number are multiples of one over this.
    steps_per_unit: int = 1
    choices: tuple = ()
    # Whether values are True and False.
    switch: bool = False


def number(name, low, high, unit, steps_per_unit, *path):
    return Parameter(name, path, unit, low, high, steps_per_unit)


def switch(name, *path):
    return Parameter(name, path, switch=True)


def choice(name, labels, *path):
    return Parameter(name, path, choices=labels)


def _equaliser():
    yield switch("EQ On", "eq", "on")
    yield choice("EQ Phase", PHASES, "eq", "phase")
    for band in range(8):
        name, path = f"EQ {band + 1}", ("eq", "bands", band)
        yield switch(f"{name} On", *path, "on")
        yield choice(f"{name} Type", FILTERS, *path, "filter")
        yield number(f"{name} Frequency", 10, 30000, "Hz", 10, *path, "frequency_hz")
        yield number(f"{name} Gain", -18, 18, "dB", 100, *path, "gain_db")
        yield number(f"{name} Q", 0.1, 18, "", 1000, *path, "q")
        yield choice(f"{name} Slope", SLOPES, *path, "slope")
        yield choice(f"{name} Placement", PLACEMENTS, *path, "placement")
        yield switch(f"{name} Dynamic", *path, "dynamics", "on")
        yield number(f"{name} Dynamic Threshold", -80, 0, "dB", 100, *path, "dynamics", "threshold_db")
        yield number(f"{name} Dynamic Range", -18, 18, "dB", 100, *path, "dynamics", "range_db")
        yield number(f"{name} Dynamic Attack", 0.1, 300, "ms", 100, *path, "dynamics", "attack_ms")
        yield number(f"{name} Dynamic Release", 5, 3000, "ms", 10, *path, "dynamics", "release_ms")


def _compressor():
    path = ("compressor",)
    yield switch("Comp On", *path, "on")
    yield number("Comp Bands", 1, 4, "", 1, *path, "band_count")
    for crossover in range(3):
        yield number(f"Crossover {crossover + 1}", 30, 16000, "Hz", 10, *path, "crossovers_hz", crossover)
    yield choice("Comp Detector", DETECTORS, *path, "detector")
    yield number("Comp Sidechain Low Cut", 0, 500, "Hz", 10, *path, "sidechain_low_cut_hz")
    yield number("Comp Stereo Link", 0, 100, "%", 10, *path, "stereo_link_percent")
    yield number("Comp Mix", 0, 100, "%", 10, *path, "mix_percent")
    for band in range(4):
        name, path = f"Comp {band + 1}", ("compressor", "bands", band)
        yield switch(f"{name} On", *path, "on")
        yield switch(f"{name} Solo", *path, "solo")
        yield number(f"{name} Threshold", -60, 0, "dB", 100, *path, "threshold_db")
        yield number(f"{name} Ratio", 1, 10, ":1", 100, *path, "ratio")
        yield number(f"{name} Knee", 0, 24, "dB", 100, *path, "knee_db")
        yield number(f"{name} Attack", 0.1, 300, "ms", 100, *path, "attack_ms")
        yield number(f"{name} Release", 5, 3000, "ms", 10, *path, "release_ms")
        yield switch(f"{name} Auto Release", *path, "auto_release")
        yield number(f"{name} Makeup", -12, 12, "dB", 100, *path, "makeup_db")
        yield number(f"{name} Range", 0, 24, "dB", 100, *path, "range_db")


def _rest():
    yield switch("Imager On", "imager", "on")
    for band in range(4):
        yield number(f"Width {band + 1}", 0, 200, "%", 10, "imager", "widths_percent", band)
    yield switch("Mono Below On", "imager", "mono_below_on")
    yield number("Mono Below", 20, 500, "Hz", 10, "imager", "mono_below_hz")
    yield switch("Limiter On", "limiter", "on")
    yield number("Limiter Drive", 0, 24, "dB", 100, "limiter", "drive_db")
    yield number("Limiter Ceiling", -12, 0, "dBTP", 100, "limiter", "ceiling_dbtp")
    yield number("Limiter Release", 1, 1000, "ms", 10, "limiter", "release_ms")
    yield switch("Limiter Auto Release", "limiter", "auto_release")
    yield number("Limiter Stereo Link", 0, 100, "%", 10, "limiter", "stereo_link_percent")
    yield switch("Soft Clip On", "limiter", "soft_clip_on")
    yield number("Soft Clip Amount", 0, 12, "dB", 100, "limiter", "soft_clip_db")
    yield number("Output Gain", -24, 24, "dB", 100, "output", "gain_db")
    yield choice("Dither", DITHERS, "output", "dither")
    yield switch("Noise Shaping", "output", "noise_shaping")
    yield switch("Bypass")
    yield switch("Level Match")
    yield number("Level Match Gain", -24, 24, "dB", 100)


ASSISTANT = (
    switch("Listen"),
    switch("Accept Suggestion"),
    number("Amount", 0, 100, "%", 10),
    choice("Deliver For", DELIVERIES),
    *(switch(f"Assist {module}") for module in ("EQ", "Compressor", "Imager", "Limiter")),
)
CHAIN = (number("Input Gain", -24, 24, "dB", 100, "input", "gain_db"), *_equaliser(), *_compressor(), *_rest())
PARAMETERS = (*ASSISTANT, *CHAIN)
BY_NAME = {parameter.name: parameter for parameter in PARAMETERS}


def file_value(parameter, value):
    """A value as a settings file writes it: choices in snake_case, slopes as `db12`, bits as `bits16`."""
    if parameter.choices is SLOPES:
        return "db" + value.split()[0]
    if parameter.choices is DITHERS and value != "Off":
        return "bits" + value.split()[0]
    return value.lower().replace(" ", "_") if parameter.choices else value


def settings_file(values):
    """The settings file for {parameter name: value}; what is not named is neutral."""
    settings = {"compressor": {"crossovers_hz": [120.0, 1000.0, 5000.0], "bands": [{} for _ in range(4)]},
                "eq": {"bands": [{"frequency_hz": f} for f in (40, 100, 250, 630, 1600, 4000, 8000, 14000)]},
                "imager": {"widths_percent": [100.0] * 4}}
    for name, value in values.items():
        parameter = BY_NAME[name]
        assert parameter.path, f"{name} is not part of settings files"
        *way, last = parameter.path
        place = settings
        for key in way:
            place = place[key] if isinstance(place, list) else place.setdefault(key, {})
        place[last] = file_value(parameter, value)
    return {"format": "lacquer-settings", "version": 1, "name": "host test", "settings": settings}
