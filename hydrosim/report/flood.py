"""What a flood did, store by store and reach by reach: tables for the terminal and as CSV."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from rich import box
from rich.cells import cell_len
from rich.table import Table

from hydrosim.locale import Language, _
from hydrosim.standards.titles import item_title

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr

__all__ = [
    "add_head",
    "artificial_peaks",
    "flood_frames",
    "flood_tables",
    "peaks_beyond",
    "rising_at_end",
]

LEVELS = ("flood_control", "guaranteed", "design", "check", "crest")
_WORDS = {
    "event": _("flood"),
    "place": _("place"),
    "stores": _("Stores"),
    "channels": _("Reaches and sections"),
    "basins": _("Detention basins"),
    "peak_inflow": _("peak inflow, m3/s"),
    "peak_outflow": _("peak outflow, m3/s"),
    "peak_level": _("peak level, m"),
    "time_of_peak_level": _("at hour"),
    "bound": _("level to hold, m"),
    "margin": _("margin, m"),
    "overflow": _("over the crest, 10⁶ m3"),
    "upper_peak": _("peak at the upper end, m3/s"),
    "time_of_upper_peak": _("at hour"),
    "lost": _("lost to the bed, 10⁶ m3"),
    "peak_discharge": _("peak, m3/s"),
    "time_of_peak": _("at hour"),
    "safe_discharge": _("safe discharge, m3/s"),
    "flow_margin": _("margin, m3/s"),
    "taken": _("taken, 10⁶ m3"),
    "capacity": _("capacity, 10⁶ m3"),
    "most": _("most held, 10⁶ m3"),
}
_TWO_DECIMALS = {"peak_level", "bound", "margin", "overflow", "taken", "most", "lost"}
RISE_M, RISE_SHARE = 0.005, 1e-3
"""Rise in the last hour of a flood, of a level [m] and of a flow as a share, that is told."""
MILLION = 1e6
HOUR_S = 3600.0


def flood_frames(dataset: xr.Dataset) -> dict[str, pd.DataFrame]:
    """Return the peaks of each flood: ``stores``, ``channels`` and, where there are, ``basins``.

    Parameters
    ----------
    dataset
        A result of the flood engine.

    Returns
    -------
    dict
        Frames with one row a flood and place; flows in m3/s, levels in m, times in h, volumes in
        10^6 m3. ``bound`` is the first of flood-control, guaranteed, design, check level and
        crest that is known, ``margin`` what is left below it.
    """
    frames = {"stores": _stores(dataset), "channels": _channels(dataset)}
    if "basin" in dataset.coords:
        frames["basins"] = _basins(dataset)
    return {name: frame for name, frame in frames.items() if len(frame)}


def peaks_beyond(dataset: xr.Dataset) -> int:
    """Return how many peaks exceed the level or flow that is to be held.

    Parameters
    ----------
    dataset
        A result of the flood engine.
    """
    return sum(
        margin < 0
        for frame in flood_frames(dataset).values()
        for key in ("margin", "flow_margin")
        if key in frame
        for margin in frame[key].tolist()
    )


def artificial_peaks(dataset: xr.Dataset, language: str = "en") -> Iterator[str]:
    """Yield a sentence on each store that lets go more than ever flows into it (造峰).

    Parameters
    ----------
    dataset
        A result of the flood engine.
    language
        "en" or "zh".
    """
    spoken: Language = "zh" if language == "zh" else "en"
    more = dataset["peak_increase"]
    for event, node in np.argwhere(more.values > 0.0).tolist():
        at = dataset.isel(event=event, node=node)
        into = float(at["peak_inflow"])
        yield _(
            "{name} releases more than its inflow peak in the flood {flood}: "
            "{out:.0f} of {into:.0f} m3/s",
            name=item_title(dataset, str(at["node"].values)),
            flood=str(at["event"].values),
            out=into + float(more.values[event, node]),
            into=into,
        ).in_language(spoken)


def rising_at_end(dataset: xr.Dataset, language: str = "en") -> Iterator[str]:
    """Yield a sentence on each place whose level or flow still rises when its flood ends.

    Parameters
    ----------
    dataset
        A result of the flood engine with its series.
    language
        "en" or "zh".
    """
    spoken: Language = "zh" if language == "zh" else "en"
    if "time" not in dataset.dims:
        return
    step_s = float(dataset.attrs["step_s"])
    hour = max(1, round(HOUR_S / step_s))
    # A flood that goes on from a state has only the points behind it.
    first = round(float(dataset["time"].values[0]) * HOUR_S / step_s)
    for event, steps in enumerate((dataset["event_steps"].values - first).tolist()):
        one = dataset.isel(event=event)
        before, last = one.isel(time=max(steps - hour, 0)), one.isel(time=steps)
        level = (last["level"] - before["level"]).values
        flow = (last["outflow"] - before["outflow"]).values
        rises = (level > RISE_M) | (flow > RISE_SHARE * last["outflow"].values)
        end = float(one["time"].values[steps])
        for node in np.flatnonzero(rises & _peaks_at(one, end)).tolist():
            yield _(
                "{name}: the peak of the flood {flood} is at its last step (hour {end:g}) and it "
                "still rises; `duration: until_peaks` shows the true one",
                name=item_title(dataset, str(one["node"].values[node])),
                flood=_event(dataset, event, spoken),
                end=end,
            ).in_language(spoken)


def _peaks_at(one: xr.Dataset, end_h: float) -> np.ndarray[Any, Any]:
    """Return which nodes have their largest outflow or highest level at the end of a flood."""
    times = [one[key].values for key in ("time_of_peak_outflow", "time_of_peak_level")]
    return np.any([time >= end_h - 1e-9 for time in times], axis=0)


def _stores(dataset: xr.Dataset) -> pd.DataFrame:
    """Return peaks of reservoirs and lakes: flows [m3/s], levels [m], overflow [10^6 m3]."""
    nodes = [str(name) for name in dataset["node"].values]
    rows: list[dict[str, Any]] = []
    for event in dataset["event"].values:
        one = dataset.sel(event=event)
        for place, name in enumerate(nodes):
            at = one.isel(node=place)
            if not np.isfinite(at["peak_storage"]):
                continue
            bound = _bound(at)
            row: dict[str, Any] = {"event": str(event), "place": name}
            for key in ("peak_inflow", "peak_outflow", "peak_level", "time_of_peak_level"):
                row[key] = float(at[key])
            row["bound"] = bound
            row["margin"] = bound - float(at["peak_level"])
            row["overflow"] = float(at["overflow"]) / MILLION
            rows.append(row)
    return pd.DataFrame(rows)


def _bound(at: xr.Dataset) -> float:
    """Return the level [m] that a store is to hold: the first of LEVELS that it has, else nan."""
    given = [float(at[f"{key}_level"]) for key in LEVELS if f"{key}_level" in at.coords]
    return next((level for level in given if math.isfinite(level)), math.nan)


def _channels(dataset: xr.Dataset) -> pd.DataFrame:
    """Return peaks of reaches at both ends, of sections and outlets [m3/s]; losses [10^6 m3]."""
    rows: list[dict[str, Any]] = []
    sections = [
        str(name)
        for name, measured in zip(
            dataset["node"].values, dataset["node_measures_flow"].values, strict=True
        )
        if measured
    ]
    for event in dataset["event"].values:
        one = dataset.sel(event=event)
        for name in dataset["reach"].values if "reach" in dataset.coords else ():
            at = one.sel(reach=name)
            rows.append(
                _channel(
                    (event, name),
                    (float(at["peak_discharge"]), float(at["time_of_peak_discharge"])),
                    float(at["reach_safe_discharge"]),
                    (float(at["reach_peak_inflow"]), float(at["time_of_reach_peak_inflow"])),
                    float(at["bed_loss"]) / MILLION,
                )
            )
        for name in sections:
            at = one.sel(node=name)
            peak = float(at["peak_outflow"]), float(at["time_of_peak_outflow"])
            rows.append(_channel((event, name), peak, float(at["safe_discharge"])))
    return pd.DataFrame(rows)


def _channel(
    item: tuple[Any, Any],
    peak: tuple[float, float],
    safe: float,
    upper: tuple[float, float] = (math.nan, math.nan),
    lost: float = math.nan,
) -> dict[str, Any]:
    """Return one row: peaks [m3/s] with their hours [h], safe discharge [m3/s], loss [10^6 m3]."""
    event, name = item
    highest = peak[0] if math.isnan(upper[0]) else max(peak[0], upper[0])
    return {
        "event": str(event),
        "place": str(name),
        "upper_peak": upper[0],
        "time_of_upper_peak": upper[1],
        "peak_discharge": peak[0],
        "time_of_peak": peak[1],
        "safe_discharge": safe,
        "flow_margin": safe - highest,
        "lost": lost,
    }


def _basins(dataset: xr.Dataset) -> pd.DataFrame:
    """Return what detention basins took, held at most and can hold [10^6 m3]."""
    rows = [
        {
            "event": str(event),
            "place": str(name),
            "taken": float(at["basin_volume"]) / MILLION,
            "most": float(at["basin_peak_storage"]) / MILLION,
            "capacity": float(at["basin_capacity"]) / MILLION,
        }
        for event in dataset["event"].values
        for name in dataset["basin"].values
        for at in (dataset.sel(event=event, basin=name),)
    ]
    return pd.DataFrame(rows)


def _say(key: str, language: Language) -> str:
    return _WORDS[key].in_language(language)


def flood_tables(dataset: xr.Dataset, language: str = "en") -> Iterator[Table]:
    """Yield the tables of :func:`flood_frames` for the terminal.

    Parameters
    ----------
    dataset
        A result of the flood engine.
    language
        "en" or "zh".
    """
    spoken: Language = "zh" if language == "zh" else "en"
    alone = dataset.sizes["event"] == 1
    frames = flood_frames(dataset)
    for name, frame in frames.items():
        heading = _say(name, spoken)
        if alone:  # then its name stands above the table
            event = _event(dataset, 0, spoken)
            heading = _("{table}, {flood}", table=heading, flood=event).in_language(spoken)
            frame = frame.drop(columns="event")
        table = Table(
            title=heading,
            title_justify="left",
            title_style="bold",
            box=box.SIMPLE_HEAD,
            pad_edge=False,
        )
        for column in frame.columns:
            left = column in ("event", "place")
            add_head(table, _say(str(column), spoken), left=left)
        for row in frame.to_dict("records"):
            margin = row.get("margin", row.get("flow_margin", math.nan))
            style = "bold red" if margin < 0 or row.get("overflow", 0.0) > 0 else ""
            cells = [_shown(dataset, str(key), value, spoken) for key, value in row.items()]
            table.add_row(*cells, style=style)
        if told := "\n".join(rising_at_end(dataset, language)):
            table.caption = told if name == "stores" or "stores" not in frames else None
        yield table


def add_head(table: Table, head: str, *, left: bool) -> None:
    """Add a column that is never narrower than the longest word of its head.

    Parameters
    ----------
    table
        Gets the column.
    head
        Its words.
    left
        Whether it aligns left, as names do.
    """
    least = max(cell_len(word) for word in head.split())
    table.add_column(head, justify="left" if left else "right", min_width=least, overflow="fold")


def _event(dataset: xr.Dataset, place: int, language: Language) -> str:
    """Return what readers call a flood: its title, else its name."""
    for key in ("event_title_zh" if language == "zh" else "event_title", "event_title"):
        if key in dataset.coords and str(dataset[key].values[place]):
            return str(dataset[key].values[place])
    return str(dataset["event"].values[place])


def _shown(dataset: xr.Dataset, column: str, value: Any, language: Language) -> str:
    """Return a cell as text: titles of places, names of floods, numbers or a dash for nan."""
    if column == "place":
        return item_title(dataset, value).in_language(language)
    if column == "event":
        return str(value)
    return f"{value:.{2 * (column in _TWO_DECIMALS)}f}" if math.isfinite(value) else "-"
