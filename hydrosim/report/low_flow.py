"""Low flows of the nodes of a result as a table, as it runs and as it would by nature."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.locale import EMPTY, _, capital, in_language, language_of
from hydrosim.reading.flows import FlowKind, flowing_nodes
from hydrosim.reading.glossary import name_of
from hydrosim.reading.items import NotJudged, one_run
from hydrosim.standards.river_flow import RiverFlow
from hydrosim.standards.titles import node_title

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd
    import xarray as xr
    from rich.console import RenderableType

    from hydrosim.locale import Message

__all__ = ["low_flow_table", "low_flow_tables"]

COLUMNS: dict[str, Message] = {
    "mean": _("mean flow"),
    "Q50": _("duration flow Q{percent}", percent="50"),
    "Q90": _("duration flow Q{percent}", percent="90"),
    "Q95": _("duration flow Q{percent}", percent="95"),
    "7Q2": _("low flow {days}Q{years}", days=7, years="2"),
    "7Q10": _("low flow {days}Q{years}", days=7, years="10"),
    "driest_month_10": _("driest month of {years} years", years="10"),
    "base_flow_index": name_of("base_flow_index"),
}


def low_flow_table(
    dataset: xr.Dataset,
    nodes: Sequence[str] = (),
    year_start: tuple[int, int] | None = None,
) -> tuple[pd.DataFrame, dict[Message, list[str]]]:
    """Return low flows of nodes [m3/s] and their base-flow index [1], and why some are missing.

    Parameters
    ----------
    dataset
        A supply result of one scenario and member.
    nodes
        Reaches, sections, springs, ends of the model, or stores; all but stores without them.
    year_start
        First month and day of a climatic year; those of the water year without it.

    Returns
    -------
    table
        A row for each node and kind of flow (``discharge``, and ``natural`` where it was
        recorded); columns mean, Q50, Q90, Q95, 7Q2, 7Q10, driest_month_10, base_flow_index.
    reasons
        Why numbers are missing, each with the columns.

    Raises
    ------
    DataError
        If the result holds several runs, or not the flow of a named node.
    """
    import pandas as pd

    data = one_run(dataset)
    natural = flowing_nodes(data, "natural")
    rows: dict[tuple[str, str], dict[str, float]] = {}
    reasons: dict[Message, list[str]] = {}
    for node in nodes or flowing_nodes(data, "discharge"):
        kinds: tuple[FlowKind, ...] = (
            ("discharge", "natural") if node in natural else ("discharge",)
        )
        for kind in kinds:
            place = RiverFlow(data, node, kind)
            place.steps  # noqa: B018  # a node without a flow is a fault, not a missing number
            rows[node, kind] = {
                name: _number(number, name, reasons)
                for name, number in _numbers(place, year_start).items()
            }
    index = pd.MultiIndex.from_tuples(list(rows), names=["node", "flow"]) if rows else None
    return pd.DataFrame(list(rows.values()), index=index, columns=list(COLUMNS)), reasons


def _numbers(
    place: RiverFlow, year_start: tuple[int, int] | None
) -> dict[str, Callable[[], float]]:
    def low(days: int | None, years: float) -> float:
        return place.lows(days, years, year_start=year_start).flow_m3s

    return {
        "mean": lambda: place.mean_m3s,
        "Q50": lambda: place.duration_flow(0.5),
        "Q90": lambda: place.duration_flow(0.9),
        "Q95": lambda: place.duration_flow(0.95),
        "7Q2": lambda: low(7, 2.0),
        "7Q10": lambda: low(7, 10.0),
        "driest_month_10": lambda: low(None, 10.0),
        "base_flow_index": lambda: place.base_flow_index(),
    }


def _number(number: Callable[[], float], name: str, reasons: dict[Message, list[str]]) -> float:
    """Return a number, not a number with the reason noted where there is none."""
    try:
        return number()
    except NotJudged as missing:
        names = reasons.setdefault(missing.reason, [])
        if name not in names:
            names.append(name)
        return np.nan


def low_flow_tables(
    dataset: xr.Dataset,
    nodes: Sequence[str] = (),
    year_start: tuple[int, int] | None = None,
    language: str = "en",
) -> list[RenderableType]:
    """Return the table of low flows for the terminal, and why numbers are missing.

    Parameters
    ----------
    dataset
        A supply result of one scenario and member.
    nodes
        Nodes; all rivers without them.
    year_start
        First month and day of a climatic year; those of the water year without it.
    language
        "en" or "zh".
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    spoken = language_of(language)
    frame, reasons = low_flow_table(dataset, nodes, year_start)
    if frame.empty:
        return [Text(_("the flow of no node was recorded").in_language(spoken))]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("", overflow="fold")
    for head in COLUMNS.values():
        table.add_column(head.in_language(spoken), justify="right", vertical="bottom")
    for (node, kind), row in zip(frame.index, frame.to_numpy(dtype=float), strict=True):
        title = node_title(one_run(dataset), str(node))
        name = _("{node}, natural flow", node=title) if kind == "natural" else title
        cells = [f"{value:.3f}" if np.isfinite(value) else "-" for value in row.tolist()]
        table.add_row(capital(name.in_language(spoken)), *cells)
    notes = [
        Text(
            _(
                "{numbers}: {reason}",
                numbers=", ".join(in_language(COLUMNS[name], spoken) for name in names),
                reason=reason,
            ).in_language(spoken)
        )
        for reason, names in reasons.items()
        if reason != EMPTY
    ]
    title = _("Low flows, m³/s, and base-flow index").in_language(spoken)
    return [Text(title, style="bold"), table, *notes]
