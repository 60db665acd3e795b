"""The form of a new training: what it learns from, what is trained, how long, under which name."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import get_args

import streamlit as st

from cropcore.cube import Fusion
from cropcore.errors import CropcoreError
from cropcore.models import ARCHITECTURES
from cropcore.models.base import Preset
from cropcore.prediction import MOST_MEMBERS
from cropcore.sources import SourceOptions
from cropcore.training.ensembles.seeds import create_members, places_beside
from cropcore.training.keeping import automatic_name, place_for
from cropcore.training.queueing import enqueue
from cropcore.training.record import TrainingRequest
from cropcore.training.run import Run, create_run
from cropcore.workspace import workspace
from dashboard import cache
from dashboard.catalog import RegionEntry
from dashboard.i18n import t
from dashboard.state import current, reject, settle
from dashboard.widgets.controls import pick
from dashboard.widgets.failure import telling
from dashboard.widgets.text import plain
from dashboard.widgets.training.choice import choose, note
from dashboard.widgets.training.draft import Draft, drafted, redraft, replace_draft
from dashboard.widgets.training.inputs import bound, show_option, show_setting
from dashboard.widgets.training.progress import ACTIVE
from dashboard.widgets.training.queue import offer_room
from dashboard.widgets.training.start import offer_start

_LAST = "training.last"
_TWICE = 4.0
"""Seconds within which a second press of the button is no second wish."""


@st.fragment
def show_form() -> None:
    """Everything that is decided before a training."""
    st.markdown(f"#### {t('training.new')}")
    entry = _choose_data()
    if entry is None:
        return
    trainable = _about_data(entry)
    if drafted().about != str(entry.path):
        redraft(options=SourceOptions(), about=str(entry.path))
    draft = drafted()
    st.selectbox(
        t("training.architecture"),
        list(ARCHITECTURES),
        list(ARCHITECTURES).index(draft.architecture),
        format_func=lambda name: ARCHITECTURES[name].title,
        help=t("training.architecture.help", reference=plain(draft.described.reference)),
        **bound("architecture"),
    )
    offer_start(draft)
    presets: tuple[Preset, ...] = get_args(Preset)
    st.radio(
        t("training.preset"),
        presets,
        presets.index(draft.preset),
        format_func=lambda name: t(f"training.preset.{name}"),
        captions=[_about(replace(draft, preset=name)) for name in presets],
        **bound("preset"),
    )
    _show_settings(draft)
    placeholder = _name(entry, replace(draft, name=""))
    st.text_input(
        t("training.name"), draft.name, placeholder=placeholder, max_chars=200, **bound("name")
    )
    request = _checked(entry, draft)
    ready = trainable and request is not None
    with telling("start"):
        if st.button(
            t("training.start"),
            type="primary",
            icon=":material/play_arrow:",
            disabled=not ready,
            width="stretch",
            key="training.start",
        ):
            _start(entry, draft, request)
    under_way = sum(run.state in ACTIVE for run in cache.catalog().runs)
    if under_way:
        st.caption(t("training.start.waits", count=under_way))
    with telling("room"):
        offer_room()


def _start(entry: RegionEntry, draft: Draft, request: TrainingRequest | None) -> None:
    """Make the run's folder and start its process.

    Raises:
        SettingError: The name cannot be used.
        RunError: There is something at the place of a member.
        StorageError: The disk refused.
    """
    asked, at = st.session_state.get(_LAST, (None, 0.0))
    if request is None or (asked == request and time.monotonic() - at < _TWICE):
        return
    place = place_for(_name(entry, draft), workspace())
    count = draft.members
    runs = create_members(place, request, count) if count > 1 else [create_run(place, request)]
    st.session_state[_LAST] = (request, time.monotonic())
    for run in runs:
        begin(run)
    if count > 1:
        note(t("training.members.begun", count=count, name=plain(place.name)))
    replace_draft(replace(draft, name=""))
    choose(runs[0].folder.name)
    st.rerun()


def _name(entry: RegionEntry, draft: Draft) -> str:
    """What the new run is called."""
    kind = draft.architecture + ("-ensemble" if draft.members > 1 else "")
    return draft.name.strip() or automatic_name(entry.path, kind, workspace())


def begin(run: Run) -> None:
    """Start a run's training, or go on with it, when its turn comes; it survives this process.

    Raises:
        StorageError: The disk refused.
    """
    enqueue(run)
    cache.catalog.clear()


def _choose_data() -> RegionEntry | None:
    catalog = cache.catalog()
    usable = {item.id: item for item in catalog.regions if not item.problem}
    if not usable:
        st.caption(t("empty.regions", folder=plain(str(workspace() / "regions"))))
        return None
    wanted = current().data
    if wanted is not None and wanted not in usable:
        reject("data", wanted)
        settle(data=None)
    chosen = current().data or current().region
    if chosen not in usable:
        chosen = next(iter(usable))
    pick(
        t("training.data"),
        "data",
        list(usable),
        lambda name: _data_name(usable[name]),
        value=chosen,
        help=t("training.data.help"),
    )
    return usable[chosen]


def _data_name(entry: RegionEntry) -> str:
    kind = f" · {t('training.table')}" if entry.kind == "table" else ""
    return f"{entry.title}{kind}{' · ' + t('bundled') if entry.bundled else ''}"


def _about_data(entry: RegionEntry) -> bool:
    """A line on the data.

    Returns:
        Whether they can be learnt from, as far as can be seen without reading them.
    """
    if entry.kind == "table":
        return True
    with telling("data"):
        folder = cache.region(entry).folder
        days = sorted({day for dates in folder.dates.values() for day in dates})
        if entry.simulated:
            st.badge(t("simulated"), color="orange", help=t("simulated.help"))
        st.caption(t("training.data.about", first=days[0], last=days[-1], count=len(days)))
        if folder.label_description is None:
            st.warning(t("training.data.unlabelled"), icon=":material/label_off:")
        return folder.label_description is not None
    return False


def _about(draft: Draft) -> str:
    """What a preset means."""
    training = draft.usual.training
    if draft.described.kind == "trees":
        return t("training.preset.trees", samples=f"{training.samples_per_class:,}")
    return t(
        "training.preset.network",
        epochs=training.epochs,
        samples=f"{training.samples_per_class:,}",
    )


def _show_settings(draft: Draft) -> None:
    changed = len(draft.changed)
    label = t("training.settings.changed", count=changed) if changed else t("training.settings")
    with st.expander(label, icon=":material/tune:", key="training.settings"):
        for field in draft.settings:
            show_setting(field)
        st.number_input(
            t("training.folds"),
            value=draft.folds,
            step=1,
            placeholder=t("training.folds.none"),
            help=t("training.folds.help"),
            disabled=draft.leave_one_out,
            **bound("folds"),
        )
        st.toggle(
            t("training.leave_one_out"),
            draft.leave_one_out,
            help=t("training.leave_one_out.help"),
            **bound("leave_one_out"),
        )
        st.number_input(
            t("training.seed"), value=draft.seed, step=1, placeholder="0", **bound("seed")
        )
        st.number_input(
            t("training.split_seed"),
            value=draft.split_seed,
            step=1,
            placeholder=t("training.split_seed.usual"),
            help=t("training.split_seed.help"),
            **bound("split_seed"),
        )
        st.number_input(
            t("training.members"),
            1,
            MOST_MEMBERS,
            draft.members,
            help=t("training.members.help"),
            **bound("members"),
        )
        st.number_input(
            t("training.period"),
            value=draft.period,
            step=1.0,
            format="%g",
            placeholder=t("training.fitted"),
            help=t("training.period.help"),
            **bound("period"),
        )
        st.text_input(
            t("training.season"),
            draft.season,
            placeholder=t("training.fitted"),
            help=t("training.season.help"),
            **bound("season"),
        )
        fusions: tuple[Fusion, ...] = get_args(Fusion)
        st.selectbox(
            t("training.fusion"),
            fusions,
            fusions.index(draft.fusion),
            format_func=lambda name: t(f"training.fusion.{name}"),
            help=t("training.fusion.help"),
            **bound("fusion"),
        )
        for name in ("label", "group", "bands"):
            show_option(name)
        if draft.described.kind == "network":
            st.toggle(t("training.baseline"), draft.baseline, **bound("baseline"))
        if changed:
            st.button(
                t("training.settings.reset"),
                icon=":material/restart_alt:",
                on_click=replace_draft,
                args=(replace(draft, changes={}),),
            )


def _checked(entry: RegionEntry, draft: Draft) -> TrainingRequest | None:
    """The request; ``None``, and a sentence on the page, where a value does not fit."""
    try:
        request = draft.request(str(entry.path))
        if draft.name.strip():
            place = place_for(draft.name.strip(), workspace())
            if draft.members > 1:
                places_beside(place, request, draft.members)
    except CropcoreError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return None
    return request


__all__ = ["begin", "show_form"]
