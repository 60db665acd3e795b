"""Opens tables made in memory, as CSV and as Parquet."""

import pytest

from cropcore.sources import SourceOptions
from cropcore.sources.table import open_table

NO_OPTIONS = SourceOptions()


@pytest.fixture(params=["parquet", "csv"])
def kind(request):
    return request.param


@pytest.fixture
def opened(tmp_path, kind):
    def open_frame(table, options=NO_OPTIONS):
        path = tmp_path / f"samples.{kind}"
        if kind == "csv":
            table.to_csv(path, index=False)
        else:
            table.to_parquet(path)
        return open_table(path, options)

    return open_frame
