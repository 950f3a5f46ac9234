"""Arrays of a run to one CF Dataset with units and names, and its files."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from hydrosim.io.missing import explain_missing
from hydrosim.supply.attributes import proof_attributes, result_attributes
from hydrosim.supply.in_lieu import import_names, reservoir_names
from hydrosim.supply.ledger import origin_names
from hydrosim.supply.monthly import month_starts, monthly_means, series_of
from hydrosim.supply.reasons import reason_table
from hydrosim.supply.year_table import SHOWN_FIELDS
from hydrosim.variables import DIMENSIONS, VARIABLES, Variable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.kernels.arrays import Credit, LedgerBook
    from hydrosim.supply.build import Model
    from hydrosim.supply.resumed import Resumed
    from hydrosim.supply.run_buffers import Workspace
    from hydrosim.supply.run_record import RunRecord

__all__ = ["build_dataset"]

CLAIM_VARIABLES = {
    "year_demand": 0,
    "year_supplied": 1,
    "year_periods": 2,
    "year_periods_short": 3,
    "year_longest_break": 4,
    "year_deepest_break": 5,
}
OF_ONE_ITEM = ("scenario", "member", "time", "month", "water_year")
"""Dimensions along which an item has a quantity, or has not."""
QUANTITY_FIELDS = {"sum": 0, "minimum": 1, "maximum": 2, "last": 3, "above_1": 4}


def build_dataset(
    model: Model, record: RunRecord, workspace: Workspace | None = None
) -> xr.Dataset:
    """Return the result of one scenario as a Dataset with dims (scenario, member, ...).

    Fluxes are means of the step, stamped at its start; storage and level are values at its end.
    With a workspace names, times and header are those of the first run that used it.
    """
    arrays: dict[str, Any] = {}
    known = workspace is not None and workspace.template is not None
    coordinates = {} if known else _coordinates(model, record.resumed)
    if record.recording.record.shape[0] > 0:
        _add_series(model, record, arrays, coordinates, workspace)
        _add_reasons(model, record, arrays)
    _add_year_table(model, record, arrays)
    if record.book is not None:
        _add_ledger(model, record.book, arrays, coordinates)
        _add_credit(model, record.credit, arrays, coordinates)
    if workspace is not None and known:
        filled = workspace.filled(arrays, proof_attributes(model, record))
        return explain_missing(filled, over=OF_ONE_ITEM)
    dataset = xr.Dataset(arrays, coordinates, result_attributes(model, record))
    for name in DIMENSIONS:
        if name in dataset.coords:
            dataset[name].attrs.setdefault("long_name", DIMENSIONS[name])
    explain_missing(dataset, over=OF_ONE_ITEM)
    if workspace is not None:
        workspace.template = dataset
    return dataset if record.resumed is None else _rest(dataset, record.resumed.first)


def _rest(dataset: xr.Dataset, first: int) -> xr.Dataset:
    """Return what a run from a step on has filled."""
    time = dataset["time"].values[first]
    kept: dict[str, Any] = {"time": slice(first, None)}
    if "month" in dataset.dims:
        kept["month"] = dataset["month"].values >= time.astype("datetime64[M]")
    year = int(dataset["water_year_of_time"].values[first])
    kept["water_year"] = dataset["water_year"].values >= year
    return dataset.isel(kept)


def _described(variable: Variable) -> dict[str, str]:
    attributes = {
        "units": variable.units,
        "long_name": str(variable.long_name),
        "cell_methods": variable.cell_methods,
    }
    if variable.standard_name:
        attributes["standard_name"] = variable.standard_name
    return attributes


def _items(model: Model, dimension: str) -> list[str]:
    if dimension == "budget":
        return sorted({boundary.kind for boundary in model.builder.boundaries})
    return sorted(model.builder.items.get(dimension, {}))


def _coordinates(model: Model, resumed: Resumed | None) -> dict[str, Any]:
    calendar = model.calendar
    years = np.unique(np.asarray(calendar.water_year(model.config.water_year)))
    coordinates: dict[str, Any] = {
        "scenario": ["base"],
        "member": [0],
        "time": calendar.starts.astype("datetime64[ns]"),
        "dt": ("time", calendar.dt_s, {"units": "s", "long_name": "length of the step"}),
        "water_year_of_time": (
            "time",
            np.asarray(calendar.water_year(model.config.water_year)),
        ),
        "water_year": years,
        "complete": ("water_year", _complete(model, years, resumed)),
    }
    for dimension in sorted(model.builder.items):
        names = _items(model, dimension)
        coordinates[dimension] = np.array(names, dtype=str)
        content = model.builder.items[dimension]
        given = {key for name in names for key, value in content[name].items() if value is not None}
        for key in sorted(given):
            coordinates[f"{dimension}_{key}"] = (
                dimension,
                _packed([content[name].get(key) for name in names]),
            )
    kinds = _items(model, "budget")
    if kinds:
        signs = {boundary.kind: boundary.sign for boundary in model.builder.boundaries}
        coordinates["budget"] = np.array(kinds, dtype=str)
        coordinates["budget_sign"] = ("budget", np.array([signs[kind] for kind in kinds]))
    return coordinates


def _packed(values: list[Any]) -> NDArray[Any]:
    """Attribute values as one array: numbers with nan, truth values, or text with ""."""
    given = [value for value in values if value is not None]
    if given and all(isinstance(value, bool) for value in given):
        return np.array([bool(value) for value in values])
    if given and all(isinstance(value, (int, float)) for value in given):
        return np.array([np.nan if value is None else float(value) for value in values])
    return np.array(["" if value is None else str(value) for value in values], dtype=str)


def _complete(model: Model, years: NDArray[np.int64], resumed: Resumed | None) -> NDArray[np.bool_]:
    """Whether all days of a water year stand in its sums; one with 29 February has 366."""
    start = model.config.water_year
    labels = np.asarray(model.calendar.water_year(start))
    run = np.arange(labels.size) >= (resumed.first if resumed else 0)
    days = np.array([model.calendar.days[run & (labels == year)].sum() for year in years])
    if resumed is not None:
        days[np.flatnonzero(years == labels[resumed.first])] += resumed.year_days
    return np.round(days).astype(int) == [_days_of_water_year(int(year), start) for year in years]


def _days_of_water_year(year: int, start: tuple[int, int]) -> int:
    """Return the days from the start of a water year to that of the next."""
    month, day = start
    return (date(year + 1, month, day) - date(year, month, day)).days


def _add_series(
    model: Model,
    record: RunRecord,
    arrays: dict[str, Any],
    coordinates: dict[str, Any],
    workspace: Workspace | None,
) -> None:
    """Add the chosen quantities of every step, and means of months; all steps by default."""
    daily, monthly = model.config.outputs.daily, model.config.outputs.monthly
    known = workspace.series(record.recording) if workspace else {}
    for name in sorted({variable for variable, _ in model.builder.records}):
        every_step = name in daily or not (daily or monthly)
        if not (every_step or name in monthly):
            continue
        variable = VARIABLES[name]
        data = known[name] if workspace else series_of(model, record.recording, name, spent=True)
        if every_step:
            arrays[name] = (
                ("scenario", "member", "time", variable.dimension),
                data[np.newaxis, np.newaxis],
                _described(variable),
            )
        if name in monthly:
            coordinates["month"] = month_starts(model)
            arrays[f"{name}_monthly"] = (
                ("scenario", "member", "month", variable.dimension),
                monthly_means(model, data, name, record.resumed)[np.newaxis, np.newaxis],
                {**_described(variable), "cell_methods": "time: mean (interval: 1 month)"},
            )


def _add_reasons(model: Model, record: RunRecord, arrays: dict[str, Any]) -> None:
    """Add the code of the reason of each short claim, with the table that tells it."""
    program = model.program
    if program.short_claim.size == 0:
        return
    variable = VARIABLES["reason"]
    items = _items(model, variable.dimension)
    place = {name: number for number, name in enumerate(items)}
    data = np.zeros((model.calendar.dt_s.size, len(items)), dtype=np.int32)
    for c, claim in enumerate(program.short_claim):
        data[:, place[model.claims[claim]]] = record.recording.reason[:, c]
    attributes = _described(variable)
    attributes["table"] = json.dumps(reason_table(model, record.reasons), ensure_ascii=False)
    arrays["reason"] = (
        ("scenario", "member", "time", variable.dimension),
        data[np.newaxis, np.newaxis],
        attributes,
    )


def _add_year_table(model: Model, record: RunRecord, arrays: dict[str, Any]) -> None:
    recording, builder = record.recording, model.builder
    years = recording.claim_table.shape[0]

    def add(name: str, items: list[str], columns: dict[str, NDArray[np.float64]]) -> None:
        variable = VARIABLES[name]
        place = {name: number for number, name in enumerate(items)}
        data = np.full((years, len(items)), np.nan)
        for item, column in columns.items():
            data[:, place[item]] = column
        arrays[name] = (
            ("scenario", "member", "water_year", variable.dimension),
            data[np.newaxis, np.newaxis],
            _described(variable),
        )

    claims = sorted(builder.year_claims)
    for name, field in CLAIM_VARIABLES.items():
        table = recording.claim_table[:, :, field]
        if claims:
            add(
                name,
                _items(model, "claim"),
                {claim: table[:, c] for c, claim in enumerate(claims)},
            )
    found: dict[str, dict[str, NDArray[np.float64]]] = {}
    for q, quantity in enumerate(model.quantities):
        for name in quantity.variables:
            field = QUANTITY_FIELDS[SHOWN_FIELDS[name]]
            found.setdefault(name, {})[quantity.item] = recording.quantity_table[:, q, field]
    for name, columns in found.items():
        add(name, _items(model, VARIABLES[name].dimension), columns)
    kinds = _items(model, "budget")
    budget = {kind: np.zeros(years) for kind in kinds}
    for b, boundary in enumerate(builder.boundaries):
        budget[boundary.kind] += recording.boundary_table[:, b]
    if kinds:
        add("year_budget", kinds, budget)


def _add_ledger(
    model: Model, book: LedgerBook, arrays: dict[str, Any], coordinates: dict[str, Any]
) -> None:
    """Add what was supplied and stored by origin, and what is stored by age in water years."""
    builder, cohorts = model.builder, model.ledger.cohorts
    origins = origin_names(builder)
    months = book.supplied.shape[0]
    coordinates["month"] = month_starts(model)
    coordinates["origin"] = np.array(origins, dtype=str)
    content = builder.items.get("origin", {})
    coordinates["origin_kind"] = (
        "origin",
        np.array([content.get(name, {}).get("kind", "surface") for name in origins], dtype=str),
    )
    coordinates["age"] = np.arange(cohorts)
    shapes = {
        "supplied_by_origin": (book.supplied, sorted(builder.year_claims), 3),
        "storage_by_origin": (book.stored, sorted(builder.stores), 3),
        "storage_by_age": (book.stored, sorted(builder.stores), 2),
    }
    for name, (table, items, axis) in shapes.items():
        if not items or (name == "supplied_by_origin" and table.shape[1] != len(items)):
            continue
        variable = VARIABLES[name]
        first, second = variable.dimension.split()
        tags = table.reshape(months, len(items), len(origins), cohorts)
        part = tags.sum(axis=axis)
        place = {item: number for number, item in enumerate(_items(model, first))}
        data = np.full((months, len(place), part.shape[2]), np.nan)
        data[:, [place[item] for item in items]] = part
        arrays[name] = (
            ("scenario", "member", "month", first, second),
            data[np.newaxis, np.newaxis],
            _described(variable),
        )


def _add_credit(
    model: Model, credit: Credit, arrays: dict[str, Any], coordinates: dict[str, Any]
) -> None:
    """Add the in-lieu credits of reservoirs that can stand in for an import."""
    if model.in_lieu.pair_store.size == 0:
        return
    stores, origins = _items(model, "store"), coordinates["origin"].tolist()
    number = {name: place for place, name in enumerate(stores)}
    places = [number[name] for name in reservoir_names(model.builder)]
    imports = [origins.index(name) for name in import_names(model.builder)]
    tables = {
        "in_lieu_booked": credit.booked,
        "in_lieu_used": credit.used,
        "in_lieu_lapsed": credit.lapsed,
        "in_lieu_moved": credit.moved,
        "in_lieu_credit": credit.at_end,
    }
    for name, table in tables.items():
        data = np.full((table.shape[0], len(stores), len(origins)), np.nan)
        data[np.ix_(range(table.shape[0]), places, imports)] = table
        arrays[name] = (
            ("scenario", "member", "month", "store", "origin"),
            data[np.newaxis, np.newaxis],
            _described(VARIABLES[name]),
        )
