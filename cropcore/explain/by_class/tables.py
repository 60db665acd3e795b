"""Explained classes as tables: a row per cell, per date and per band."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cropcore.explain.by_class.class_attribution import ByClass, ClassAttribution, SourceByClass

Row = Sequence[object]
CELLS = (
    "code", "class", "source", "date", "band", "mean", "lower_quartile", "upper_quartile", "sd",
    "samples", "split", "method", "unit",
)  # fmt: skip
DATES = ("code", "class", "source", "date", "sum_abs", "sd", "samples", "split", "method", "unit")
BANDS = (
    "code", "class", "source", "band", "sum_abs", "sd", "kind", "kind_sum_abs", "like_bands",
    "like_bands_sum_abs", "samples", "split", "method", "unit",
)  # fmt: skip


def cell_rows(found: ByClass) -> Iterator[Row]:
    """Every band at every date of every class, in the columns of :data:`CELLS`."""
    for source, one in _each(found):
        for row, day in enumerate(source.dates):
            for column, band in enumerate(source.bands):
                at = row, column
                numbers = one.mean[at], one.low[at], one.high[at], one.sd[at]
                yield (*_of(source, one), day.isoformat(), band, *numbers, *_from(found, one))


def date_rows(found: ByClass) -> Iterator[Row]:
    """Every date of every class, in the columns of :data:`DATES`."""
    for source, one in _each(found):
        for day, mean, sd in zip(source.dates, one.dates, one.dates_sd, strict=True):
            yield (*_of(source, one), day.isoformat(), mean, sd, *_from(found, one))


def band_rows(found: ByClass) -> Iterator[Row]:
    """Every band of every class, with the sum over its kind and over bands that are like it."""
    for source, one in _each(found):
        kinds = {band: (kind, own) for kind, own in source.kinds.items() for band in own}
        for at, band in enumerate(source.bands):
            kind, same = kinds[at]
            like = source.duplicates.group_of(at)
            yield (
                *_of(source, one),
                band,
                one.bands[at],
                one.bands_sd[at],
                kind,
                one.total(same),
                " ".join(source.bands[other] for other in like),
                one.total(like) if like else "",
                *_from(found, one),
            )


def _each(found: ByClass) -> Iterator[tuple[SourceByClass, ClassAttribution]]:
    for source in found.sources:
        for one in source.classes:
            yield source, one


def _of(source: SourceByClass, one: ClassAttribution) -> Row:
    return one.item.code, one.item.name, source.name


def _from(found: ByClass, one: ClassAttribution) -> Row:
    return one.n, found.split, found.method, found.unit


__all__ = ["BANDS", "CELLS", "DATES", "band_rows", "cell_rows", "date_rows"]
