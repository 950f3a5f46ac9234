"""A view is a result as a Dataset is one; what is told of a frame or a result is told once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import xarray as xr

from hydrosim.reading.items import item_texts, items
from hydrosim.reading.steps import by_year, year_of_steps
from hydrosim.reading.supply import series
from hydrosim.reading.view import View, of_frame, of_result

if TYPE_CHECKING:
    from hydrosim.reading.view import Result


def small(first: float = 1.0, name: str = "town") -> xr.Dataset:
    """Return two days of one claim, with the dimensions of scenario and member."""
    flow = np.array([[[[first], [2.0]]]])
    return xr.Dataset(
        {"supplied": (("scenario", "member", "time", "claim"), flow, {"units": "m3 s-1"})},
        {
            "time": np.array(["2001-01-01", "2001-01-02"], "M8[ns]"),
            "claim": [name],
            "claim_kind": ("claim", ["demand"]),
            "dt": ("time", [86400.0, 86400.0]),
            "water_year_of_time": ("time", [2001, 2001]),
        },
        {"engine": "supply"},
    )


def read(result: Result) -> tuple[list[float], list[str]]:
    return series(result, "supplied", 0).tolist(), item_texts(result, "claim", "claim_kind")


def test_a_view_and_its_dataset_are_read_alike() -> None:
    dataset = small()
    one = dataset.isel(scenario=0, member=0)
    assert read(View(dataset)) == read(one) == ([1.0, 2.0], ["demand"])
    view = View(dataset)
    assert set(view.dims) == set(one.dims) == {"time", "claim"}
    assert view.sizes["time"] == 2
    assert view.variables["supplied"].dims == ("time", "claim")
    assert view.variables["supplied"].attrs == {"units": "m3 s-1"}
    assert ("supplied" in view, "demand" in view) == (True, False)
    assert "dt" in view.coords
    assert "dt" not in view.data_vars
    assert float(view["supplied"].sum("time")[0]) == 3.0
    assert view["supplied"].dims == ("time", "claim")


def test_a_view_answers_nothing_that_is_not_promised() -> None:
    assert not hasattr(View(small()), "to_netcdf")


def test_several_members_are_no_result() -> None:
    two = xr.concat([small(), small()], "member")
    with pytest.raises(ValueError, match="2 items along member: choose one with isel"):
        View(two)


def test_a_frame_serves_results_with_the_same_names_only() -> None:
    first = View(small())
    assert View(small(5.0), first.frame).frame is first.frame
    other = View(small(name="mill"), first.frame)
    assert other.frame is not first.frame
    assert items(other, "claim") == ["mill"]


def test_what_is_told_of_a_frame_is_kept_and_closed() -> None:
    asked: list[str] = []

    @of_frame
    def years(result: Result, factor: int) -> np.ndarray:
        asked.append("frame")
        return year_of_steps(result) * factor

    @of_result
    def total(result: Result, years: list[int]) -> float:
        asked.append("result")
        return float(by_year(result, series(result, "supplied", 0), np.array(years)).sum())

    first = View(small())
    second = View(small(5.0), first.frame)
    assert years(first, 2) is years(second, 2)
    with pytest.raises(ValueError, match="read-only"):
        years(first, 2)[0] = 0
    assert (total(first, [2001]), total(second, [2001]), total(first, [2001])) == (3.0, 7.0, 3.0)
    assert asked == ["frame", "result", "result"]
    assert years(first, 3)[0] == 3 * 2001
    assert asked[-1] == "frame"


def test_a_dataset_is_asked_each_time() -> None:
    asked: list[int] = []

    @of_frame
    def count(result: Result) -> int:
        asked.append(1)
        return result.sizes["time"]

    dataset = small().isel(scenario=0, member=0)
    assert (count(dataset), count(dataset), len(asked)) == (2, 2, 2)
