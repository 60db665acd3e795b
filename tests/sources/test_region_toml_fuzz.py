"""Any text instead of a region.toml: a description or one sentence, never anything else."""

import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from cropcore.errors import RegionError
from cropcore.sources.region import region_toml
from cropcore.sources.region.region_toml import read_region_toml

SOURCE = '[sources.s2]\npattern = "s2/{date}.tif"\n'
_WORDS = region_toml.__doc__ or ""
EXAMPLE = "\n".join(
    line[4:] for line in _WORDS.split("::\n", 1)[1].split("\nPaths are")[0].splitlines()
)
PIECES = (*'[]{}"=.,\n', "[[", "'" * 3, "[sources]", "nan", "-1", "1e400", "{date}", "*", "\\u")
KEYS = sorted(set(re.findall(r"^(\w+) =", EXAMPLE, re.MULTILINE)))
TABLES = (
    "", "[sources.s2]", "[sources.s2.mask]", "[[sources.s2.masks]]", "[sources.s2.speckle]",
    "[grid]", "[labels]", "[labels.merge]", "[sources]", "[[sources]]",
)  # fmt: skip


def told(path: Path, content: bytes) -> None:
    """A description, or one sentence of bounded length."""
    path.write_bytes(content)
    sentence = "."
    try:
        read_region_toml(path)
    except RegionError as error:
        sentence = str(error)
    assert sentence.isprintable()
    assert sentence.endswith(".")
    assert len(sentence) < 2000


@settings(max_examples=200)
@given(st.binary(max_size=40) | st.text(max_size=40).map(lambda text: text.encode()))
def test_any_bytes(tmp_path_factory, content):
    told(tmp_path_factory.getbasetemp() / "any.toml", content)


@settings(max_examples=200)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), st.sampled_from(PIECES)), max_size=4)
)
def test_nearly_a_description(tmp_path_factory, changes):
    text = EXAMPLE
    for share, length, piece in changes:
        at = int(share * len(text))
        text = text[:at] + piece + text[at + length :]
    told(tmp_path_factory.getbasetemp() / "nearly.toml", text.encode())


plain = st.sampled_from(
    [
        "1", "-1", "0.5", "nan", "inf", "true", "''", "'x'", "2021-03-01", "2021-03-01T00:00:00",
        "07:32:00", "'{date}.tif'", "9" * 400, "1e308", "'\u2028'", "'EPSG:32631'",
    ]
)  # fmt: skip
values = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(st.sampled_from(KEYS), inner, max_size=2).map(
            lambda items: "{" + ", ".join(f"{key} = {item}" for key, item in items.items()) + "}"
        )
    ),
    max_leaves=5,
)


@settings(max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(TABLES), st.sampled_from(KEYS), values), max_size=4))
def test_known_keys_in_odd_places_with_odd_values(tmp_path_factory, lines):
    text = "\n".join(f"{table}\n{key} = {value}" for table, key, value in lines)
    for content in (text, SOURCE + text):
        told(tmp_path_factory.getbasetemp() / "odd.toml", content.encode())
