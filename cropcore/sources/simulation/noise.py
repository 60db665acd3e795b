"""Random fields and random streams: what gives a landscape, a canopy or a sky its texture."""

import zlib

import numpy as np
from scipy import ndimage


def stream(seed: int, purpose: str) -> np.random.Generator:
    """Random numbers for one purpose, so that a change to one part leaves all others as they were.

    Args:
        seed: Of the whole simulation.
        purpose: What they are for, in words.
    """
    return np.random.default_rng([seed, zlib.crc32(purpose.encode())])


def fractal(
    random: np.random.Generator,
    shape: tuple[int, int],
    step: float,
    *,
    slope: float,
    longest: float,
    stretch: float = 1.0,
    angle: float = 0.0,
) -> np.ndarray:
    """A random field whose power falls with spatial frequency, as soils, relief and clouds do.

    Args:
        random: Source of random numbers.
        shape: Rows, columns.
        step: Side of a cell, metres.
        slope: Power is proportional to frequency to the minus ``slope``; larger is smoother.
        longest: Wavelength above which there is no more power, metres.
        stretch: How much longer features are along ``angle`` than across.
        angle: Direction of the stretch, radians from the x axis.

    Returns:
        float64 (y, x) of mean 0 and standard deviation 1.
    """
    margin = int(np.ceil(longest / step / 2))
    rows, cols = (_quick_size(length + margin) for length in shape)
    along_y = np.fft.fftfreq(rows, step)[:, None]
    along_x = np.fft.rfftfreq(cols, step)[None, :]
    u = along_x * np.cos(angle) + along_y * np.sin(angle)
    v = -along_x * np.sin(angle) + along_y * np.cos(angle)
    frequency = np.hypot(u * np.sqrt(stretch), v / np.sqrt(stretch))
    amplitude = (frequency**2 + longest**-2) ** (-slope / 4)
    amplitude[0, 0] = 0
    white = np.fft.rfft2(random.standard_normal((rows, cols)))
    field = np.fft.irfft2(white * amplitude, s=(rows, cols))[: shape[0], : shape[1]]
    spread = field.std()
    return np.asarray((field - field.mean()) / (spread if spread > 0 else 1.0))


def _quick_size(length: int) -> int:
    """The next length that a Fourier transform is quick at: a multiple of 32."""
    return -(-length // 32) * 32


def speckle(random: np.random.Generator, shape: tuple[int, int], width: float) -> np.ndarray:
    """Multiplicative noise of coherent imaging after multilooking, of mean 1.

    Single-look intensity is exponentially distributed. Looks are averaged with a Gaussian window,
    which also makes neighbours alike, as in ground-range products whose pixels are finer than
    their resolution. The equivalent number of looks is about 4π ``width``².

    Args:
        random: Source of random numbers.
        shape: Rows, columns.
        width: Standard deviation of the window, pixels.

    References:
        Goodman (1976), Some fundamental properties of speckle, doi:10.1364/JOSA.66.001145.
    """
    single = random.exponential(1.0, shape)
    return np.asarray(ndimage.gaussian_filter(single, width, mode="reflect"))


__all__ = ["fractal", "speckle", "stream"]
