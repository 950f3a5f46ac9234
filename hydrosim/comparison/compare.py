"""Paired differences of key figures with intervals, and the verdicts that changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from hydrosim.comparison.bootstrap import interval_of_mean, interval_of_record
from hydrosim.comparison.dry_years import dry_flags, guarantee_frame
from hydrosim.comparison.likeness import check_alike
from hydrosim.comparison.sources import NAMES, Side, read_sides
from hydrosim.errors import DataError, nearest, shown
from hydrosim.locale import _
from hydrosim.scenarios.figures import FIGURES, figure_grid, key_figures

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import xarray as xr
    from numpy.typing import NDArray

__all__ = ["By", "Comparison", "compare"]

COMPARE = "compare"
READ = 0.3
"""Share of the time that reading takes."""
By = Literal["year", "member"]
COLUMNS = (
    "figure", "title", "title_zh", "unit", "run", "reference", "mean", "difference", "low", "high",
    "record_low", "record_high", "pairs", "clear", "better",
)  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """What came of a comparison.

    Parameters
    ----------
    reference
        Name of the run that the others are compared with.
    table
        A row a figure and run: mean of the reference and of the run, mean paired difference and
        its interval, all in ``unit``. Between members ``low`` and ``high`` are given this record:
        what more members would change; ``record_low`` and ``record_high`` are of a record of the
        same length (nan by years, and where the length is not known). ``clear`` where the interval
        of the record, or else the other, leaves out zero, ``better`` +1 or -1 where a clear
        difference is good or bad.
    dry
        The same of dry years alone, those of the reference; empty where its inflow is not known.
    guarantee
        A row a run: whether the guarantee of its first use (people) is kept in dry years, what
        groundwater and money that takes and what rivers and lakes get; see
        :func:`hydrosim.comparison.dry_years.guarantee_frame`.
    verdicts
        A row a verdict that is not the same everywhere, a column a run.
    by
        What was paired and resampled: years or members.
    block
        Years to a block; None where each figure's own lag-one correlation gives it.
    confidence
        Share of the intervals that hold the long-run difference.
    same_water
        Whether the water of all comes from the same records, as far as is known.
    copies
        Members that are copies of others and count for nothing, such as those of an
        index-sequential ensemble beyond the years of its record.
    record_years
        Length of the record that members are made from [year]; None where it is not known.
    single_years
        Whether members are made of single years of the record, which do not show how its years
        follow on each other: the interval of the record then takes them as independent.
    """

    reference: str
    table: pd.DataFrame
    dry: pd.DataFrame
    guarantee: pd.DataFrame
    verdicts: pd.DataFrame
    by: By
    block: int | None
    confidence: float
    same_water: bool = True
    copies: int = 0
    record_years: int | None = None
    single_years: bool = False

    def _repr_html_(self) -> str:
        from hydrosim.comparison.overview import comparison_html

        return comparison_html(self)


def compare(
    *sources: str | Path | xr.Dataset,
    reference: str | None = None,
    by: By | None = None,
    block: int | None = None,
    resamples: int = 2000,
    confidence: float = 0.9,
    seed: int = 1,
    other_water: bool = False,
    progress: Callable[[float], None] | None = None,
) -> Comparison:
    """Compare runs with one of them, pair by pair.

    Parameters
    ----------
    *sources
        Results of runs, folders of runs, of scenarios or of ensembles, Datasets: at least two
        runs in all.
    reference
        Name of the run that the others are compared with; default the first.
    by
        ``year``: differences of the same water years, resampled in blocks; ``member``: of the
        means of the same members. Default ``member`` where there are five or more.
    block
        Years to a block; without it that which the record of each figure asks for.
    resamples
        Number of resampled means.
    confidence
        Share of the intervals that hold the long-run difference.
    seed
        Seed of the resampling.
    other_water
        Compare runs of other records of weather and rivers too: differences are then not those of
        the works and policies alone.
    progress
        Called with the done share in [0, 1].

    Returns
    -------
    Comparison
        Table of figures and verdicts that changed.

    Raises
    ------
    DataError
        If there are fewer than two runs, a source cannot be read, or the runs are unlike.
    """
    sides = read_sides(sources)
    if len(sides) < 2:
        found = _("one run: {name}", name=sides[0].name) if sides else _("nothing")
        raise DataError(COMPARE, found=found, expected=_("two runs or more"))
    sides = _ordered(sides, reference)
    same = check_alike(sides, other_water=other_water)
    first = sides[0]
    members = first.tables.sizes.get("member", 1)
    chosen: By = by or ("member" if members >= 5 else "year")
    if chosen == "member" and members < 2:
        raise DataError(COMPARE, found=_("runs of one member"), expected=_("`--by year`"))
    kept = distinct_members(sides) if chosen == "member" else np.ones(members, dtype=bool)
    record = first.record_years if chosen == "member" else None
    together = first.block_years
    draw = _Draw(chosen, block, resamples, confidence, seed, kept, record, together)
    flags = dry_flags(first.tables)
    tell = progress or (lambda _done: None)
    tell(READ)
    table = _differences(sides, draw, None, lambda done: tell(READ + 0.5 * (1.0 - READ) * done))
    dry = pd.DataFrame(columns=list(COLUMNS))
    if flags is not None and flags.any():
        dry = _differences(
            sides, draw, flags, lambda done: tell(0.5 * (1.0 + READ) + 0.5 * (1.0 - READ) * done)
        )
    return Comparison(
        first.name,
        table,
        dry,
        guarantee_frame(sides, flags),
        _changed(sides),
        chosen,
        block,
        confidence,
        same,
        int((~kept).sum()),
        record,
        record is not None and together == 1,
    )


class _Draw(NamedTuple):
    """How pairs are made and resampled."""

    by: By
    block: int | None
    resamples: int
    confidence: float
    seed: int
    kept: NDArray[np.bool_]
    record_years: int | None
    block_years: int | None


def _differences(
    sides: Sequence[Side],
    draw: _Draw,
    chosen: NDArray[np.bool_] | None,
    tell: Callable[[float], None],
) -> pd.DataFrame:
    """Return each figure of each run beside the reference, of all or of chosen years."""
    first, *others = sides
    base = key_figures(first.tables)
    rows: list[dict[str, Any]] = []
    for number, side in enumerate(others):
        tell(number / len(others))
        figures = key_figures(side.tables)
        for name in FIGURES:
            if name in base and name in figures:
                pair = (base[name], figures[name])
                rows.append({"run": side.name, **_row(pair, name, draw, chosen)})
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    order = {name: place for place, name in enumerate(FIGURES)}
    table = table.sort_values("figure", key=lambda one: one.map(order), kind="stable")
    return table.reset_index(drop=True)


def distinct_members(sides: Sequence[Side]) -> NDArray[np.bool_]:
    """Return which members are no copies of earlier ones in all tables of all runs, (member,)."""
    rows = [
        np.nan_to_num(array.transpose("member", ...).values.reshape(array.sizes["member"], -1))
        for side in sides
        for array in side.tables.data_vars.values()
        if "member" in array.dims and array.dtype.kind == "f"
    ]
    kept = np.ones(sides[0].tables.sizes.get("member", 1), dtype=bool)
    if rows:
        _values, first = np.unique(np.concatenate(rows, axis=1), axis=0, return_index=True)
        kept[:] = False
        kept[first] = True
    return kept


def _ordered(sides: list[Side], reference: str | None) -> list[Side]:
    if reference is None:
        return sides
    names = [side.name for side in sides]
    if reference not in names:
        raise DataError(
            COMPARE,
            found=shown(reference),
            expected=_("a run: {names}", names=", ".join(names)),
            nearest=nearest(reference, names),
        )
    place = names.index(reference)
    return [sides[place], *sides[:place], *sides[place + 1 :]]


def _row(
    pair: tuple[xr.DataArray, xr.DataArray],
    name: str,
    draw: _Draw,
    chosen: NDArray[np.bool_] | None,
) -> dict[str, Any]:
    """Return one figure of one run beside the reference; years that one does not have are out."""
    figure = FIGURES[name]
    reference, value = (figure_grid(one) * figure.factor for one in pair)
    both = np.isfinite(reference) & np.isfinite(value) & draw.kept[:, np.newaxis]
    if chosen is not None:
        both &= chosen
    difference = np.where(both, value - reference, np.nan)
    by_member = draw.by == "member"
    paired = _mean(difference, 1 if by_member else 0)
    known = np.isfinite(paired)
    low, high = interval_of_mean(
        # Years left out keep their place, so that a block is one of years that follow on.
        paired if chosen is not None and not by_member else paired[known],
        block=1 if by_member else draw.block,
        resamples=draw.resamples,
        confidence=draw.confidence,
        seed=draw.seed,
    )
    paired = paired[known]
    among = (float("nan"), float("nan"))
    if by_member and draw.record_years is not None:
        years = draw.record_years
        if chosen is not None:
            years = round(years * float(both.sum()) / float(draw.kept.sum() * both.shape[1]))
        among = interval_of_record(
            difference, years, block_years=draw.block_years,
            resamples=draw.resamples, confidence=draw.confidence, seed=draw.seed,
        )  # fmt: skip
    outer = among if np.isfinite(among[0]) else (low, high)
    clear = bool(outer[0] > 0.0 or outer[1] < 0.0)
    mean = float(paired.mean()) if paired.size else float("nan")
    return {
        "figure": name,
        "title": figure.title,
        "title_zh": figure.title.in_language("zh"),
        "unit": figure.unit,
        "reference": float(np.mean(reference[both])) if both.any() else float("nan"),
        "mean": float(np.mean(value[both])) if both.any() else float("nan"),
        "difference": mean,
        "low": low,
        "high": high,
        "record_low": among[0],
        "record_high": among[1],
        "pairs": int(paired.size),
        "clear": clear,
        "better": figure.better * int(np.sign(mean)) if clear else 0,
    }


def _mean(values: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """Return means without what is missing; nan where all is."""
    there = np.isfinite(values)
    count = there.sum(axis=axis)
    total = np.where(there, values, 0.0).sum(axis=axis)
    return np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)


def _changed(sides: Sequence[Side]) -> pd.DataFrame:
    """Return the verdicts that are not the same in all runs that have them."""
    ids = dict.fromkeys(key for side in sides for key in side.verdicts)
    rows: list[dict[str, str]] = []
    for key in ids:
        verdicts = {side.name: side.verdicts[key] for side in sides if key in side.verdicts}
        if len({verdict.outcome for verdict in verdicts.values()}) < 2:
            continue
        first = next(iter(verdicts.values()))
        row = {"id": key, **{name: getattr(first, name) for name in NAMES}}
        row |= {
            side.name: verdicts[side.name].outcome if side.name in verdicts else ""
            for side in sides
        }
        rows.append(row)
    return pd.DataFrame(rows, columns=["id", *NAMES, *(one.name for one in sides)])
