"""Whatever lies in a table: it is read, or refused in one sentence; never a traceback."""

import shutil

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cropcore.errors import InputError, TableError
from cropcore.sources import SourceOptions, check_source
from cropcore.sources.table import open_table
from cropcore.sources.table.shapes import check_columns
from tests import table_shapes as shaped
from tests.frames import frame
from tests.tables import make_table

MANY = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
FORMS = {
    "long.csv": lambda path: frame().to_csv(path, index=False),
    "long.parquet": lambda path: frame().to_parquet(path),
    "wide.csv": lambda path: shaped.wide().to_csv(path, index=False),
    "steps.csv": lambda path: shaped.wide("{band}_{step}").assign(
        start_date="2021-01-01", end_date="2021-12-01"
    ).to_csv(path, index=False),
    "sits_wide.csv": lambda path: shaped.sits_wide().to_csv(path, index=False),
    "sits_long.csv": lambda path: shaped.sits_long().to_csv(path, index=False),
    "worldcereal.parquet": lambda path: shaped.worldcereal_wide().to_parquet(path),
    "extractions.csv": lambda path: shaped.worldcereal_long().to_csv(path, index=False),
    "parcels.parquet": shaped.write_eurocropsml_table,
    "eurocropsml": lambda path: shaped.write_eurocropsml(path, radar=True, n=6),
    "cropharvest": lambda path: shaped.write_cropharvest(path, n=6),
}  # fmt: skip
NAMES = st.sampled_from(
    [
        "id", "label", "date", "lat", "lon", "group", "B04", "b8", "S2_B11", "VV", "VH_dB", "ndvi",
        "B04_20210405", "B04_2021-04-06", "B08_20210405", "X20210405_B02", "B4_0", "B4_1", "B4_2",
        "NDVI1", "NDVI2", "B111", "start_date", "end_date", "Index", "longitude", "latitude",
        "sample_id", "timestamp", "S2-L2A-B02", "S1-SIGMA0-VV", "OPTICAL-B02-ts0-10m",
        "OPTICAL-B02-ts1-10m", "SAR-VV-ts0-20m", "available_timesteps", "ewoc_code", "data",
        "dates",
        "geometry", ".geo", "", " ", "作物", "0", "B04_99999999", "B04_20211399",
        "B04_0_1", "1_2_3",
    ]
)  # fmt: skip
CELLS = st.one_of(
    st.none(),
    st.text(max_size=6),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.sampled_from(
        [
            "2021-04-05", "20210405", "1.0", "maize", "soy", "0", "-9999", "65535", "inf", "nan",
            "9999-12-31", "0001-01-01", "1e400", "=1+1", '"', "a,b", "\x00", "𝟙", "²", "١",
            "01/09/2021", "13.04.2021", "2021-244", "1617580800000", "4 Apr 2021", "0,5",
            "POINT (1 2)", "POINT (nan 1)", "POINT EMPTY", '{"type": "Point"}',
            "SRID=4326;POINT (1 2)",
        ]
    ),
)  # fmt: skip


def refusal(work):
    """Why something cannot be done; ``None`` where it can."""
    try:
        work()
    except InputError as error:
        return str(error)
    return None


def look(path, options):
    """Whether samples can be read; every refusal is one sentence, and the check tells it too."""

    def use():
        table = open_table(path, options)
        for batch in table.labelled(5, 0):
            assert len(batch.codes) == len(batch.ids)

    refusals = [refusal(lambda: check_columns(path)), refusal(use)]
    assert not any("\n" in text for text in refusals if text)
    report = check_source(path, options) if path.suffix else None
    if report is not None and refusals[1]:
        assert not report.ok
    return refusals[1] is None


@pytest.fixture(params=FORMS)
def written(request, tmp_path):
    path = tmp_path / request.param
    FORMS[request.param](path)
    return path


def test_what_is_mutated_here_can_be_read(written):
    assert look(written, SourceOptions())


@MANY
@given(
    at=st.floats(0, 0.999),
    size=st.integers(0, 40),
    noise=st.binary(max_size=40),
    which=st.integers(0),
)
def test_damaged_files(written, at, size, noise, which):
    """Bytes cut out, put in or replaced anywhere."""
    copy = written.with_name(f"damaged{written.suffix}")
    if written.is_dir():
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(written, copy)
        files = sorted(file for file in copy.rglob("*") if file.is_file())
        target = files[which % len(files)]
    else:
        target = copy
        shutil.copy(written, copy)
    content = target.read_bytes()
    begin = int(at * len(content))
    target.write_bytes(content[:begin] + noise + content[begin + size :])
    look(copy, SourceOptions())


@MANY
@given(
    data=st.data(),
    columns=st.lists(NAMES, min_size=1, max_size=9),
    n_rows=st.integers(0, 6),
    suffix=st.sampled_from([".csv", ".parquet"]),
    options=st.builds(
        SourceOptions,
        label=st.one_of(st.none(), NAMES),
        group=st.one_of(st.none(), NAMES),
        block=st.one_of(st.none(), st.floats(1e-3, 10)),
        bands=st.one_of(st.none(), st.lists(NAMES, min_size=1, max_size=3).map(tuple)),
    ),
)
def test_any_columns_and_cells(tmp_path, data, columns, n_rows, suffix, options):
    rows = data.draw(
        st.lists(st.lists(CELLS, min_size=len(columns), max_size=len(columns)),
                 min_size=n_rows, max_size=n_rows)
    )  # fmt: skip
    path = tmp_path / f"any{suffix}"
    if suffix == ".csv":
        table = pd.DataFrame(rows, columns=columns, dtype=object)
        try:
            table.to_csv(path, index=False)
        except (UnicodeEncodeError, ValueError):
            return
    else:
        kept = dict(zip(columns, zip(*rows, strict=True), strict=False)) if rows else {}
        pd.DataFrame(
            {name: pd.Series([None if cell is None else str(cell) for cell in cells], dtype=str)
             for name, cells in kept.items() if all(ord(c) < 0xD800 for x in cells for c in str(x))}
        ).to_parquet(path)  # fmt: skip
    look(path, options)


@MANY
@given(
    column=st.sampled_from(list(frame().columns)),
    row=st.integers(0, 59),
    cell=CELLS,
    suffix=st.sampled_from([".csv", ".parquet"]),
)
def test_one_odd_cell_in_a_good_table(tmp_path, column, row, cell, suffix):
    table = frame().astype(object)
    table.loc[row, column] = cell
    path = tmp_path / f"odd{suffix}"
    try:
        if suffix == ".csv":
            table.to_csv(path, index=False)
        else:
            table.astype(dict.fromkeys(table, str)).to_parquet(path)
    except (UnicodeEncodeError, ValueError):
        return
    look(path, SourceOptions())


@MANY
@given(
    dropped=st.lists(st.integers(0, 40), max_size=6),
    renamed=st.dictionaries(st.integers(0, 40), NAMES, max_size=3),
)
def test_columns_missing_or_under_other_names(written, dropped, renamed):
    if written.is_dir() or written.name == "parcels.parquet":
        return
    read = pd.read_csv if written.suffix == ".csv" else pd.read_parquet
    table = read(written)
    names = [renamed.get(at, name) for at, name in enumerate(table.columns)]
    table.columns = names
    kept = [at for at in range(len(names)) if at not in dropped]
    table = table.iloc[:, kept]
    path = written.with_name(f"other{written.suffix}")
    if written.suffix == ".csv":
        table.to_csv(path, index=False)
    elif len(set(table.columns)) == len(table.columns):
        table.to_parquet(path)
    else:
        return
    look(path, SourceOptions())


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".pq"])
@pytest.mark.parametrize("content", [b"", b"\n", b"\x00" * 50, b"PAR1PAR1", b"\xff\xfe,\xff", b'"'])
def test_files_of_nothing(tmp_path, suffix, content):
    path = tmp_path / f"nothing{suffix}"
    path.write_bytes(content)
    assert not look(path, SourceOptions())


def test_cells_of_lists_are_refused_where_they_are_no_series(tmp_path):
    table = frame()
    table["B04"] = [[0.1, 0.2]] * len(table)
    table.to_parquet(tmp_path / "lists.parquet")
    with pytest.raises(InputError, match="one value per row"):
        open_table(tmp_path / "lists.parquet", SourceOptions())


def test_arrays_of_unequal_lengths_are_refused(tmp_path):
    path = shaped.write_eurocropsml_table(tmp_path / "parcels.parquet")
    table = pd.read_parquet(path)
    table.at[1, "data"] = [np.ones(13), np.ones(4)]
    table.to_parquet(path)
    with pytest.raises(InputError, match="row 2 of the data"):
        open_table(path, SourceOptions())


@pytest.mark.parametrize("notes", [b'{"a": "\x01"}', b"\xff", b"[]", b'{"column_indexes": 3}'])
def test_damaged_notes_of_pandas_are_left_alone(tmp_path, notes):
    path = tmp_path / "samples.parquet"
    table = pa.Table.from_pandas(make_table())
    pq.write_table(table.replace_schema_metadata({b"pandas": notes}), path)
    assert len(open_table(path, SourceOptions()).ids) == 90


def test_rows_longer_than_the_header_are_told(tmp_path):
    text = "id,label,date,B04\n" + "".join(f"{n},maize,2021-05-01,0.1,7,8\n" for n in range(9))
    path = tmp_path / "long.csv"
    path.write_text(text)
    with pytest.raises(TableError, match="4 values in each row, as the header has names, but got "):
        open_table(path, SourceOptions())


def test_row_names_of_r_are_left_out(tmp_path):
    rows = (
        f"{n + 40},{n % 6},{'maize' if n % 2 else 'wheat'},2021-{n % 5 + 4:02d}-01,0.{n}\n"
        for n in range(30)
    )
    path = tmp_path / "r.csv"
    path.write_text("id,label,date,B04\n" + "".join(rows))
    assert len(open_table(path, SourceOptions()).ids) == 6
