"""How different colours look, with all three kinds of cones and with two.

References:
    Machado, Oliveira and Fernandes (2009), A physiologically-based model for simulation of color
    vision deficiency, doi:10.1109/TVCG.2009.113 (severity 1).
    Brettel, Viénot and Mollon (1997), Computerized simulation of color appearance for dichromats,
    doi:10.1364/JOSAA.14.002647 (tritan, for which the former is less sure).
    Sharma, Wu and Dalal (2005), The CIEDE2000 color-difference formula, doi:10.1002/col.20070.
"""

import numpy as np

_MACHADO = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
               [0.004733, 0.691367, 0.303900]],
}  # fmt: skip
_BRETTEL = np.array([
    [[1.01277, 0.13548, -0.14826], [-0.01243, 0.86812, 0.14431], [0.07589, 0.80500, 0.11911]],
    [[0.93678, 0.18979, -0.12657], [0.06154, 0.81526, 0.12320], [-0.37562, 1.12767, 0.24796]],
])  # fmt: skip
_BRETTEL_PLANE = np.array([0.03901, -0.02788, -0.01113])
_XYZ = np.array([
    [0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
    [0.0193339, 0.1191920, 0.9503041],
])  # fmt: skip
_WHITE = np.array([0.95047, 1.0, 1.08883])


def as_seen(colors: tuple[str, ...]) -> dict[str, np.ndarray]:
    """CIELAB (colour, 3) of sRGB colours, by kind of vision."""
    stored = np.array([list(bytes.fromhex(color[1:])) for color in colors]) / 255
    linear = np.where(stored <= 0.04045, stored / 12.92, ((stored + 0.055) / 1.055) ** 2.4)
    side = (linear @ _BRETTEL_PLANE < 0).astype(int)
    seen = {"normal": linear} | {kind: linear @ np.array(m).T for kind, m in _MACHADO.items()}
    seen["tritan (Brettel)"] = np.einsum("nij,nj->ni", _BRETTEL[side], linear)
    return {kind: _lab(values) for kind, values in seen.items()}


def _lab(linear: np.ndarray) -> np.ndarray:
    xyz = np.clip(linear, 0, 1) @ _XYZ.T / _WHITE
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116).T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def ciede2000(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Difference of CIELAB colours (…, 3)."""
    (l1, a1, b1), (l2, a2, b2) = (np.moveaxis(lab, -1, 0) for lab in (one, other))
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * np.sqrt(mean**7 / (mean**7 + 25.0**7))
    c1, c2 = np.hypot(stretch * a1, b1), np.hypot(stretch * a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, stretch * a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    grey = c1 * c2 == 0
    turn = np.where(grey, 0, (h2 - h1 + 180) % 360 - 180)
    hue_step = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    wrapped = (h1 + h2 + np.where(h1 + h2 < 360, 360, -360)) / 2
    hue = np.where(np.abs(h1 - h2) <= 180, (h1 + h2) / 2, wrapped)
    hue = np.where(grey, h1 + h2, hue)
    waves = [(-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.20, 4, -63)]
    t = 1 + sum(size * np.cos(np.radians(n * hue + shift)) for size, n, shift in waves)
    off = (lightness - 50) ** 2
    light = (l2 - l1) / (1 + 0.015 * off / np.sqrt(20 + off))
    colourful = (c2 - c1) / (1 + 0.045 * chroma)
    hued = hue_step / (1 + 0.015 * chroma * t)
    bend = 2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7))
    bend = bend * np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2))))
    return np.sqrt(light**2 + colourful**2 + hued**2 - bend * colourful * hued)


def closest(colors: tuple[str, ...]) -> dict[str, float]:
    """Smallest difference between any two colours, by kind of vision."""
    first, second = np.triu_indices(len(colors), 1)
    return {
        kind: float(ciede2000(lab[first], lab[second]).min())
        for kind, lab in as_seen(colors).items()
    }
