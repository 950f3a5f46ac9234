"""The verdict board: run all standards, put the verdicts in order, sum them up, write them."""

from __future__ import annotations

import csv
import io
import json
import math
import os
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from hydrosim.io.whole_file import write_whole
from hydrosim.locale import Language
from hydrosim.reading.view import Frame, View
from hydrosim.standards.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    import xarray as xr

    from hydrosim.standards.base import Standard

__all__ = [
    "OUTCOMES",
    "Board",
    "Verdicts",
    "check",
    "details_of",
    "summary",
    "verdict_table",
    "write_verdicts",
]

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


class Verdicts(list[Verdict]):
    """A list of verdicts that shows itself as a table, as text and in a notebook."""

    def __repr__(self) -> str:
        if not self:
            return "no verdicts"
        return "\n".join([self._counts(), self._shown().to_string(index=False)])

    def _repr_html_(self) -> str:
        from hydrosim.standards.board_html import board_html

        return board_html(self)

    def _counts(self) -> str:
        outcomes = [verdict.outcome for verdict in self]
        return ", ".join(f"{outcomes.count(outcome)} {outcome}" for outcome in OUTCOMES)

    def _shown(self) -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame(
            {
                "subject": [verdict.subject for verdict in self],
                "quantity": [verdict.quantity for verdict in self],
                "required": [_rounded(verdict.required) for verdict in self],
                "achieved": [_rounded(verdict.achieved) for verdict in self],
                "unit": [verdict.unit for verdict in self],
                "verdict": [verdict.outcome for verdict in self],
            }
        )


def _rounded(value: float | None) -> str:
    return "-" if value is None or not math.isfinite(value) else f"{value:.6g}"


def check(dataset: xr.Dataset, standards: Sequence[Standard] | Mapping[str, Standard]) -> Verdicts:
    """Return all verdicts on one scenario and member, in an order that the config cannot change.

    Parameters
    ----------
    dataset
        A result; the dimensions scenario and member may stand in it with size 1.
    standards
        The standards of the config, by name or in any order; those that judge the results of the
        other engine are left out.

    Returns
    -------
    Verdicts
        A list of :class:`Verdict`: by family, then by what the standard says, then as the
        standard gives them. Ids are unique: a further verdict of the same id gets ``#2``.

    Raises
    ------
    ValueError
        When the Dataset holds several scenarios or members.
    """
    board = Board(standards)
    return board.judge(board.view(dataset))


class Board:
    """The standards of a config in their order, ready to judge one result after the other.

    Parameters
    ----------
    standards
        The standards, by name or in any order.
    """

    def __init__(self, standards: Sequence[Standard] | Mapping[str, Standard]) -> None:
        given = standards.values() if isinstance(standards, Mapping) else standards
        self._standards = sorted(given, key=_place)
        self._frame: Frame | None = None

    def view(self, dataset: xr.Dataset) -> View:
        """Return a result as standards read it; what an earlier one of the same frame gave is kept.

        Raises
        ------
        ValueError
            When the Dataset holds several scenarios or members.
        """
        view = View(dataset, self._frame)
        self._frame = view.frame
        return view

    def judge(self, view: View) -> Verdicts:
        """Return all verdicts on a result; see :func:`check`."""
        engine = str(view.attrs.get("engine", "supply"))
        verdicts = Verdicts()
        seen: dict[str, int] = {}
        for standard in self._standards:
            if standard.engine != engine:
                continue
            for verdict in standard.check(view):
                count = seen[verdict.id] = seen.get(verdict.id, 0) + 1
                verdicts.append(
                    verdict if count == 1 else replace(verdict, id=f"{verdict.id}#{count}")
                )
        return verdicts


def _place(standard: Standard) -> tuple[int, str, str]:
    content = standard.model_dump(mode="json")
    return (
        standard.rank,
        standard.type_name,
        json.dumps(content, sort_keys=True, ensure_ascii=False),
    )


def details_of(verdict: Mapping[str, Any], language: Language) -> str:
    """Return what a verdict says beside its numbers, or else its reason.

    Parameters
    ----------
    verdict
        A verdict as a dictionary, as verdicts.json holds it.
    language
        "en" or "zh".
    """
    endings = ("_zh", "") if language == "zh" else ("",)
    texts = (verdict.get(f"{key}{ending}") for ending in endings for key in ("details", "reason"))
    return next((str(text) for text in texts if text), "")


def verdict_table(verdicts: Sequence[Verdict]) -> pd.DataFrame:
    """Return the verdicts as a table, one row each, with the outcome in the column ``pass``."""
    import pandas as pd

    return pd.DataFrame([verdict.as_dict() for verdict in verdicts], columns=_columns())


def summary(
    verdicts: Sequence[Verdict], by: Literal["tier", "river", "standard"]
) -> dict[str, dict[str, int]]:
    """Return how many verdicts had each outcome: tier, river or family -> outcome -> count.

    Verdicts without a tier or river stand under the empty name, which comes last.
    """
    counts: dict[str, dict[str, int]] = {}
    under: dict[str, list[str]] = {}
    for verdict in verdicts:
        name = {"tier": verdict.tier, "river": verdict.river, "standard": verdict.standard}[by]
        under.setdefault(name, []).append(verdict.outcome)
    for name, chosen in sorted(under.items(), key=lambda one: (one[0] == "", one[0])):
        counts[name] = {outcome: chosen.count(outcome) for outcome in OUTCOMES}
    return counts


def write_verdicts(verdicts: Sequence[Verdict], folder: str | os.PathLike[str]) -> list[Path]:
    """Write ``verdicts.json`` (a list) and ``verdicts.csv`` into a folder, never half written.

    Numbers that are not finite are written as null, in the CSV as an empty field.

    Returns
    -------
    list of Path
        The two files.
    """
    rows = [
        {key: _written(value) for key, value in verdict.as_dict().items()} for verdict in verdicts
    ]
    text = json.dumps(rows, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, _columns(), lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, "pass": _word(row["pass"])} for row in rows)
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    paths = [target / "verdicts.json", target / "verdicts.csv"]
    for path, content in zip(paths, (text, buffer.getvalue()), strict=True):
        write_whole(path, content)
    return paths


def _columns() -> list[str]:
    return [field.name for field in fields(Verdict) if field.name != "outcome"] + ["pass"]


def _written(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _word(value: Any) -> str:
    return {True: "pass", False: "fail"}[value] if isinstance(value, bool) else str(value)
