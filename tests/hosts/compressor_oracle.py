"""The compressor a second time, from its description and the published formulas alone, in numpy and scipy.

Gain computer: D. Giannoulis, M. Massberg, J. Reiss, "Digital Dynamic Range Compressor Design", JAES 60 (2012), formula (4);
smoothing: formula (17), one-pole in dB behind the gain computer. Crossovers: Linkwitz-Riley of fourth order as products of two Butterworth
filters of scipy. Everything is computed in another form than the plugin's: filters as second-order sections, levels
by sliding over the whole signal at once, decibels by the library.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy import ndimage, signal


@dataclass
class Band:
    threshold_db: float
    ratio: float
    knee_db: float = 6.0
    attack_ms: float = 30.0
    release_ms: float = 200.0
    auto_release: bool = False
    makeup_db: float = 0.0
    range_db: float = 6.0
    on: bool = True
    solo: bool = False


@dataclass
class Compressor:
    bands: list
    crossovers_hz: list = field(default_factory=list)
    detector: str = "RMS"
    sidechain_low_cut_hz: float = 0.0
    stereo_link_percent: float = 100.0
    mix_percent: float = 100.0

    def process(self, audio, rate):
        """Audio (2, samples) in and out, all settings in force from the first sample on."""
        bands = split(np.asarray(audio, float), self.crossovers_hz, rate)
        assert len(bands) == len(self.bands)
        soloing = any(band.solo for band in self.bands)
        return sum(
            self._gains(settings, band, rate) * band
            for settings, band in zip(self.bands, bands)
            if settings.solo or not soloing
        )

    def _gains(self, settings, band, rate):
        if not settings.on:
            return 1.0
        mix = self.mix_percent / 100
        wet = mix * 10 ** (settings.makeup_db / 20)
        return 1 - mix + wet * 10 ** (-self.reductions_db(settings, band, rate) / 20)

    def reductions_db(self, settings, band, rate):
        heard = band
        if self.sidechain_low_cut_hz:
            heard = butterworth(band, self.sidechain_low_cut_hz, "highpass", rate)
        level_db = 10 * np.log10(np.maximum(POWERS[self.detector](heard, rate), 1e-20))
        link = self.stereo_link_percent / 100
        level_db = link * level_db.max(axis=0) + (1 - link) * level_db
        wanted_db = np.minimum(-gain_computer_db(level_db, settings), settings.range_db)
        if link == 1:
            return smoothed_db(wanted_db[0], settings, rate)
        return np.array([smoothed_db(channel, settings, rate) for channel in wanted_db])


def gain_computer_db(x, settings):
    """Formula (4): output level less input level."""
    t, r, w = settings.threshold_db, settings.ratio, settings.knee_db
    above = t + (x - t) / r - x
    if w == 0:
        return np.where(x > t, above, 0.0)
    within = (1 / r - 1) * (x - t + w / 2) ** 2 / (2 * w)
    return np.select([2 * (x - t) < -w, 2 * np.abs(x - t) <= w], [0.0, within], above)


def smoothed_db(wanted, settings, rate):
    """Formula (17); with auto release a second, slow envelope, under which the reduction does not fall."""
    def pole(ms):
        return np.exp(-1000 / (ms * rate))

    attack, release = pole(settings.attack_ms), pole(settings.release_ms)
    slow = np.zeros_like(wanted)
    if settings.auto_release:
        charge = pole(max(2 * settings.release_ms, settings.attack_ms))
        slow = branching(wanted, charge, pole(5 * settings.release_ms))
        release = pole(settings.release_ms / 2)
    return branching(np.maximum(wanted, slow), attack, release)


def branching(target, up, down):
    out, value = np.empty_like(target), 0.0
    for index, x in enumerate(target.tolist()):
        pole = up if x > value else down
        value = pole * value + (1 - pole) * x
        out[index] = value
    return out


def peak_power(x, rate):
    """Square of the greatest sample of the step that fills and the five whole ones before it."""
    step = round(rate / 1000)
    power = x**2
    fills = np.stack([running_maximum(channel, step) for channel in power])
    whole = power[:, : power.shape[1] // step * step].reshape(len(x), -1, step).max(axis=2)
    last_five = ndimage.maximum_filter1d(whole, 5, axis=1, origin=2, mode="constant")
    # Before the first step: silence.
    before = np.concatenate([np.zeros((len(x), 1)), last_five], axis=1)
    return np.maximum(fills, before[:, np.arange(x.shape[1]) // step])


def running_maximum(x, step):
    """Within each step, the greatest value so far."""
    padded = np.concatenate([x, np.zeros(-len(x) % step)]).reshape(-1, step)
    return np.maximum.accumulate(padded, axis=1).ravel()[: len(x)]


def mean_square(x, rate):
    """The step that fills, nine whole ones before it and the tenth in the share of the step that is still to come."""
    step = round(rate / 1000)
    index = np.arange(x.shape[1])
    total = np.concatenate([np.zeros((len(x), 1)), np.cumsum(x**2, axis=1)], axis=1)
    start = index // step * step

    def sum_to(sample):
        return total[:, np.maximum(sample, 0)]

    window = sum_to(index + 1) - sum_to(start - 9 * step)
    oldest = sum_to(start - 9 * step) - sum_to(start - 10 * step)
    to_come = 1 - (index + 1 - start) / step
    return (window + to_come * oldest) / (10 * step)


POWERS = {"Peak": peak_power, "RMS": mean_square}


def butterworth(x, hz, kind, rate, times=1):
    section = signal.butter(2, hz, kind, fs=rate, output="sos")
    for _ in range(times):
        x = signal.sosfilt(section, x)
    return x


def low_pass(x, hz, rate):
    return butterworth(x, hz, "lowpass", rate, 2)


def high_pass(x, hz, rate):
    return butterworth(x, hz, "highpass", rate, 2)


def all_pass(x, hz, rate):
    """What both halves of a Linkwitz-Riley split are in sum."""
    return low_pass(x, hz, rate) + high_pass(x, hz, rate)


def split(x, crossovers_hz, rate):
    """Bands from the lowest up, all in phase: split in the middle, each half turned like the other half's split."""
    if not crossovers_hz:
        return [x]
    if len(crossovers_hz) == 1:
        return [low_pass(x, crossovers_hz[0], rate), high_pass(x, crossovers_hz[0], rate)]
    first, second, *third = crossovers_hz
    low, high = low_pass(x, second, rate), high_pass(x, second, rate)
    for hz in third:
        low = all_pass(low, hz, rate)
    high = all_pass(high, first, rate)
    bands = [low_pass(low, first, rate), high_pass(low, first, rate)]
    return bands + (split(high, third, rate) if third else [high])
