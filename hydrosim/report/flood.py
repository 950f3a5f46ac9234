"""What a flood did, store by store and reach by reach: tables for the terminal and as CSV."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from rich import box
from rich.cells import cell_len
from rich.table import Table

from hydrosim.locale import Language, Message, _
from hydrosim.reading.flood import bound_of, event_title, of_item, peak, sections, stores
from hydrosim.reading.items import items
from hydrosim.standards.titles import item_title

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr

__all__ = [
    "add_head",
    "artificial_peaks",
    "flood_frames",
    "flood_tables",
    "head_of",
    "peaks_beyond",
    "rising_at_end",
]

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
"""Rise in the last hour of a flood, of a level [m] and of a flow as a share, that is noted."""
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
    rows: list[dict[str, Any]] = []
    for event in items(dataset, "event"):
        for name in stores(dataset):
            if not math.isfinite(peak(dataset, "peak_storage", event, name)):
                continue
            bound = bound_of(dataset, name)
            row: dict[str, Any] = {"event": event, "place": name}
            for key in ("peak_inflow", "peak_outflow", "peak_level", "time_of_peak_level"):
                row[key] = peak(dataset, key, event, name)
            row["bound"] = bound
            row["margin"] = bound - row["peak_level"]
            row["overflow"] = peak(dataset, "overflow", event, name) / MILLION
            rows.append(row)
    return pd.DataFrame(rows)


def _channels(dataset: xr.Dataset) -> pd.DataFrame:
    """Return peaks of reaches at both ends, of sections and outlets [m3/s]; losses [10^6 m3]."""
    rows: list[dict[str, Any]] = []
    for event in items(dataset, "event"):
        for name in items(dataset, "reach"):
            lower, hour, upper, upper_hour, lost = (
                peak(dataset, key, event, name)
                for key in (
                    "peak_discharge", "time_of_peak_discharge", "reach_peak_inflow",
                    "time_of_reach_peak_inflow", "bed_loss",
                )
            )  # fmt: skip
            safe = of_item(dataset, "reach_safe_discharge", "reach", name)
            ends = (lower, hour), safe, (upper, upper_hour)
            rows.append(_channel((event, name), *ends, lost / MILLION))
        for name in sections(dataset):
            flow, hour = (
                peak(dataset, key, event, name) for key in ("peak_outflow", "time_of_peak_outflow")
            )
            safe = of_item(dataset, "safe_discharge", "node", name)
            rows.append(_channel((event, name), (flow, hour), safe))
    return pd.DataFrame(rows)


def _channel(
    item: tuple[str, str],
    peak: tuple[float, float],
    safe: float,
    upper: tuple[float, float] = (math.nan, math.nan),
    lost: float = math.nan,
) -> dict[str, Any]:
    """Return one row: peaks [m3/s] with their hours [h], safe discharge [m3/s], loss [10^6 m3]."""
    event, name = item
    highest = peak[0] if math.isnan(upper[0]) else max(peak[0], upper[0])
    return {
        "event": event,
        "place": name,
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
            "event": event,
            "place": name,
            "taken": peak(dataset, "basin_volume", event, name) / MILLION,
            "most": peak(dataset, "basin_peak_storage", event, name) / MILLION,
            "capacity": of_item(dataset, "basin_capacity", "basin", name) / MILLION,
        }
        for event in items(dataset, "event")
        for name in items(dataset, "basin")
    ]
    return pd.DataFrame(rows)


def head_of(key: str) -> Message:
    """Return what a table or column of peaks is called, with its unit."""
    return _WORDS[key]


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
        if notes := "\n".join(rising_at_end(dataset, language)):
            table.caption = notes if name == "stores" or "stores" not in frames else None
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
    name = items(dataset, "event")[place]
    return event_title(dataset, name, language) or name


def _shown(dataset: xr.Dataset, column: str, value: Any, language: Language) -> str:
    """Return a cell as text: titles of places, names of floods, numbers or a dash for nan."""
    if column == "place":
        return item_title(dataset, value).in_language(language)
    if column == "event":
        return str(value)
    return f"{value:.{2 * (column in _TWO_DECIMALS)}f}" if math.isfinite(value) else "-"
