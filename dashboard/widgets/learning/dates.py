"""One layer at each of its dates: how far it tells classes apart, what it is moved by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

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
    largest_rise,
    maps_csv,
)
from cropcore.training.record import RunRecord
from dashboard.charts.learning_inside import ClassSeen, attention_chart, dates_chart, maps_chart
from dashboard.i18n import t
from dashboard.state import current
from dashboard.widgets.learning.curves import QUIET, download
from dashboard.widgets.text import plain

_YEAR = 2001
"""Any year without 29 February: a model knows days of a season, not years."""
_DRAWN = 3
"""Classes whose attention is drawn where none were chosen."""


def show_dates(
    record: RunRecord,
    inside: Inside,
    layer: int,
    name: str,
    epoch: int,
    classes: Mapping[int, ClassSeen],
) -> None:
    """What a layer with dates does at each of them.

    Args:
        record: Of the run.
        inside: Its snapshots.
        layer: Position of the layer.
        name: What people call it.
        epoch: One that was looked at.
        classes: Of the probe set, by legend code.
    """
    steps = step_names(record, inside, layer)
    if inside.layers[layer].kind == "attention":
        _show_attention(inside, layer, name, epoch, steps, classes)
        return
    left, right = st.columns(2, gap="medium")
    with left:
        _show_ratio(inside, layer, name, epoch, steps)
    with right:
        _show_maps(inside, layer, name, epoch, steps, classes)


def step_names(record: RunRecord, inside: Inside, layer: int) -> list[str]:
    """Month and day of each step, or its number where steps are no dates."""
    found = inside.layers[layer]
    inputs = record.data.preparation.inputs if record.data else ()
    if found.series is None or found.series >= len(inputs):
        return [str(number) for number in range(1, found.steps + 1)]
    calendar = inputs[found.series].calendar
    if calendar.n_dates != found.steps:
        return [str(number) for number in range(1, found.steps + 1)]
    start = date(_YEAR, calendar.month, calendar.day)
    days = [date_of(float(day), start) for day in calendar.days]
    several = days[-1].year > days[0].year + 1
    late = {day: f"{day:%m-%d}" + (f" +{day.year - _YEAR}" if several else "") for day in days}
    return [late[day] for day in days]


def _show_ratio(inside: Inside, layer: int, name: str, epoch: int, steps: Sequence[str]) -> None:
    """Fisher ratio per date and epoch."""
    found, at = inside.layers[layer], inside.epochs.index(epoch)
    values = by_date(inside, layer)
    st.markdown(f"##### {t('learning.inside.dates')}")
    st.plotly_chart(
        dates_chart(values, steps, inside.epochs, at, t), key="inside_dates", config=QUIET
    )
    best = int(values[at].argmax())
    told = [
        t(
            "learning.inside.dates.alt",
            layer=plain(name), epoch=epoch, date=steps[best], value=f"{values[at][best]:.2f}",
        )
    ]  # fmt: skip
    if found.kind in ("forward", "backward"):
        rise = largest_rise(values[at], backward=found.kind == "backward")
        if rise is not None:
            ends = {"before": f"{rise.before:.2f}", "after": f"{rise.after:.2f}"}
            told.append(t("learning.inside.dates.rise", date=steps[rise.step], **ends))
        told.append(t(f"learning.inside.dates.{found.kind}"))
    if found.series is None:
        told.append(t("learning.inside.positions"))
    st.caption(" ".join(told))
    download("learning.inside.dates.csv", "dates", lambda: dates_csv(inside, layer, steps))


def _show_maps(
    inside: Inside,
    layer: int,
    name: str,
    epoch: int,
    steps: Sequence[str],
    classes: Mapping[int, ClassSeen],
) -> None:
    """Mean activation of each unit at each date, class by class."""
    maps = feature_maps(inside, layer, epoch)
    last = feature_maps(inside, layer, inside.epochs[-1])
    peak = last.mean(axis=0).argmax(axis=0)  # the date that moves a unit most, at the last epoch
    order = np.lexsort((np.arange(len(peak)), peak))
    codes = inside.stored.record.codes
    shown = [(at, classes[code]) for at, code in enumerate(codes) if code in classes]
    st.markdown(f"##### {t('learning.inside.maps')}")
    figure = maps_chart(maps[[at for at, _ in shown]], order, [seen for _, seen in shown], steps, t)
    st.plotly_chart(figure, key="inside_maps", config=QUIET)
    found = inside.layers[layer]
    text = t("learning.inside.maps.alt", layer=plain(name), epoch=epoch, units=found.width)
    if found.kept < found.width:
        share = float(inside.stored.read(epoch, ["explained"])["explained"][layer])
        kept = {"kept": found.kept, "share": f"{share:.0%}"}
        text += " " + t("learning.inside.maps.components", **kept)
    st.caption(text)
    names = {code: seen.name for code, seen in classes.items()}
    download("learning.inside.maps.csv", "maps", lambda: maps_csv(maps, codes, steps, names))


def _show_attention(
    inside: Inside,
    layer: int,
    name: str,
    epoch: int,
    steps: Sequence[str],
    classes: Mapping[int, ClassSeen],
) -> None:
    """Attention per date, for the classes chosen above, else for a few."""
    weighed = attention_by_class(inside, layer, epoch)
    codes = inside.stored.record.codes
    chosen = [code for code in current().classes if code in classes]
    drawn = chosen or [code for code in codes if code in classes][:_DRAWN]
    shown = [(codes.index(code), classes[code]) for code in drawn]
    st.markdown(f"##### {t('learning.inside.attention')}")
    st.plotly_chart(attention_chart(weighed, shown, steps, t), key="inside_attention", config=QUIET)
    first = shown[0]
    most = steps[int(weighed.median[first[0]].argmax())]
    st.caption(
        t(
            "learning.inside.attention.alt",
            layer=plain(name), epoch=epoch, name=plain(first[1].name), date=most,
        )
    )  # fmt: skip
    names = {code: seen.name for code, seen in classes.items()}
    download(
        "learning.inside.attention.csv",
        "attention",
        lambda: attention_csv(weighed, codes, steps, names),
    )


__all__ = ["show_dates", "step_names"]
