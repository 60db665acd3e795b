"""One layer at each of its dates: how far it tells classes apart, what it is moved by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import streamlit as st

from cropcore.cube.calendar import date_of
from cropcore.explain.learning import (
    Inside,
    attention_by_class,
    attention_csv,
    by_date,
    dates_csv,
    feature_maps,
    gates_by_date,
    gates_csv,
    largest_rise,
    maps_csv,
)
from cropcore.training.record import RunRecord
from cropcore.training.snapshots import LayerRecord
from dashboard.charts.learning_inside import (
    ClassSeen,
    Scale,
    attention_chart,
    dates_chart,
    maps_chart,
)
from dashboard.charts.learning_weights import gates_chart
from dashboard.i18n import t
from dashboard.state import current
from dashboard.widgets.learning.curves import show_chart
from dashboard.widgets.text import plain

_YEAR = 2001
"""Any year without 29 February: a model knows days of a season, not years."""
_DRAWN = 3
"""Classes whose attention is drawn where none were chosen."""


@dataclass(frozen=True, eq=False)
class Look:
    """One layer with steps at one epoch."""

    inside: Inside
    layer: int
    """Its position."""
    name: str
    """What people call it; data, not markdown."""
    epoch: int
    steps: Sequence[str]
    """How its steps are called."""
    classes: Mapping[int, ClassSeen]
    """Of the probe set, by legend code."""

    @property
    def record(self) -> LayerRecord:
        """What is known of the layer."""
        return self.inside.layers[self.layer]

    @property
    def at(self) -> int:
        """Position of the epoch."""
        return self.inside.epochs.index(self.epoch)

    @property
    def codes(self) -> tuple[int, ...]:
        """Legend codes in the order in which classes are stored."""
        return self.inside.stored.record.codes

    @property
    def names(self) -> dict[int, str]:
        """Of the classes."""
        return {code: seen.name for code, seen in self.classes.items()}

    def told(self, key: str, **values: object) -> str:
        """A sentence about the layer at the epoch."""
        return t(key, layer=plain(self.name), epoch=self.epoch, **values)


def look_at(
    record: RunRecord,
    inside: Inside,
    layer: int,
    name: str,
    epoch: int,
    classes: Mapping[int, ClassSeen],
) -> Look:
    """A layer with steps at one epoch.

    Args:
        record: Of the run.
        inside: Its snapshots.
        layer: Position of the layer.
        name: What people call it.
        epoch: One that was looked at.
        classes: Of the probe set, by legend code.
    """
    return Look(inside, layer, name, epoch, step_names(record, inside, layer), classes)


def show_dates(look: Look) -> None:
    """What a layer with dates does at each of them."""
    if look.record.kind == "attention":
        _show_attention(look)
        return
    left, right = st.columns(2, gap="medium")
    with left:
        _show_measure(look)
    with right:
        _show_maps(look)


def show_gates(look: Look) -> None:
    """How far the gates of a recurrent layer are open at each date."""
    opened = gates_by_date(look.inside, look.layer)[[0, look.at]]
    names = [t(f"learning.gate.{gate}") for gate in look.record.gates]
    epochs = look.inside.epochs[0], look.epoch
    show_chart(
        t("learning.inside.gates"),
        gates_chart(opened, names, look.steps, epochs, t),
        "inside_gates",
        look.told("learning.inside.gates.alt", first=epochs[0])
        + " "
        + " ".join(t(f"learning.gate.{gate}.alt") for gate in look.record.gates),
        ("learning.inside.gates.csv", "gates"),
        lambda: gates_csv(look.inside, look.layer, look.steps),
    )


def step_names(record: RunRecord, inside: Inside, layer: int) -> list[str]:
    """Month and day of each step, or its number where steps are no dates."""
    found = inside.layers[layer]
    inputs = record.data.preparation.inputs if record.data else ()
    own = inputs[found.series : found.series + 1] if found.series is not None else ()
    if not own or own[0].calendar.n_dates != found.steps:
        return [str(number) for number in range(1, found.steps + 1)]
    calendar = own[0].calendar
    start = date(_YEAR, calendar.month, calendar.day)
    days = [date_of(float(day), start) for day in calendar.days]
    several = days[-1].year > days[0].year + 1
    return [f"{day:%m-%d}" + (f" +{day.year - _YEAR}" if several else "") for day in days]


def _show_measure(look: Look) -> None:
    """Fisher ratio or linear probe per date and epoch."""
    measure: Literal["fisher", "probe"] = "probe" if current().measure == "probe" else "fisher"
    values, found = by_date(look.inside, look.layer, measure), look.record
    title = t(f"learning.inside.dates.{measure}")
    if not np.isfinite(values).all():
        st.markdown(f"##### {title}")
        st.info(t("learning.inside.layers.unmeasured"))
        return
    share = measure == "probe"
    scale = Scale(t(f"learning.inside.measure.{measure}"), 0.0, 1.0 if share else None, not share)
    now = values[look.at]
    best = int(now.argmax())
    told = [look.told("learning.inside.dates.alt", date=look.steps[best], value=f"{now[best]:.2f}")]
    if found.kind in ("forward", "backward"):
        rise = largest_rise(now, backward=found.kind == "backward")
        if rise is not None:
            ends = {"before": f"{rise.before:.2f}", "after": f"{rise.after:.2f}"}
            told.append(t("learning.inside.dates.rise", date=look.steps[rise.step], **ends))
        told.append(t(f"learning.inside.dates.{found.kind}"))
    if found.series is None:
        told.append(t("learning.inside.positions"))
    told.append(t(f"learning.inside.dates.{measure}.alt"))
    show_chart(
        title,
        dates_chart(values, look.steps, look.inside.epochs, look.at, scale, t),
        "inside_dates",
        " ".join(told),
        ("learning.inside.dates.csv", "dates"),
        lambda: dates_csv(look.inside, look.layer, look.steps),
    )


def _show_maps(look: Look) -> None:
    """Mean activation of each unit at each date, class by class."""
    inside, found = look.inside, look.record
    maps = feature_maps(inside, look.layer, look.epoch)
    last = feature_maps(inside, look.layer, inside.epochs[-1])
    peak = last.mean(axis=0).argmax(axis=0)  # the date that moves a unit most, at the last epoch
    order = np.lexsort((np.arange(len(peak)), peak))
    places = [at for at, code in enumerate(look.codes) if code in look.classes]
    shown = [look.classes[look.codes[at]] for at in places]
    text = look.told("learning.inside.maps.alt", units=found.width)
    if found.kept < found.width:
        share = float(inside.stored.read(look.epoch, ["explained"])["explained"][look.layer])
        kept = {"kept": found.kept, "share": f"{share:.0%}"}
        text += " " + t("learning.inside.maps.components", **kept)
    show_chart(
        t("learning.inside.maps"),
        maps_chart(maps[places], order, shown, look.steps, t),
        "inside_maps",
        text,
        ("learning.inside.maps.csv", "maps"),
        lambda: maps_csv(maps, look.codes, look.steps, look.names),
    )


def _show_attention(look: Look) -> None:
    """Attention per date, for the classes chosen above, else for a few."""
    weighed = attention_by_class(look.inside, look.layer, look.epoch)
    chosen = [code for code in current().classes if code in look.classes]
    drawn = chosen or [code for code in look.codes if code in look.classes][:_DRAWN]
    shown = [(look.codes.index(code), look.classes[code]) for code in drawn]
    place, first = shown[0]
    most = look.steps[int(weighed.median[place].argmax())]
    show_chart(
        t("learning.inside.attention"),
        attention_chart(weighed, shown, look.steps, t),
        "inside_attention",
        look.told("learning.inside.attention.alt", name=plain(first.name), date=most),
        ("learning.inside.attention.csv", "attention"),
        lambda: attention_csv(weighed, look.codes, look.steps, look.names),
    )


__all__ = ["Look", "look_at", "show_dates", "show_gates", "step_names"]
