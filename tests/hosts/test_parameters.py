"""The parameters as a host lists them: names, units, ranges, and text both ways."""

import pytest

from contract import BY_NAME, PARAMETERS


def spoken(parameter, text):
    """A text without the unit that some hosts leave to the label."""
    text = text.strip()
    return text.removesuffix(parameter.unit).strip() if parameter.unit else text


def test_every_published_parameter_is_listed_once_and_no_other(untouched_host):
    names = [parameter.name for parameter in untouched_host.plugin._parameters]
    assert sorted(names) == sorted(BY_NAME)


@pytest.mark.parametrize("wanted", PARAMETERS, ids=lambda p: p.name)
def test_unit_range_and_text(untouched_host, wanted):
    parameter = untouched_host.by_name[wanted.name]
    assert parameter.label.strip() == wanted.unit
    if wanted.choices:
        steps = len(wanted.choices) - 1
        for index, label in enumerate(wanted.choices):
            assert parameter.get_text_for_raw_value(index / steps) == label
            assert parameter.get_raw_value_for_text(label) == pytest.approx(index / steps, abs=1e-6)
    elif wanted.switch:
        for raw, text in ((0.0, "Off"), (1.0, "On")):
            assert parameter.get_text_for_raw_value(raw).lower() == text.lower()
            assert parameter.get_raw_value_for_text(text) == raw
    else:
        low, high = (float(spoken(wanted, parameter.get_text_for_raw_value(raw))) for raw in (0.0, 1.0))
        assert (low, high) == pytest.approx((wanted.low, wanted.high))
        for share in (0.0, 0.1, 0.37, 0.5, 0.81, 1.0):
            step = round((wanted.low + share * (wanted.high - wanted.low)) * wanted.steps_per_unit)
            value = step / wanted.steps_per_unit
            # With its unit and without it, as people write it.
            for text in (f"{value:.9g}", f"{value:.9g} {wanted.unit}".strip()):
                raw = parameter.get_raw_value_for_text(text)
                shown = float(spoken(wanted, parameter.get_text_for_raw_value(raw)))
                assert shown == pytest.approx(value, abs=1e-6), text


def test_what_is_shown_can_be_typed_in(untouched_host):
    for parameter in untouched_host.plugin._parameters:
        for raw in (0.0, 0.123, 0.5, 0.77, 1.0):
            text = parameter.get_text_for_raw_value(raw)
            again = parameter.get_text_for_raw_value(parameter.get_raw_value_for_text(text))
            assert again == text, parameter.name


def test_defaults_are_neutral(untouched_host):
    texts = untouched_host.texts()
    assert all(texts[f"EQ {band} On"].lower() == "off" for band in range(1, 9))
    for name in ("Comp On", "Imager On", "Limiter On", "Bypass", "Listen", "Level Match"):
        assert texts[name].lower() == "off"
    assert float(spoken(BY_NAME["Output Gain"], texts["Output Gain"])) == 0.0
