"""What a person should know of a model before using it, as text: data, split, figures, limits.

References:
    Mitchell et al. (2019), Model cards for model reporting, FAT* 2019,
    doi:10.1145/3287560.3287596.
"""

import re
from contextlib import suppress
from pathlib import Path

import numpy as np

from cropcore.cube import Preparation
from cropcore.errors import CropcoreError
from cropcore.prediction import Combination
from cropcore.sources.region.region_toml import FILE_NAME, read_region_toml
from cropcore.training.figures import Figures
from cropcore.training.record import DataRecord, Origin, RunRecord
from cropcore.training.run import FINAL

_MARKUP = re.compile(r"([\\`*_{}\[\]<>|#~])")
_FEW = 10
_WORDS = {"reference data": "accuracy", "map product": "agreement"}


def model_card(
    record: RunRecord, figures: Figures, command: str = "", region: Path | None = None
) -> str:
    """The text of ``MODEL_CARD.md``.

    Args:
        record: That of a finished run, its region given by name.
        figures: What was measured.
        command: Trains it again, where that is known.
        region: Where its data lie, where they are here; asked for their licence.
    """
    data = record.data
    if data is None:
        raise TypeError("a finished run has data")
    sections = (
        [f"# {_plain(record.name)}", "", _opening(record)],
        *([["## Members", "", *_members(record.ensemble)]] if record.ensemble else []),
        *([["## Origin", "", *_origin(record.origin)]] if record.origin else []),
        ["## Data", "", *_data(record, data), *(_terms(region) if region else ())],
        ["## Split", "", *_split(record, figures)],
        [f"## {_WORDS[data.label_origin].capitalize()}", "", *_measured(data, figures)],
        *([["## Folds", "", *_folds(figures)]] if figures.folds else []),
        ["## Classes", "", *_classes(figures)],
        ["## Limits", "", *_limits(record, data, figures)],
        *([["## The same again", "", *_again(record, command)]] if command else []),
    )
    return "\n\n".join("\n".join(lines) for lines in sections) + "\n"


def _opening(record: RunRecord) -> str:
    request, model = record.request, record.models[FINAL]
    described = request.described()
    size = f"{model.parameters:,} {'nodes' if described.kind == 'trees' else 'weights'}"
    if record.ensemble is not None:
        return (
            f"{_plain(described.title)}, {size} in all, put together with cropcore "
            f"{_plain(record.versions.get('cropcore', '?'))} on {record.created:%Y-%m-%d}. "
            f"After: {_plain(described.reference)}."
        )
    ended = "" if model.complete else " Training was stopped before its time."
    return (
        f"{_plain(described.title)}, {size}, trained with cropcore "
        f"{_plain(record.versions.get('cropcore', '?'))} on {record.created:%Y-%m-%d}, "
        f"seed {request.seed}.{ended} After: {_plain(described.reference)}."
    )


def _members(ensemble: Combination) -> list[str]:
    said = {
        "mean": "their calibrated probabilities are averaged",
        "vote": "each has one vote; between equals their mean probability decides",
        "weighted": "their calibrated probabilities are averaged with fitted weights",
        "stacked": "a logistic regression on their log-probabilities",
    }
    lines = [f"Rule: {ensemble.rule} ({said[ensemble.rule]}).", ""]
    weighing = ensemble.rule in ("mean", "weighted")
    return lines + [
        f"- {_plain(name)}" + (f": weight {weight:.3f}" if weighing else "")
        for name, weight in zip(ensemble.members, ensemble.weights, strict=True)
    ]


def _origin(origin: Origin) -> list[str]:
    """Where the first weights come from, and whether the test samples are new to them."""
    known = "samples" if origin.samples is None else f"{origin.samples:,} samples"
    said = {
        True: "the same data on the same split: no group that it learnt from is tested",
        False: "other data, by their place and by names, groups and classes of their samples; "
        "land that both share under other names would not be noticed",
        None: "not known",
    }
    return [
        f"- First weights: those of the run {_plain(origin.name)}, not random ones (SHA-256 of its "
        f"model: {origin.digest})",
        f"- It learnt from: {known} of {_plain(origin.region)}",
        f"- Are the test samples new to it? {said[origin.same_data].capitalize()}.",
    ]


def _data(record: RunRecord, data: DataRecord) -> list[str]:
    calendar = data.preparation.calendar
    lines = [
        f"- Region: {_plain(record.request.region)}",
        f"- Labels: {data.label_origin}; {data.samples:,} samples in {data.groups:,} groups",
        f"- Bands: {_plain(', '.join(data.preparation.bands))}",
        f"- Dates: {_dates(data.preparation)}, in a season that starts "
        f"{calendar.month:02d}-{calendar.day:02d} (month-day)",
    ]
    if data.bounds is not None:
        west, south, east, north = data.bounds
        lines.append(f"- Extent: {west:.3f} to {east:.3f} °E, {south:.3f} to {north:.3f} °N")
    if data.never_clear:
        lines.append(f"- Left out, never seen without cloud: {data.never_clear:,} samples")
    return lines + [f"- {_plain(note)}" for note in data.notes]


def _terms(region: Path) -> list[str]:
    """Licence and origin of the data, as far as their region says it."""
    written = region if region.name == FILE_NAME else region / FILE_NAME
    with suppress(CropcoreError):
        told = read_region_toml(written)
        terms = {"Licence": told.licence, "Attribution": told.attribution, "Origin": told.origin}
        return [f"- {name} of the data: {_plain(text)}" for name, text in terms.items() if text]
    return []


def _folds(figures: Figures) -> list[str]:
    """Each fold's figures, and how far they lie apart."""
    lines = ["| fold | samples | overall | macro F1 |", "|---|---|---|---|"]
    lines += [
        f"| {number} | {fold.n:,} | {fold.overall_accuracy:.3f} | {fold.macro_f1:.3f} |"
        for number, fold in enumerate(figures.folds, start=1)
    ]
    overall = [fold.overall_accuracy for fold in figures.folds]
    macro = [fold.macro_f1 for fold in figures.folds]
    return [*lines, f"| mean ± sd | | {_spread(overall)} | {_spread(macro)} |"]


def _spread(values: list[float]) -> str:
    sd = f"{np.std(values, ddof=1):.3f}" if len(values) > 1 else "not known"
    return f"{np.mean(values):.3f} ± {sd}"


def _again(record: RunRecord, command: str) -> list[str]:
    versions = ", ".join(f"{name} {text}" for name, text in sorted(record.versions.items()))
    return [
        "```sh",
        command,
        "```",
        "",
        "asks for the same training: same data, split and seed. Numbers are the same on the same "
        f"kind of machine with the same versions ({_plain(versions)}).",
    ]


def _dates(preparation: Preparation) -> str:
    late = preparation.fusion == "late"
    each = [
        f"{f'{_plain(item.name)} ' if late else ''}{item.calendar.n_dates}, every "
        f"{item.calendar.period:g} days"
        for item in preparation.inputs
    ]
    return f"each source its own (late fusion): {'; '.join(each)}" if late else each[0]


def _split(record: RunRecord, figures: Figures) -> list[str]:
    model = record.models[FINAL]
    sets = ", ".join(
        f"{name} {count:,} samples ({model.groups.get(name, 0):,} groups)"
        for name, count in model.samples.items()
    )
    return [
        "No group (parcel, field or spatial block) is in two sets.",
        "",
        f"- Measured on: {_plain(figures.split)}; {figures.n:,} samples in "
        f"{figures.test_groups:,} groups",
        f"- The model in this file: {sets}",
    ]


def _measured(data: DataRecord, figures: Figures) -> list[str]:
    word = _WORDS[data.label_origin]
    lines = [
        f"The figures are {_plain(figures.measures)}, on samples the models never saw. Intervals "
        "are 95 %, by bootstrap over groups.",
        "",
        "| measure | value | 95 % interval | sd over folds |",
        "|---|---|---|---|",
    ]
    rows = (
        ("overall_accuracy", f"overall {word}", figures.overall_accuracy),
        ("macro_f1", "macro F1", figures.macro_f1),
    )
    for key, title, value in rows:
        interval = _interval(figures.ci95[key]) if key in figures.ci95 else "not known"
        sd = f"{figures.spread[key]:.3f}" if key in figures.spread else "one split: not known"
        lines.append(f"| {title} | {value:.3f} | {interval} | {sd} |")
    lines.append(f"| kappa | {figures.kappa:.3f} | | |")
    lines.append(f"| calibration error (ECE) | {figures.ece:.3f} | | |")
    baseline = figures.baseline
    if baseline is not None and "macro_f1" in baseline.run_above:
        above = baseline.run_above["macro_f1"]
        low, high = above.ci95
        lines += [
            "",
            f"A random forest on the same split has a macro F1 of {baseline.macro_f1:.3f}; this "
            f"run minus it is {above.difference:+.3f} ({low:+.3f} to {high:+.3f}).",
        ]
    return lines


def _interval(ends: tuple[float, float]) -> str:
    return f"{ends[0]:.3f} – {ends[1]:.3f}"


def _classes(figures: Figures) -> list[str]:
    lines = ["| code | class | precision | recall | F1 | samples |", "|---|---|---|---|---|---|"]
    lines += [
        f"| {row.code} | {_plain(row.name)} | {row.precision:.3f} | {row.recall:.3f} | "
        f"{row.f1:.3f} | {row.support:,} |"
        for row in figures.per_class
    ]
    return lines


def _limits(record: RunRecord, data: DataRecord, figures: Figures) -> list[str]:
    lines = [
        "- A confidence is a softmax score after temperature scaling: the model's own opinion of "
        "a pixel. A softmax score is no accuracy.",
        "- The figures hold for places and seasons like those of the samples; elsewhere they are "
        "not known.",
        "- Land of a class the legend does not have is given one of its classes all the same.",
        "- Areas counted from a map carry the map's errors; adjust them with a probability "
        "sample that is independent of training.",
    ]
    if data.label_origin == "map product":
        lines.append(
            "- The labels are a map product, with errors of their own: the figures are agreement "
            "with that map, not accuracy."
        )
    few = [row.name for row in figures.per_class if row.support < _FEW]
    if few:
        names = _plain(", ".join(few))
        lines.append(f"- Tested on fewer than {_FEW} samples, so their scores say little: {names}.")
    lines.append(
        f"- Imagery and labels are not in this file. To measure or map again, have the region "
        f"{_plain(record.request.region)} in the workspace, or name another one."
    )
    if any(name != FINAL for name in record.models):
        lines.append(
            "- The figures come from fold models. They are in this file only where it was "
            "exported with --folds-too; without them the figures cannot be measured again."
        )
    return lines


def _plain(text: object) -> str:
    """A stranger's text, with nothing in it that Markdown or HTML would act on."""
    words = " ".join(str(text).split())
    return _MARKUP.sub(r"\\\1", "".join(sign for sign in words if sign.isprintable()))


__all__ = ["model_card"]
