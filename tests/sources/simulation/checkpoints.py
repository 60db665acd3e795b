"""Where curves of the bundled region have to lie, by what has been published.

``python -m tests.sources.simulation.checkpoints`` prints what was found beside it.

Ranges are set around the curves and calendars that the sources show, as wide as farms, soils,
years and viewing angles make them differ. The letter at the end of each line names the source.

Calendars of the Grand Est: winter barley is reaped around the first days of July, rapeseed in the
second week, wheat in the second half; sunflower and potatoes in September, maize from late August
(silage) to October, beets from mid-September on; alfalfa is cut from May on, every five to six
weeks.

References:
    H: Harfenmeister et al. (2019), doi:10.3390/rs11131569 (wheat and barley in VV and VH).
    V: Veloso et al. (2017), doi:10.1016/j.rse.2017.07.015 (French crops in NDVI, VV and VH).
    A: d'Andrimont et al. (2020), doi:10.1016/j.rse.2020.111660 (rapeseed in flower).
    R: Vreugdenhil et al. (2018), doi:10.3390/rs10091396 (rapeseed, maize, cereals in VH).
    K: Khabbazan et al. (2019), doi:10.3390/rs11161887 (beet, potato, maize, grass in VV and VH).
    C: the calendars above; U: what is usual of woods, meadows and villages.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from cropcore.sources.simulation import MAIN
from cropcore.workspace import sample_data
from tests.sources.simulation.curves import Curves, between, peak_day, read_season


@dataclass(frozen=True)
class Checkpoint:
    """A number read off a curve, and the range it has to lie in."""

    crop: str
    quantity: str
    what: Literal["max", "min", "mean", "day of max", "day of min"]
    first: int  # day of the year
    last: int
    low: float
    high: float
    source: str

    @property
    def name(self) -> str:
        return f"{self.crop}: {self.what} of {self.quantity}, days {self.first}-{self.last}"

    def read(self, curves: Curves) -> float:
        series = curves.series(self.crop, self.quantity)
        if self.what == "day of max":
            return peak_day(series, self.first, self.last)
        if self.what == "day of min":
            return peak_day({d: -v for d, v in series.items()}, self.first, self.last)
        values = between(series, self.first, self.last)
        return float({"max": values.max, "min": values.min, "mean": values.mean}[self.what]())


CHECKPOINTS = tuple(
    Checkpoint(*row)
    for row in (
        # tillering in winter, closed by late April, ripe in July, stubble in August
        ("Winter wheat", "NDVI", "mean", 45, 65, 0.35, 0.62, "V"),
        ("Winter wheat", "NDVI", "day of max", 90, 200, 115, 150, "V"),
        ("Winter wheat", "NDVI", "max", 90, 200, 0.80, 0.93, "V"),
        ("Winter wheat", "NDVI", "mean", 185, 196, 0.25, 0.55, "C"),
        ("Winter wheat", "NDVI", "mean", 205, 230, 0.12, 0.30, "C"),
        ("Winter wheat", "VV", "mean", 45, 75, -13.5, -9.5, "H"),
        ("Winter wheat", "VV", "min", 125, 160, -20.0, -17.8, "H"),
        ("Winter wheat", "VV", "day of min", 60, 240, 118, 158, "H"),
        ("Winter wheat", "VH", "min", 125, 160, -24.5, -21.8, "H"),
        ("Winter wheat", "VV", "mean", 210, 250, -13.5, -9.0, "V"),
        ("Winter wheat", "B11", "mean", 105, 150, 0.17, 0.26, "V"),
        ("Winter wheat", "B11", "mean", 205, 230, 0.24, 0.38, "V"),
        ("Winter barley", "NDVI", "max", 90, 150, 0.78, 0.93, "V"),
        ("Winter barley", "NDVI", "mean", 185, 200, 0.12, 0.35, "C"),
        ("Winter barley", "VH", "mean", 150, 170, -19.8, -16.5, "R"),
        # yellow in the last third of April, pods in June, reaped in mid-July
        ("Winter rapeseed", "NDVI", "max", 90, 103, 0.75, 0.92, "A"),
        ("Winter rapeseed", "NDVI", "min", 106, 122, 0.45, 0.72, "A"),
        ("Winter rapeseed", "NDVI", "max", 130, 152, 0.78, 0.92, "A"),
        ("Winter rapeseed", "NDYI", "day of max", 80, 180, 106, 126, "A"),
        ("Winter rapeseed", "B03", "max", 106, 122, 0.11, 0.19, "A"),
        ("Winter rapeseed", "VV", "day of min", 60, 150, 100, 128, "A"),
        ("Winter rapeseed", "VH", "max", 135, 172, -15.0, -12.0, "R"),
        ("Winter rapeseed", "VH", "mean", 45, 70, -20.0, -17.0, "R"),
        ("Winter rapeseed", "NDVI", "mean", 200, 215, 0.12, 0.35, "C"),
        # bare until mid-May, tall by July, silage from late August, grain in October
        ("Maize", "NDVI", "max", 100, 130, 0.12, 0.32, "V"),
        ("Maize", "NDVI", "day of max", 150, 270, 188, 232, "V"),
        ("Maize", "NDVI", "max", 150, 270, 0.78, 0.92, "V"),
        ("Maize", "NDVI", "mean", 284, 296, 0.12, 0.40, "C"),
        ("Maize", "VH", "mean", 188, 232, -17.5, -14.5, "R"),
        ("Maize", "VV", "mean", 188, 232, -12.5, -9.5, "K"),
        ("Sunflower", "NDVI", "max", 100, 130, 0.12, 0.35, "V"),
        ("Sunflower", "NDVI", "day of max", 150, 250, 163, 206, "V"),
        ("Sunflower", "NDVI", "max", 150, 250, 0.66, 0.88, "V"),
        ("Sunflower", "NDVI", "mean", 240, 252, 0.25, 0.55, "C"),
        ("Sunflower", "NDVI", "max", 272, 300, 0.10, 0.35, "C"),
        ("Sugar beet", "NDVI", "max", 100, 120, 0.12, 0.35, "C"),
        ("Sugar beet", "NDVI", "min", 180, 255, 0.78, 0.93, "C"),
        ("Sugar beet", "VH", "mean", 180, 255, -15.5, -12.8, "K"),
        ("Sugar beet", "VV", "mean", 180, 255, -11.0, -8.5, "K"),
        ("Potato", "NDVI", "max", 165, 210, 0.72, 0.90, "K"),
        ("Potato", "NDVI", "mean", 238, 252, 0.25, 0.60, "C"),
        ("Potato", "VH", "mean", 165, 210, -16.5, -13.5, "K"),
        ("Alfalfa", "NDVI", "max", 105, 125, 0.78, 0.92, "C"),
        ("Grassland", "NDVI", "min", 100, 290, 0.45, 0.75, "U"),
        ("Grassland", "VH", "mean", 100, 290, -22.0, -18.0, "K"),
        ("Forest", "NDVI", "min", 140, 260, 0.68, 0.92, "U"),
        ("Forest", "NDVI", "mean", 45, 80, 0.35, 0.60, "U"),
        ("Built-up", "VV", "mean", 45, 300, -6.0, 0.0, "U"),
    )
)


def bundled() -> Curves:
    return Curves(read_season(sample_data() / "regions" / MAIN.name))


def lines(curves: Curves) -> Iterator[str]:
    for point in CHECKPOINTS:
        range_ = f"{point.low:g} to {point.high:g} ({point.source})"
        yield f"{point.name:56s}{point.read(curves):8.2f}   {range_}"


if __name__ == "__main__":
    print("\n".join(lines(bundled())))
