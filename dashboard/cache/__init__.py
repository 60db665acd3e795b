"""What is kept between reruns and shared by all sessions; the only place with ``st.cache_*``.

Everything kept is frozen, so it is shared and never copied.
"""

import streamlit as st

from dashboard.cache.explanations import (
    class_attention,
    classes_explained,
    deciding,
    explain_classes,
    permute,
    permuted,
)
from dashboard.cache.pixels import (
    asked,
    attention,
    examined_later,
    explained,
    judged,
    known,
    known_later,
    nearest_later,
    parcel_examined_later,
    parcel_later,
    quartiles,
    run_is_loaded,
    seen,
    what_if,
)
from dashboard.cache.regions import (
    balance,
    checked,
    clear,
    facts,
    is_checked,
    picture,
    region,
    sampled,
)
from dashboard.cache.runs import (
    compared,
    confident_areas,
    doubted,
    history,
    inside,
    trust,
    watched,
)
from dashboard.catalog import Catalog, read_catalog


@st.cache_resource(ttl=2, show_spinner=False)
def catalog() -> Catalog:
    """What there is, at most two seconds old."""
    return read_catalog()


__all__ = [
    "asked",
    "attention",
    "balance",
    "catalog",
    "checked",
    "class_attention",
    "classes_explained",
    "clear",
    "compared",
    "confident_areas",
    "deciding",
    "doubted",
    "examined_later",
    "explain_classes",
    "explained",
    "facts",
    "history",
    "inside",
    "is_checked",
    "judged",
    "known",
    "known_later",
    "nearest_later",
    "parcel_examined_later",
    "parcel_later",
    "permute",
    "permuted",
    "picture",
    "quartiles",
    "region",
    "run_is_loaded",
    "sampled",
    "seen",
    "trust",
    "watched",
    "what_if",
]
