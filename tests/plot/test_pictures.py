"""The table of pictures and the one function that draws any of them."""

from __future__ import annotations

import matplotlib as mpl
import pytest
import xarray as xr

from hydrosim import plot
from hydrosim.errors import DataError
from hydrosim.plot import PICTURES, style


def test_a_name_of_its_own_draws_the_same(months: xr.Dataset) -> None:
    own, table = plot.plot_storage(months, "wangkuai"), plot.plot("storage", months, "wangkuai")
    for one, other in zip(own.lines, table.lines, strict=True):
        assert one.get_label() == other.get_label()
        assert (one.get_xydata() == other.get_xydata()).all()
    assert own.get_title(loc="left") == table.get_title(loc="left") == "Wangkuai"


def test_each_picture_is_shown_by_dir_and_nothing_else_answers() -> None:
    assert {f"plot_{name}" for name in PICTURES} <= set(dir(plot))
    with pytest.raises(AttributeError, match="no attribute 'plot_snow'"):
        plot.plot_snow  # noqa: B018
    with pytest.raises(AttributeError, match="no attribute 'storage_of'"):
        plot.storage_of  # noqa: B018


def test_an_unknown_picture_is_told_with_the_nearest(months: xr.Dataset) -> None:
    with pytest.raises(DataError, match="one of network, storage, ") as caught:
        plot.plot("storag", months, "wangkuai")
    assert caught.value.nearest == "storage"


def test_a_figure_of_its_own_gets_its_legend_below_and_given_axes_keep_theirs(
    months: xr.Dataset,
) -> None:
    own = plot.plot("supply_by_use", months)
    assert len(own.figure.legends) == 1
    _, ((ax,),) = style.page([1.0], [3.0])
    assert plot.plot("supply_by_use", months, ax=ax) is ax
    assert (len(ax.figure.legends), ax.get_legend() is not None) == (0, True)


def test_the_scale_of_shortages_stands_below_a_figure_of_its_own(months: xr.Dataset) -> None:
    assert len(plot.plot("shortage", months).figure.axes) == 2
    _, ((ax,),) = style.page([1.0], [3.0])
    plot.plot("shortage", months, ax=ax)
    assert ax.figure.axes == [ax]


def test_settings_of_others_stay_as_they_were(months: xr.Dataset) -> None:
    before = dict(mpl.rcParams)
    plot.plot("storage", months, "wangkuai")
    assert dict(mpl.rcParams) == before


def test_an_option_that_a_picture_does_not_know_is_refused(months: xr.Dataset) -> None:
    with pytest.raises(TypeError, match="goals"):
        plot.plot("storage", months, "wangkuai", goals={})
