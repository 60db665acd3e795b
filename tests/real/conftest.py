"""Real data: read from the folder that CROPCORE_REAL_DATA names; skipped where it names none."""

import os
from pathlib import Path

import pytest

from tests.cli.conftest import command  # noqa: F401  (a fixture)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data sets."""
    named = os.environ.get("CROPCORE_REAL_DATA")
    if not named or not Path(named).is_dir():
        pytest.skip("CROPCORE_REAL_DATA names no folder of real data")
    return Path(named)
