"""Key figures of runs by water year: what scenarios are compared by.

They need year tables only, so that one code serves a run, scenarios and ensembles: dims other than
``water_year`` and the items pass through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import xarray as xr

from hydrosim.locale import Message, _, language_of
from hydrosim.parts.tariffs import tariff_from_text
from hydrosim.reading.glossary import name_of
from hydrosim.reading.items import item_flags, item_texts
from hydrosim.reading.kinds import NEEDS, REPLENISHED
from hydrosim.reading.supply import claims_of, firm_claims
from hydrosim.reading.words import word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["FIGURES", "TABLES", "Figure", "figure_grid", "key_figures", "title_of"]

TABLES = (
    "year_demand", "year_supplied", "year_periods", "year_periods_short", "year_withdrawn",
    "year_storage_end", "year_cost", "year_budget",
)  # fmt: skip
"""Year tables that figures and dry years are made from."""
GROUNDWATER = ("groundwater_shallow", "groundwater_deep")


class Figure(NamedTuple):
    """A figure of a year: its unit in a table, the factor to it, and in which sense it is good."""

    unit: str
    factor: float
    better: int
    title: Message


_VOLUME = ("10⁸ m³", 1e-8)
_SHARE = ("%", 100.0)
_MONEY = ("10⁸ yuan", 1e-8)
FIGURES: dict[str, Figure] = {
    "shortage": Figure(*_VOLUME, -1, _("shortage of all uses, complete years")),
    **{
        f"shortage_{use}": Figure(*_VOLUME, -1, _("shortage, {use}, complete years", use=word(use)))
        for use in NEEDS
    },
    **{
        f"reliability_{use}": Figure(*_SHARE, 1, _("reliability, {use}", use=word(use)))
        for use in NEEDS
    },
    **{
        f"full_years_{use}": Figure(*_SHARE, 1, _("years full at 99 %, {use}", use=word(use)))
        for use in NEEDS
    },
    "replenished": Figure(*_VOLUME, 1, name_of("released_at_each_place")),
    "groundwater_pumped": Figure(*_VOLUME, -1, _("groundwater pumped")),
    "groundwater_stored": Figure(*_VOLUME, 1, _("groundwater stored")),
    "water_cost": Figure(*_MONEY, -1, _("cost of the water")),
    "water_bill": Figure(*_MONEY, 0, _("bills of the users")),
}
"""By name: unit shown, factor from SI, +1 where more is better and -1 where less is."""


def title_of(name: str, language: str = "en") -> str:
    """Return the title of a figure."""
    return FIGURES[name].title.in_language(language_of(language))


def figure_grid(array: xr.DataArray) -> NDArray[np.float64]:
    """Return a figure of one scenario as (member, water year)."""
    one = array if "member" in array.dims else array.expand_dims("member")
    extra = [dim for dim in one.dims if dim not in ("member", "water_year")]
    return np.asarray(one.squeeze(extra).transpose("member", "water_year").values, np.float64)


def key_figures(dataset: xr.Dataset) -> xr.Dataset:
    """Return the figures of each complete water year in SI (shares in 1).

    Parameters
    ----------
    dataset
        Result or year tables; dims (..., water_year, item).

    Returns
    -------
    xarray.Dataset
        Dims (..., water_year). A figure that the result knows nothing of is left out. Reliability
        is the share of periods of full supply (time reliability of Hashimoto, Loucks & Stedinger
        1982) of all claims of a use; a year of full supply has none short.
    """
    tables = dataset
    if "complete" in dataset.coords:
        tables = dataset.isel(water_year=np.flatnonzero(dataset["complete"].values))
    found: dict[str, xr.DataArray] = {}
    for name, array in _all(tables):
        figure = FIGURES[name]
        about = {
            "long_name": str(figure.title),
            "units": "yuan" if figure.unit.endswith("yuan") else "1",
        }
        if figure.unit.endswith("m³"):
            about["units"] = "m3"
        found[name] = array.reset_coords(drop=True).assign_attrs(about)
    return xr.Dataset(found)


def _all(tables: xr.Dataset) -> Iterator[tuple[str, xr.DataArray]]:
    if "year_demand" in tables and tables.sizes.get("claim"):
        yield from _supply(tables)
    if "year_withdrawn" in tables:
        wells = np.isin(item_texts(tables, "source", "source_kind"), GROUNDWATER)
        if wells.any():
            taken = tables["year_withdrawn"].isel(source=np.flatnonzero(wells))
            yield "groundwater_pumped", taken.sum("source")
    if "year_storage_end" in tables:
        aquifers = np.flatnonzero(item_flags(tables, "store", "store_groundwater"))
        if aquifers.size:
            yield "groundwater_stored", tables["year_storage_end"].isel(store=aquifers).sum("store")
    if "year_cost" in tables:
        yield "water_cost", tables["year_cost"].sum("cost")
    if "claim_tariff" in tables.coords:
        yield "water_bill", _bills(tables)


def _supply(tables: xr.Dataset) -> Iterator[tuple[str, xr.DataArray]]:
    firm, uses = firm_claims(tables), item_texts(tables, "claim", "claim_use")
    short = (tables["year_demand"] - tables["year_supplied"]).clip(min=0.0)
    yield "shortage", short.isel(claim=firm).sum("claim")
    for use in NEEDS:
        chosen = [place for place in firm if uses[place] == use]
        if not chosen:
            continue
        yield f"shortage_{use}", short.isel(claim=chosen).sum("claim")
        if "year_periods" in tables:
            periods = tables["year_periods"].isel(claim=chosen).sum("claim")
            failed = tables["year_periods_short"].isel(claim=chosen).sum("claim")
            yield f"reliability_{use}", 1.0 - failed / periods.where(periods > 0.0)
            yield f"full_years_{use}", (failed == 0.0).where(periods > 0.0).astype(np.float64)
    released = sorted(claims_of(tables, REPLENISHED))
    if released:
        yield "replenished", tables["year_supplied"].isel(claim=released).sum("claim")


def _bills(tables: xr.Dataset) -> xr.DataArray:
    """Return what users with a tariff pay in a year [yuan]; each claim by its own table."""
    total: xr.DataArray | None = None
    for place, text in enumerate(item_texts(tables, "claim", "claim_tariff")):
        if not text:
            continue
        volume = tables["year_supplied"].isel(claim=place)
        bill = volume.copy(data=tariff_from_text(text).bill(volume.values))
        total = bill if total is None else total + bill
    assert total is not None
    return total
