"""Results that the tests of the pictures share; made once, never changed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import xarray as xr

sys.path.insert(0, str(Path(__file__).parent))

import factory

from hydrosim.plot import fonts


@pytest.fixture(autouse=True)
def told_of_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the note on missing characters as told: machines differ in fonts."""
    monkeypatch.setattr(fonts, "_noted", {fonts._MISSING})


@pytest.fixture(scope="session")
def days() -> xr.Dataset:
    """Return four years of days."""
    return factory.city(years=4)


@pytest.fixture(scope="session")
def long_run() -> xr.Dataset:
    """Return twelve years of days."""
    return factory.city(years=12)


@pytest.fixture(scope="session")
def months() -> xr.Dataset:
    """Return twelve years of months."""
    return factory.city(years=12, step="month")
