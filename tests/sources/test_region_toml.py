"""What a person may write in a region.toml, and how mistakes are told."""

import re
from datetime import date
from pathlib import Path

import pytest

from cropcore.errors import RegionError
from cropcore.sources.region import region_toml
from cropcore.sources.region.region_toml import SCL_MASKED, read_region_toml

SOURCE = '[sources.s2]\npattern = "s2/{date}.tif"\n'
MASKS = SOURCE + "[[sources.s2.masks]]\npattern = 'a/{date}.tif'\n"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "region.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_can_be_said(tmp_path):
    text = region_toml.__doc__.split("::\n", 1)[1].split("\nPaths are relative")[0]
    example = "\n".join(line[4:] for line in text.splitlines())
    description = read_region_toml(written(tmp_path, example))
    assert description.season_start == date(2020, 8, 1)
    assert list(description.sources) == ["s2", "s1"]
    assert description.sources["s1"].bands == ("VV", "VH")
    assert description.sources["s1"].scale == 0.01
    assert description.sources["s2"].mask.values == SCL_MASKED
    assert description.labels.group == "farm"
    assert description.sources["s2"].mask.dilate == 20
    assert description.sources["s2"].masks[0].above == 40
    assert description.sources["s1"].speckle.looks == 4.4
    assert description.grid.like == "s2"
    assert len(description.grid.bounds) == 4


def test_a_filter_may_be_said_by_name(tmp_path):
    text = SOURCE + 'speckle = "lee"'
    speckle = read_region_toml(written(tmp_path, text)).sources["s2"].speckle
    assert (speckle.filter, speckle.window, speckle.looks) == ("lee", 5, 4.4)


def test_little_must_be_said(tmp_path):
    description = read_region_toml(written(tmp_path, "\ufeff" + SOURCE))
    assert description.name is None
    assert description.labels is None
    assert description.sources["s2"].mask is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name = ", "a TOML file in UTF-8, but got text that cannot be read"),
        ('name = "a"\nname = "b"\n' + SOURCE, "Cannot overwrite a value"),
        ('name = "a"', "key sources: expected this key, but got none; add sources"),
        ("[sources]", "key sources: .*at least 1 item"),
        (
            "colour = 1\n" + SOURCE,
            "key colour: expected only the keys .*grid, labels,.* name,.* season_start",
        ),
        (SOURCE + "bnads = []", "key sources.s2.bnads: .*unknown key bnads; write bands"),
        (SOURCE + "zzz = 1", "unknown key zzz; remove the line"),
        ("[sources.s2]", "key sources.s2.pattern: expected this key"),
        (SOURCE + "scale = 'big'", "key sources.s2.scale: expected a valid number, but got 'big'"),
        (SOURCE + "scale = true", "key sources.s2.scale: expected a valid number"),
        (SOURCE + "scale = 0", "sources.s2.scale: expected greater than 0, but got 0"),
        (SOURCE + "scale = nan", "key sources.s2.scale: expected a finite number"),
        (SOURCE + "offset = inf", "key sources.s2.offset: expected a finite number"),
        (SOURCE + "unit = 'db'", "key sources.s2.unit: expected 'dB' or 'linear', but got 'db'"),
        (SOURCE + "bands = 'B04'", "key sources.s2.bands: expected a valid tuple"),
        (SOURCE + "bands = [1]", r"key sources.s2.bands.0: expected a valid string, but got 1"),
        (SOURCE + "bands = []", "key sources.s2.bands: .*at least 1 item"),
        ("season_start = '2021'\n" + SOURCE, "key season_start: expected a valid date"),
        (SOURCE + "mask = 3", "key sources.s2.mask: expected a valid dictionary"),
        (SOURCE + "[sources.s2.mask]\npattern = 'a/{date}.tif'\nband = 0", "s2.mask.band: .*1"),
        (SOURCE + "[sources.s2.mask]\npattern = 'a/{date}.tif'\nx = 0", "keys above, band, dil"),
        (SOURCE + "[sources.s2.mask]\ndilate = -1", "s2.mask.dilate: .*greater than or equal to 0"),
        (
            SOURCE + "[sources.s2.mask]\ndilate = 9e9",
            "s2.mask.dilate: .*less than or equal to 2000",
        ),
        (SOURCE + "[sources.s2.mask]\nabove = 40", 's2.mask: expected kind = "probability"'),
        (SOURCE + "[sources.s2.mask]\nkind = 'probability'", "s2.mask: expected the pattern of"),
        (SOURCE + "[sources.s2.mask]\nkind = 'x'", "mask.kind: expected 'classes' or 'probab"),
        (MASKS + "kind = 'probability'\nvalues = [1]", r'masks\.0: expected kind = "classes"'),
        (MASKS + "x = 1", r"sources.s2.masks.0.x: expected only the keys above, band"),
        (SOURCE + "speckle = 'x'", "sources.s2.speckle.filter: expected 'lee', but got 'x'"),
        (SOURCE + "speckle = 3", "sources.s2.speckle: expected a valid dictionary"),
        (SOURCE + "[sources.s2.speckle]\nwindow = 4", "speckle.window: expected an odd number"),
        (SOURCE + "[sources.s2.speckle]\nwin = 5", "speckle.win: .*write window"),
        (
            SOURCE + "[grid]\ncrs = '+proj=utm +nadgrids=@/etc/passwd'",
            "key grid.crs: expected an authority and a code",
        ),
        (SOURCE + "[grid]\nresolution = 0", "key grid.resolution: expected greater than"),
        (SOURCE + "[grid]\nbounds = [1, 2, 3]", "key grid.bounds: expected four numbers: left"),
        (SOURCE + "[grid]\nbounds = [3, 2, 1, 4]", "key grid.bounds: expected four numbers: left"),
        (SOURCE + "[grid]\nbounds = [1, 2, 3, 1e10]", "key grid.bounds.3: .*less than or equal"),
        (SOURCE + "[grid]\nlik = 's2'", "key grid.lik: .*write like"),
        (SOURCE + "[labels]\ncolumn = 'a'", "key labels.file: expected this key"),
        (SOURCE + "[labels]\nfile = 'a'\nfil = 1", "key labels.fil: .*write file"),
        (SOURCE + "[labels]\nfile = 'a'\nunknown = 1.5", "key labels.unknown"),
        ("sources = 3", "key sources: expected a valid dictionary"),
        (
            '[sources."a\\u0007b"]\npattern = "{date}.tif"',
            r"sources.a\\x07b.*: expected text that can be",
        ),
        ('title = "a\\u001b[2J"\n' + SOURCE, "key title: expected text that can be printed"),
        ("[sources.interesting]", r"key sources\.interesting\.pattern: expected this key"),
        ("a" * 10**5 + " = 1\n" + SOURCE, "the unknown key a{57}…; remove"),
        ("x = " + "[" * 10**5, "a TOML file in UTF-8, but got .* recursion"),
        (
            "title" + ".x" * 200 + " = 1\n" + SOURCE,
            "key title: expected a valid string, but got {",
        ),
        ("\n\ntitle" + ".x" * 10**5 + " = 1", "line 3: expected at most 200 points, but got 1"),
        ("x = " + "9" * 5000, "a TOML file in UTF-8, but got .* limit"),
    ],
)
def test_mistakes_are_told_with_their_key(tmp_path, text, sentence):
    with pytest.raises(RegionError, match=sentence) as caught:
        read_region_toml(written(tmp_path, text))
    assert "region.toml" in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize(
    "path",
    [
        "/etc/{date}.tif", "../{date}.tif", "a/../{date}.tif", "a//{date}.tif", "./{date}.tif",
        "/vsicurl/http://x/{date}.tif", "http://x/{date}.tif", "C:/x/{date}.tif", "~/{date}.tif",
        "a\\\\{date}.tif", "", "a\\u0000/{date}.tif",
    ],
)  # fmt: skip
def test_paths_stay_inside(tmp_path, path):
    for text in (
        f'[sources.s2]\npattern = "{path}"',
        f'{SOURCE}[sources.s2.mask]\npattern = "{path}"',
        f'{SOURCE}[[sources.s2.masks]]\npattern = "{path}"',
        f'{SOURCE}[labels]\nfile = "{path}"',
        f'{SOURCE}[labels]\nfile = "a.tif"\nlegend = "{path}"',
    ):
        with pytest.raises(RegionError, match=r"inside the region's folder, with / between"):
            read_region_toml(written(tmp_path, text))


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        ("s2/*.tif", "a pattern with {date} once"),
        ("{date}/{date}.tif", "a pattern with {date} once"),
        ("s2/{date}.vrt", "a pattern of GeoTIFFs"),
        ("s2/{date}.jp2", "a pattern of GeoTIFFs"),
    ],
)
def test_patterns_hold_one_date_of_geotiffs(tmp_path, pattern, sentence):
    with pytest.raises(RegionError, match=re.escape(sentence)):
        read_region_toml(written(tmp_path, f'[sources.s2]\npattern = "{pattern}"'))


def test_several_mistakes_are_named_at_once(tmp_path):
    text = SOURCE + "scale = 'big'\noffset = 'small'\n[labels]\nfil = 'x'"
    with pytest.raises(RegionError, match=r"scale.*and see labels\.fil, labels\.file, sources\.s2"):
        read_region_toml(written(tmp_path, text))


def test_other_bytes_and_sizes_are_refused(tmp_path):
    path = tmp_path / "region.toml"
    path.write_bytes(b"name = '\xff'")
    with pytest.raises(RegionError, match="UTF-8"):
        read_region_toml(path)
    path.write_bytes(b"#" * 1_000_001)
    with pytest.raises(RegionError, match="at most 1 MB"):
        read_region_toml(path)
    with pytest.raises(RegionError, match="No such file"):
        read_region_toml(tmp_path / "none.toml")
