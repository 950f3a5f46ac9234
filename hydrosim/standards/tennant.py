"""Tennant classes of the flow of half-years (Tennant 1976)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from hydrosim.locale import Bilingual, Message, _, sentences
from hydrosim.reading.glossary import name_of
from hydrosim.reading.items import NotJudged, item_numbers, item_texts, items, position
from hydrosim.reading.steps import by_year, seconds_of
from hydrosim.reading.supply import recorded_items, series
from hydrosim.standards.periods import half_year, in_whole_years
from hydrosim.standards.tables import basis_of, load_table, row_of
from hydrosim.standards.telling import Requirement, Subject
from hydrosim.standards.titles import node_title
from hydrosim.units import Flow

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.reading.view import Result
    from hydrosim.standards.verdict import Verdict

    Floats = NDArray[np.float64]

__all__ = ["Tennant"]

_EQUAL = 1e-9
_TENNANT = name_of("tennant_class")
TennantClass = Literal[
    "maximum", "optimum", "outstanding", "excellent", "good", "fair", "poor", "severe"
]


class Tennant(Requirement):
    """Class reached by the mean flow of October-March and April-September (Tennant 1976).

    Flows are in percent of the mean annual natural flow of the reach, over the same complete
    water years.
    """

    rank: ClassVar[int] = 5
    type: Literal["tennant"] = Field("tennant", description="Type of the standard.")
    reaches: tuple[str, ...] | None = Field(
        None, description="Reaches that are judged; default all with a natural mean flow."
    )
    required: TennantClass = Field("fair", description="Class that both half-years must reach.")
    natural_mean: Flow | None = Field(
        None,
        description="Mean annual natural flow; default that of the recorded natural flow in the"
        " complete water years, then the reach's own.",
    )

    def check(self, dataset: Result) -> list[Verdict]:
        """Return a verdict for each reach and half-year."""
        own = item_numbers(dataset, "reach", "reach_mean_natural_m3s")
        names = items(dataset, "reach")
        recorded = recorded_items(dataset, "natural_discharge")
        flowing = recorded_items(dataset, "discharge")
        known = self.natural_mean is not None
        chosen = self.reaches or tuple(
            sorted(
                name
                for i, name in enumerate(names)
                if i in flowing and (known or i in recorded or np.isfinite(own[i]))
            )
        )
        if not chosen:
            reason = _("no reach has both a recorded discharge and a natural mean flow")
            subject = Subject("all reaches", title=_("all reaches"))
            return [self.not_judged(subject, _TENNANT, reason)]
        verdicts: list[Verdict] = []
        for name in chosen:
            try:
                verdicts.extend(self._judged(dataset, name))
            except NotJudged as missing:
                verdicts.append(
                    self.not_judged(
                        Subject(name, title=node_title(dataset, name)), _TENNANT, missing.reason
                    )
                )
        return verdicts

    def _judged(self, dataset: Result, name: str) -> list[Verdict]:
        reach = position(dataset, "reach", name)
        river = item_texts(dataset, "reach", "reach_river")[reach]
        subject = Subject(name, "", river, node_title(dataset, name))
        inside = in_whole_years(dataset)
        if not inside.any():
            raise NotJudged(_("no water year was run whole"))
        seconds = seconds_of(dataset)
        natural = self._natural_mean(dataset, reach, inside)
        flow = series(dataset, "discharge", reach)
        if not np.isfinite(flow[inside]).all():
            raise NotJudged(_("the discharge holds NaN"))
        table = load_table("tennant")
        wanted = row_of("tennant", self.required) or {}
        verdicts: list[Verdict] = []
        for half, key, summer in (
            (_("October-March"), "october_march", False),
            (_("April-September"), "april_september", True),
        ):
            where, years, length = half_year(dataset, summer=summer)
            volume = by_year(dataset, np.where(where, flow * seconds, 0.0), years)
            shares = dict(zip(years.tolist(), 100 * volume / length / natural, strict=True))
            reached = 100 * _mean(flow, seconds, where) / natural
            worst = min(shares, key=lambda year: (shares[year], year))
            verdicts.append(
                self.judge(
                    subject,
                    _("Tennant class {half}", half=half),
                    required=float(wanted[key]),
                    achieved=reached,
                    unit="% of natural mean flow",
                    sense="at least",
                    details=sentences(
                        _(
                            "class {reached}, required {wanted}",
                            reached=_class_of(table, key, reached),
                            wanted=_class_text(wanted),
                        ),
                        _("natural mean flow {flow} m3/s", flow=natural),
                        _(
                            "worst water year {year} with {share} %, class {reached}",
                            year=worst,
                            share=float(shares[worst]),
                            reached=_class_of(table, key, shares[worst]),
                        ),
                    ),
                    basis=self.basis_or_own(basis_of("tennant", wanted)),
                )
            )
        return verdicts

    def _natural_mean(self, dataset: Result, reach: int, inside: NDArray[np.bool_]) -> float:
        mean = np.nan if self.natural_mean is None else self.natural_mean
        if not np.isfinite(mean) and reach in recorded_items(dataset, "natural_discharge"):
            natural = series(dataset, "natural_discharge", reach)
            mean = _mean(natural, seconds_of(dataset), inside)
        if not np.isfinite(mean):
            mean = float(item_numbers(dataset, "reach", "reach_mean_natural_m3s")[reach])
        if not np.isfinite(mean) or mean <= 0:
            raise NotJudged(_("the natural mean flow is not known"))
        return mean


def _mean(flow: Floats, seconds: Floats, where: NDArray[np.bool_]) -> float:
    return float((flow[where] * seconds[where]).sum() / seconds[where].sum())


def _class_of(table: dict[str, Any], key: str, share: float) -> Message:
    """Return the best class whose lower bound a share [%] reaches."""
    rows: list[dict[str, Any]] = table["rows"]
    return _class_text(next(row for row in rows if share >= float(row[key]) - _EQUAL))


def _class_text(row: dict[str, Any]) -> Message:
    return Bilingual(str(row["name"]), str(row["title"]["zh"]))
