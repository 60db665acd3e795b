"""Classes brought together by a table that a person wrote, and shown in a palette of their choice.

Nothing is merged unless the table says so, and each merge is told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from cropcore.cube import Window
from cropcore.errors import LegendError
from cropcore.legend import Legend, LegendClass, Palette, clean_name, fold_name
from cropcore.sources.region.label_windows import Labels, LabelWindow

Merges = Mapping[str, Sequence[str]]
"""Names of classes by the name of the class that they become."""


@dataclass(frozen=True)
class Merged:
    """A legend after merging."""

    legend: Legend
    lookup: np.ndarray
    """New code of each old code, uint8 (256,)."""
    notes: tuple[str, ...] = ()
    """What became of what, a sentence each."""


@dataclass(frozen=True)
class ClassRules:
    """What is said about classes beside the labels themselves."""

    legend: Legend | None = None
    """As it was written, before merging; ``None`` where it is to be made from the labels."""
    merges: Merges | None = None
    palette: Palette | None = None
    """Colours all classes; those of the legend, or chosen ones, where not given."""

    def apply(self, where: Path, legend: Legend) -> Merged:
        """Merge and colour the classes of labels.

        Args:
            where: The file of the labels, for messages.
            legend: That belongs to them.

        Raises:
            LegendError: The table of merges contradicts itself or the written legend.
        """
        merged = _merge(where, legend, self.merges or {}, written=self.legend is not None)
        if self.palette is None:
            return merged
        return replace(merged, legend=merged.legend.coloured(self.palette))


@dataclass(frozen=True)
class MergedLabels:
    """Labels whose classes are merged or coloured when they are read."""

    labels: Labels
    rules: ClassRules
    merged: Merged | None
    """``None`` where no legend is known before the pixels are; nothing is merged then."""

    @property
    def path(self) -> Path:
        """The file they stand in."""
        return self.labels.path

    @property
    def notes(self) -> tuple[str, ...]:
        """What was guessed, left out or merged, a sentence each."""
        return self.labels.notes + (() if self.merged is None else self.merged.notes)

    def read(self, window: Window) -> LabelWindow:
        """Labels of a window."""
        read = self.labels.read(window)
        if self.merged is None:
            return read
        return replace(read, codes=self.merged.lookup[read.codes])

    def group_names(self, numbers: np.ndarray) -> np.ndarray:
        """Names, str, of the groups with these numbers."""
        return self.labels.group_names(numbers)

    def legend_for(self, codes: tuple[int, ...]) -> Legend:
        """The legend after merging, seen that it covers these codes."""
        legend = self.labels.legend_for(codes)
        merged = self.merged or self.rules.apply(self.path, legend)
        return merged.legend


def merge_when_read(labels: Labels, rules: ClassRules) -> Labels:
    """Labels of a raster as the rules want them.

    Raises:
        LegendError: Classes are to be merged and no legend tells their names, or the table of
            merges contradicts itself.
    """
    if rules.merges and rules.legend is None:
        raise LegendError(
            labels.path,
            expected="a legend.csv beside a label raster whose classes are to be merged",
            got="none",
            advice="add one with the columns code,name or remove [labels.merge]",
        )
    if not rules.merges and rules.palette is None:
        return labels
    merged = None if rules.legend is None else rules.apply(labels.path, rules.legend)
    return MergedLabels(labels, rules, merged)


def combined(where: Path, *tables: Merges) -> dict[str, list[str]]:
    """Several tables of merges as one.

    Raises:
        LegendError: A class is to become two others, or one that becomes another itself.
    """
    found: dict[str, list[str]] = {}
    spelt: dict[str, str] = {}
    target_of: dict[str, str] = {}
    for target, members in (item for table in tables for item in table.items()):
        kept = spelt.setdefault(fold_name(target), clean_name(target))
        for member in map(clean_name, members):
            before = target_of.setdefault(fold_name(member), kept)
            if before != kept:
                raise _contradicting(where, member, f"{before} and {kept}")
            if fold_name(member) != fold_name(kept) and member not in found.get(kept, []):
                found.setdefault(kept, []).append(member)
    for target in found:
        further = target_of.get(fold_name(target), target)
        if further != target:
            raise _contradicting(where, target, f"{further}, and others to become {target}")
    return found


def _contradicting(where: Path, member: str, targets: str) -> LegendError:
    return LegendError(
        where,
        expected="each class to be merged once",
        got=f"{member!r} that is to become {targets}",
        advice="write all members of a merged class in one row of [labels.merge]",
    )


def _merge(where: Path, legend: Legend, merges: Merges, *, written: bool) -> Merged:
    lookup = np.arange(256, dtype=np.uint8)
    by_name = {fold_name(item.name): item for item in legend}
    by_name |= {str(item.code): item for item in legend if str(item.code) not in by_name}
    classes = {item.code: item for item in legend}
    notes = []
    for target, members in merges.items():
        absent = [name for name in members if fold_name(name) not in by_name]
        if absent and written:
            raise _not_in_legend(where, absent[0], legend)
        if absent:
            none = ", ".join(absent)
            notes.append(f"{where.name}: nothing is labelled {none}, to be merged into {target}.")
        found = [by_name[fold_name(name)] for name in members if fold_name(name) in by_name]
        if not found:
            continue
        first = min(found, key=lambda item: item.code)
        into = by_name.get(fold_name(target)) or LegendClass(first.code, target, first.color)
        for item in found:
            classes.pop(item.code, None)
            lookup[item.code] = into.code
        classes[into.code] = into
        names = ", ".join(item.name for item in found)
        notes.append(f"{where.name}: as asked, {target} stands for {names}.")
    return Merged(Legend(tuple(classes.values())), lookup, tuple(notes))


def _not_in_legend(where: Path, name: str, legend: Legend) -> LegendError:
    near = get_close_matches(name, legend.names, 1)
    return LegendError(
        f"{where}, merging of classes",
        expected=f"names of the legend ({', '.join(legend.names[:8])})",
        got=repr(name),
        advice=f"write {near[0]}" if near else "correct the name or remove it",
    )


__all__ = ["ClassRules", "Merged", "MergedLabels", "Merges", "combined", "merge_when_read"]
