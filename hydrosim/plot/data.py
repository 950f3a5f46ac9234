"""Numbers out of a result: one run, columns by name, sums by month and year, fewer points."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.errors import DataError, nearest
from hydrosim.locale import Language, _
from hydrosim.plot.text import RESULTS, capital, say
from hydrosim.standards.titles import item_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "OFFERED_KINDS",
    "SUPPLY_KINDS",
    "attribute",
    "by_water_year",
    "chosen",
    "column",
    "coordinate",
    "demand_claims",
    "ends_days",
    "first_month",
    "has",
    "monthly_volumes",
    "months_of",
    "names",
    "nodes_of",
    "one_run",
    "require",
    "starts_days",
    "step_seconds",
    "supply_claims",
    "thinned",
    "title_of",
    "use_of_claim",
    "water_years",
    "year_label",
]

# What counts as supply: water to use nodes and artificial ecology, not a river's own flow.
SUPPLY_KINDS = ("demand", "irrigation", "ecology", "replenishment", "recharge")
# These take what is offered: they have no demand that can be short.
OFFERED_KINDS = ("replenishment", "recharge")
_SECONDS_PER_DAY = 86400.0


def one_run(dataset: xr.Dataset) -> xr.Dataset:
    """Return a result of one scenario and member without these dimensions.

    Raises
    ------
    DataError
        If it holds several; choose one with ``dataset.isel(scenario=..., member=...)``.
    """
    for dim in ("scenario", "member"):
        if dim not in dataset.dims:
            continue
        if dataset.sizes[dim] != 1:
            raise DataError(
                RESULTS,
                found=f"{dataset.sizes[dim]} {dim}s",
                expected=_("one {dim}", dim=dim),
                note=_("choose it with dataset.isel({dim}=0)", dim=dim),
            )
        dataset = dataset.isel({dim: 0}, drop=True)
    return dataset


def has(dataset: xr.Dataset, variable: str) -> bool:
    """Tell whether a result holds a variable with at least one item."""
    return variable in dataset.variables and dataset.variables[variable].size > 0


def require(dataset: xr.Dataset, *variables: str) -> None:
    """Check that a result holds variables.

    Raises
    ------
    DataError
        If one is absent.
    """
    for variable in variables:
        if not has(dataset, variable):
            raise DataError(
                RESULTS,
                found=_("no variable {variable!r}", variable=variable),
                expected=_(
                    "a run that records {variable!r} (see 'outputs:' in the config)",
                    variable=variable,
                ),
            )


def names(dataset: xr.Dataset, dim: str) -> list[str]:
    """Return the items along a dimension; empty when the result has no such dimension."""
    if dim not in dataset.dims:
        return []
    if dim not in dataset.coords:
        return [str(k) for k in range(dataset.sizes[dim])]
    return [str(name) for name in dataset.variables[dim].values]


def coordinate(dataset: xr.Dataset, name: str, dim: str, default: Any = "") -> list[Any]:
    """Return an item coordinate as a list, or the default for each item when it is absent."""
    if name in dataset.coords:
        return list(dataset.variables[name].values.tolist())
    return [default] * dataset.sizes.get(dim, 0)


def column(dataset: xr.Dataset, variable: str, item: str) -> Floats:
    """Return the series of one item of a variable (time or water_year,).

    Raises
    ------
    DataError
        If the variable or the item is absent.
    """
    require(dataset, variable)
    # Past the DataArray on purpose: picking one of its items copies some sixty coordinates.
    array = dataset.variables[variable]
    dim = str(array.dims[-1])
    items = names(dataset, dim)
    if item not in items:
        raise DataError(
            RESULTS,
            found=_("no {dim} {item!r}", dim=dim, item=item),
            expected=_("one of the {count} of {variable!r}", count=len(items), variable=variable),
            nearest=nearest(item, items),
        )
    return np.asarray(array.isel({dim: items.index(item)}).values, dtype=np.float64)


def chosen(
    dataset: xr.Dataset, variable: str, dim: str, type_name: str, types: Sequence[str]
) -> list[str]:
    """Return the items of some types for which a variable holds any number."""
    if not has(dataset, variable):
        return []
    array = dataset.variables[variable].transpose(..., dim)
    finite = np.any(np.isfinite(np.asarray(array.values, dtype=np.float64)), axis=0).tolist()
    kinds = coordinate(dataset, type_name, dim)
    return [
        name
        for name, kind, kept in zip(names(dataset, dim), kinds, finite, strict=True)
        if kept and (kind in types or not kind)
    ]


def attribute(dataset: xr.Dataset, name: str) -> Any:
    """Return an attribute that holds JSON, or None."""
    value = dataset.attrs.get(name)
    return json.loads(value) if isinstance(value, str) and value[:1] in "[{" else value


def nodes_of(dataset: xr.Dataset) -> list[dict[str, Any]]:
    """Return the nodes that a result describes: name, type, title, tier, river."""
    network: dict[str, Any] = attribute(dataset, "network") or {}
    return network.get("nodes", [])


def title_of(dataset: xr.Dataset, name: str, language: Language) -> str:
    """Return what readers call a node, reach or claim."""
    return capital(item_title(dataset, name).in_language(language))


def step_seconds(dataset: xr.Dataset) -> Floats:
    """Return the length of each step [s] (time,)."""
    if "dt" in dataset.variables:
        dt = dataset.variables["dt"].values
        if np.issubdtype(dt.dtype, np.timedelta64):
            return dt / np.timedelta64(1, "s")
        return np.asarray(dt, dtype=np.float64)
    starts = starts_days(dataset)
    if starts.size < 2:
        return np.full(starts.size, _SECONDS_PER_DAY)
    steps = np.diff(starts)
    return np.append(steps, steps[-1]) * _SECONDS_PER_DAY


def starts_days(dataset: xr.Dataset) -> Floats:
    """Return the start of each step in days since 1970-01-01 (matplotlib's dates) (time,)."""
    stamps = dataset.variables["time"].values.astype("datetime64[s]").astype(np.int64)
    return np.asarray(stamps / _SECONDS_PER_DAY, dtype=np.float64)


def ends_days(dataset: xr.Dataset) -> Floats:
    """Return the end of each step, where storage and level are known, in days since 1970."""
    return starts_days(dataset) + step_seconds(dataset) / _SECONDS_PER_DAY


def thinned(x: Floats, y: Floats, columns: int = 560) -> tuple[Floats, Floats]:
    """Return the points of a line that can be seen: least and largest of each pixel column.

    Every point returned is a point of the data, in order; nothing is averaged.

    Parameters
    ----------
    x, y
        The line (time,).
    columns
        Number of pixel columns; up to twice as many points are kept, all when there are fewer.
    """
    count = y.size
    if count <= 2 * columns:
        return x, y
    width = -(-count // columns)
    rows = -(-count // width)
    table = np.full(rows * width, np.nan)
    table[:count] = y
    table = table.reshape(rows, width)
    absent = np.isnan(table)
    low = np.where(absent, np.inf, table).argmin(axis=1)
    high = np.where(absent, -np.inf, table).argmax(axis=1)
    pairs = np.sort(np.stack([low, high], axis=1), axis=1)
    kept = np.unique(np.minimum((pairs + np.arange(rows)[:, None] * width).ravel(), count - 1))
    kept = np.union1d(kept, [0, count - 1])
    return x[kept], y[kept]


def months_of(dataset: xr.Dataset, dim: str = "time") -> tuple[NDArray[np.int64], ...]:
    """Return calendar year and month (1..12) of each stamp (time,)."""
    number = dataset.variables[dim].values.astype("datetime64[M]").astype(np.int64)
    return number // 12 + 1970, number % 12 + 1


def monthly_volumes(dataset: xr.Dataset, flow_m3s: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return the calendar years (years,) and the volumes by year and month [m3] (years, 12).

    A step counts for the month it starts in; months that the run does not touch are NaN.
    """
    years, months = months_of(dataset)
    first = int(years.min())
    place = (years - first) * 12 + months - 1
    size = (int(years.max()) - first + 1) * 12
    volumes = np.nan_to_num(flow_m3s) * step_seconds(dataset)
    sums = np.bincount(place, volumes, size).astype(np.float64)
    sums[np.bincount(place, minlength=size) == 0] = np.nan
    return np.arange(first, first + size // 12), sums.reshape(-1, 12)


def water_years(dataset: xr.Dataset) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the water years and whether the run covers each wholly (water_year,)."""
    years = np.asarray(dataset.variables["water_year"].values, dtype=np.int64)
    if "complete" in dataset.variables:
        return years, np.asarray(dataset.variables["complete"].values, dtype=bool)
    return years, np.ones(years.size, dtype=bool)


def first_month(dataset: xr.Dataset) -> int:
    """Return the month (1..12) in which the water year starts; 1 when it cannot be seen."""
    if "water_year_of_time" not in dataset.variables:
        return 1
    year_of_step = dataset.variables["water_year_of_time"].values.astype(np.int64)
    changes = np.flatnonzero(np.diff(year_of_step))
    if changes.size == 0:
        return 1
    return int(months_of(dataset)[1][changes[0] + 1])


def by_water_year(dataset: xr.Dataset, flow_m3s: Floats) -> Floats:
    """Return the volume of a flow in each water year of the result [m3] (water_year,)."""
    years, _unused = water_years(dataset)
    if "water_year_of_time" in dataset.variables:
        year_of_step = dataset.variables["water_year_of_time"].values.astype(np.int64)
    else:
        year_of_step = months_of(dataset)[0]
    place = np.searchsorted(years, year_of_step)
    inside = (place < years.size) & (years[np.minimum(place, years.size - 1)] == year_of_step)
    volumes = np.nan_to_num(flow_m3s) * step_seconds(dataset)
    return np.bincount(place[inside], volumes[inside], years.size).astype(np.float64)


def supply_claims(dataset: xr.Dataset) -> list[int]:
    """Return the places of the claims that count as supply: uses and artificial ecology."""
    kinds = coordinate(dataset, "claim_kind", "claim", "demand")
    return [place for place, kind in enumerate(kinds) if kind in SUPPLY_KINDS or not kind]


def demand_claims(dataset: xr.Dataset) -> list[int]:
    """Return the places of the claims that count as supply and have a demand of their own."""
    kinds = coordinate(dataset, "claim_kind", "claim", "demand")
    return [place for place in supply_claims(dataset) if kinds[place] not in OFFERED_KINDS]


def use_of_claim(dataset: xr.Dataset) -> list[str]:
    """Return the use of each claim: a key of style.USE_COLOURS."""
    uses = coordinate(dataset, "claim_use", "claim")
    kinds = coordinate(dataset, "claim_kind", "claim")
    by_kind = {"irrigation": "agriculture", "replenishment": "ecology"}
    by_kind |= {kind: kind for kind in ("ecology", "recharge")}
    known = ("domestic", "industry", "agriculture", "ecology", "recharge")
    return [
        use if use in known else by_kind.get(kind, "other")
        for use, kind in zip(uses, kinds, strict=True)
    ]


def year_label(dataset: xr.Dataset, language: Language) -> str:
    """Return the label of an axis of water years."""
    month = first_month(dataset)
    if month == 1:
        return capital(say("year", language))
    return capital(say("water_year", language, month=_MONTHS[month - 1].in_language(language)))


_MONTHS = (
    _("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July"),
    _("August"), _("September"), _("October"), _("November"), _("December"),
)  # fmt: skip
