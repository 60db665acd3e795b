"""Inside the network: what its layers made of the same samples at every epoch looked at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import streamlit as st

from cropcore.explain.learning import (
    Inside,
    layers_csv,
    paths_csv,
    pooled_paths,
    similarity_to_last,
)
from cropcore.training.record import RunRecord
from cropcore.training.run import FINAL
from cropcore.training.snapshots import LayerRecord
from dashboard import cache
from dashboard.catalog import RunEntry
from dashboard.charts.learning_inside import ClassSeen, Scale, layers_chart, scatter_chart
from dashboard.i18n import class_name, t
from dashboard.state import MEASURES, change, current, reject, settle
from dashboard.widgets.controls import pick
from dashboard.widgets.failure import show_empty, telling
from dashboard.widgets.learning.curves import show_chart
from dashboard.widgets.learning.dates import look_at, show_dates, show_gates
from dashboard.widgets.learning.weights import show_norms
from dashboard.widgets.text import plain
from dashboard.widgets.training.draft import draft_of, replace_draft
from dashboard.widgets.training.runs_table import home_of


def show_inside(run: RunEntry, record: RunRecord, member: str, live: bool, training: Path) -> None:
    """The snapshots of a run, or why there are none.

    Args:
        run: Whose.
        record: Of the run, its data known.
        member: Which of its models is looked at.
        live: Whether it is being trained.
        training: Script of the page on which it can be trained again.
    """
    st.markdown(f"#### {t('learning.inside')}")
    with telling("inside"):
        if member != FINAL:
            st.info(t("learning.inside.final_only"))
            return
        inside = cache.inside(run)
        if inside is None and live:
            st.info(t("learning.inside.soon"), icon=":material/hourglass_top:")
        elif inside is None:
            text = t("learning.inside.none", run=plain(run.id))
            if show_empty(text, t("learning.inside.again"), "train_again"):
                _train_again(run, record, training)
        else:
            _show(record, inside)


def _train_again(run: RunEntry, record: RunRecord, training: Path) -> None:
    home = home_of(run, cache.catalog())
    replace_draft(draft_of(record.request, str(home.path) if home else ""))
    change(data=home.id if home else None)
    st.switch_page(training)


def _show(record: RunRecord, inside: Inside) -> None:
    probe = inside.stored.record
    st.caption(
        t("learning.inside.about", samples=len(probe.samples), groups=probe.groups)
        + " "
        + t("learning.inside.surroundings" if _sees_around(record) else "learning.inside.rhythm")
    )
    seen = set(probe.codes)
    unseen = [item for item in (record.data.legend if record.data else ()) if item.code not in seen]
    if unseen:
        listed = t("learning.comma").join(plain(class_name(item)) for item in unseen)
        st.caption(t("learning.inside.unseen", names=listed))
    names = layer_names(inside)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        layer = _choose_layer(inside, names)
        measure = _choose_measure()
    epoch = _choose_epoch(inside)
    at = inside.epochs.index(epoch)
    left, right = st.columns(2, gap="medium")
    with left:
        _show_layers(inside, names, at, measure)
    with right:
        _show_scatter(record, inside, layer, names, at)
    if not inside.layers[layer].steps:
        show_norms(inside, epoch)
        return
    look = look_at(record, inside, layer, names[layer], epoch, classes_seen(record, inside))
    show_dates(look)
    if not look.record.gates:
        show_norms(inside, epoch)
        return
    left, right = st.columns(2, gap="medium")
    with left:
        show_gates(look)
    with right:
        show_norms(inside, epoch)


def layer_names(inside: Inside) -> list[str]:
    """What people call each layer: its kind, numbered, and its name in the model."""
    count: dict[str, int] = {}
    total = [layer.kind for layer in inside.layers]
    names = []
    for layer in inside.layers:
        count[layer.kind] = count.get(layer.kind, 0) + 1
        kind = t(f"learning.kind.{layer.kind}")
        several = total.count(layer.kind) > 1
        number = f" {count[layer.kind]}" if several else ""
        names.append(kind + number if layer.kind == "logits" else f"{kind}{number} · {layer.name}")
    return names


def classes_seen(record: RunRecord, inside: Inside) -> dict[int, ClassSeen]:
    """The classes of the probe set, by legend code in the order of the legend."""
    codes = set(inside.stored.record.codes)
    legend = record.data.legend if record.data else ()
    return {
        item.code: ClassSeen(class_name(item), item.color) for item in legend if item.code in codes
    }


def _sees_around(record: RunRecord) -> bool:
    return record.request.described().sample == "patch"


def _choose_layer(inside: Inside, names: list[str]) -> int:
    """The layer to look at; a state in the order of the dates where there is one."""
    wanted = current().part
    if wanted is not None and int(wanted) >= len(names):
        reject("part", wanted)
        settle(part=None)
        wanted = None
    layer = _usual(inside.layers) if wanted is None else int(wanted)
    pick(
        t("learning.inside.layer"),
        "part",
        [str(place) for place in range(len(names))],
        lambda place: names[int(place)],
        value=str(layer),
        width=380,
    )
    return layer


def _usual(layers: tuple[LayerRecord, ...]) -> int:
    for kind in ("forward", "conv", "attention"):
        for at, layer in enumerate(layers):
            if layer.kind == kind and layer.steps:
                return at
    return len(layers) - 1


def _choose_measure() -> str:
    measure = current().measure
    pick(
        t("learning.inside.measure"),
        "measure",
        MEASURES,
        lambda name: t(f"learning.inside.measure.{name}"),
        value=measure,
        kind=st.segmented_control,
    )
    return measure


def _choose_epoch(inside: Inside) -> int:
    """The epoch to look at; the last where none was chosen."""
    wanted = current().look
    epoch = inside.epochs[-1] if wanted is None else inside.nearest(int(wanted))
    if wanted is not None and str(epoch) != wanted:
        reject("look", wanted)
        settle(look=str(epoch))
    if len(inside.epochs) > 1:
        pick(
            t("learning.inside.epoch"),
            "look",
            [str(one) for one in inside.epochs],
            str,
            value=str(epoch),
            kind=st.select_slider,
        )
    return epoch


def _show_layers(inside: Inside, names: list[str], at: int, measure: str) -> None:
    """One measure of all layers at all epochs."""
    similarity = similarity_to_last(inside)
    values = {
        "fisher": inside.fisher,
        "probe": inside.accuracy,
        "cka": similarity,
        "silent": inside.silent,
    }[measure]
    ranges = {"fisher": (0.0, None), "probe": (0.0, 1.0), "cka": (0.0, 1.0), "silent": (0.0, 1.0)}
    title = t(f"learning.inside.measure.{measure}")
    scale = Scale(title, *ranges[measure], ratio=measure == "fisher")
    now = values[at]
    epoch = inside.epochs[at]
    text = t("learning.inside.layers.unmeasured")
    if np.isfinite(now).any():
        best = int(np.nanargmax(now))
        told = {"layer": plain(names[best]), "value": f"{now[best]:.2f}", "epoch": epoch}
        text = t("learning.inside.layers.alt", **told) + " " + _explained(inside, at, measure)
    show_chart(
        title,
        layers_chart(values, names, inside.epochs, at, scale, t),
        "inside_layers",
        text,
        ("learning.inside.layers.csv", "layers"),
        lambda: layers_csv(inside, similarity),
    )


def _explained(inside: Inside, at: int, measure: str) -> str:
    """What a measure is, and what chance alone gives or how sure it is."""
    n, n_classes = len(inside.labels), len(inside.stored.record.codes)
    chance = f"{(n_classes - 1) / max(n - n_classes, 1):.2f}"
    spread = f"{np.nanmean(inside.accuracy_sd[at]):.2f}" if measure == "probe" else ""
    told = {"n": n, "groups": inside.stored.record.groups, "chance": chance, "sd": spread}
    return t(f"learning.inside.measure.{measure}.help", **told)


def _show_scatter(record: RunRecord, inside: Inside, layer: int, names: list[str], at: int) -> None:
    """The samples as the network sees them at one epoch."""
    if inside.layers[layer].steps:  # what is made of it in the end
        features = [place for place, one in enumerate(inside.layers) if one.kind == "features"]
        layer = features[-1]
    paths = pooled_paths(inside, layer)
    ids = [sample.id for sample in inside.stored.record.samples]
    seen = classes_seen(record, inside)
    shares = {"first": f"{paths.explained[0]:.0%}", "second": f"{paths.explained[1]:.0%}"}
    ratio = f"{inside.fisher[at, layer]:.2f}"
    show_chart(
        t("learning.inside.scatter", epoch=inside.epochs[at]),
        scatter_chart(paths, at, inside.labels, seen, ids, t),
        "inside_scatter",
        t("learning.inside.scatter.alt", layer=plain(names[layer]), ratio=ratio, **shares),
        ("learning.inside.scatter.csv", "paths"),
        lambda: paths_csv(inside, paths, {code: one.name for code, one in seen.items()}),
    )


__all__ = ["layer_names", "show_inside"]
