"""Efficiency and structure of water use, total-use cap, soil conservation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from hydrosim.locale import Message, _, amount, percent, sentences, volume
from hydrosim.reading.glossary import name_of
from hydrosim.reading.gross import gross_factor, gross_use
from hydrosim.reading.items import NotJudged, attributes, item_texts, items
from hydrosim.reading.kinds import OFFERED, REPLENISHED, WATER_USE
from hydrosim.reading.steps import YearKind, whole_years
from hydrosim.reading.supply import claims_of, volumes_in
from hydrosim.standards.periods import counted_years, year_name
from hydrosim.standards.tables import basis_of, row_of
from hydrosim.standards.telling import Basis, Requirement, Subject
from hydrosim.units import AnnualVolume, Area, Fraction, WaterIntensity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.reading.view import Result
    from hydrosim.standards.verdict import Verdict

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

__all__ = ["Efficiency", "SoilConservation", "TotalUseCap"]

_SOIL = "soil conservation"
_MEGA = 1e6
_TEN_THOUSAND = 1e4
_KM2 = 1e6
_PER_VALUE = "m3 per 10^4 yuan"
_CITY = Subject("whole network", title=_("whole network"))
_TREATED = _("treated area")
_AT_SOURCES = _("on gross demand, traced to the sources")
_EQUAL = 1e-9


@dataclass(frozen=True)
class _Use:
    """Volumes a year of some claims [m3], (years,): at the sources, and delivered to users."""

    gross_demand: Floats
    gross_supplied: Floats
    demand: Floats
    supplied: Floats

    @property
    def short(self) -> float:
        """Share of the demand that was not delivered."""
        wanted = float(self.demand.sum())
        return 0.0 if wanted <= 0 else 1.0 - float(self.supplied.sum()) / wanted


class Efficiency(Requirement):
    """Water use per 10^4 yuan: industrial use per value added, total use per GDP.

    Both are taken on the gross demand of the planning year: what its sources have to give, with
    all losses of links, plants and networks on the way. Replenishment has no firm demand and is
    counted as released.
    """

    rank: ClassVar[int] = 10
    type: Literal["efficiency"] = Field("efficiency", description="Type of the standard.")
    industry: WaterIntensity | None = Field(
        None, description="Industrial use per value added; default 13 m3/万元."
    )
    total: WaterIntensity | None = Field(None, description="Total use per GDP; default 35 m3/万元.")
    ecological_use: bool = Field(
        True, description="Count artificial ecological use into the total, as the statistics do."
    )
    shortage_max: Fraction = Field(
        0.02, description="Shortage of the uses above which nothing is judged."
    )

    def check(self, dataset: Result) -> list[Verdict]:
        """Return the verdicts on industry and on the total."""
        industry = claims_of(dataset, WATER_USE, uses=("industry",))
        economy = claims_of(dataset, WATER_USE)
        use = item_texts(dataset, "claim", "claim_use")
        firm = [i for i in economy if use[i] != "ecology"]
        green = [i for i in economy if use[i] == "ecology"]
        released = claims_of(dataset, REPLENISHED)
        verdicts: list[Verdict] = []
        for quantity, row, limit, method in (
            (name_of("industrial_use_per_value_added"),
             "industry_target", self.industry,
             lambda target, basis, q: self._industry(dataset, industry, target, basis, q)),
            (name_of("total_use_per_gdp"), "total_target", self.total,
             lambda target, basis, q: self._total(
                 dataset, (firm, green, released), target, basis, q)),
        ):  # fmt: skip
            target, basis = _target(row, limit)
            try:
                verdicts.append(method(target, basis, quantity))
            except NotJudged as missing:
                verdicts.append(
                    self.not_judged(
                        _CITY,
                        quantity,
                        missing.reason,
                        required=target,
                        unit=_PER_VALUE,
                        basis=basis,
                    )
                )
        return verdicts

    def _industry(
        self,
        dataset: Result,
        claims: list[int],
        target: float,
        basis: Basis | None,
        quantity: Message,
    ) -> Verdict:
        value, year = _economy(dataset, "industrial_value_added")
        if not claims:
            raise NotJudged(_("the result has no industrial demand"))
        years = _judged_years(dataset)
        use = _use_of(dataset, claims, years)
        self._refuse_shortage(use, _("industry lacks"))
        per_value = _TEN_THOUSAND / value
        delivered = float(use.supplied.mean()) * per_value
        return self.judge(
            _CITY,
            quantity,
            required=target,
            achieved=float(use.gross_demand.mean()) * per_value,
            unit=_PER_VALUE,
            sense="at most",
            details=sentences(
                _AT_SOURCES,
                _delivered(delivered),
                _worst_year(use.gross_demand * per_value, years),
                year,
            ),
            basis=basis,
        )

    def _total(
        self,
        dataset: Result,
        claims: tuple[list[int], list[int], list[int]],
        target: float,
        basis: Basis | None,
        quantity: Message,
    ) -> Verdict:
        value, year = _economy(dataset, "gdp")
        firm, green, released = claims
        if not firm:
            raise NotJudged(_("the result has no demand"))
        years = _judged_years(dataset)
        economy, parks = _use_of(dataset, firm, years), _use_of(dataset, green, years)
        rivers = _use_of(dataset, released, years)
        self._refuse_shortage(economy, _("the uses lack"))
        ecology = parks.gross_demand + rivers.gross_supplied
        per_value = _TEN_THOUSAND / value
        without = float(economy.gross_demand.mean()) * per_value
        use = economy.gross_demand + (ecology if self.ecological_use else 0.0)
        with_ecology = without + float(ecology.mean()) * per_value
        delivered = economy.supplied.mean() + (
            parks.supplied.mean() + rivers.supplied.mean() if self.ecological_use else 0.0
        )
        other = (
            _("with artificial ecological use; {use} without it", use=amount(without, _PER_VALUE))
            if self.ecological_use
            else _(
                "without artificial ecological use; {use} with it",
                use=amount(with_ecology, _PER_VALUE),
            )
        )
        return self.judge(
            _CITY,
            quantity,
            required=target,
            achieved=float(use.mean()) * per_value,
            unit=_PER_VALUE,
            sense="at most",
            details=sentences(
                _AT_SOURCES,
                _delivered(float(delivered) * per_value),
                other,
                _worst_year(use * per_value, years),
                _per_person(dataset, float(use.mean())),
                year,
            ),
            basis=basis,
        )

    def _refuse_shortage(self, use: _Use, whose: Message) -> None:
        if use.short > self.shortage_max + _EQUAL:
            raise NotJudged(
                _(
                    "{whose} {short} of the demand, more than {most}: a low use would be want, "
                    "not efficiency",
                    whose=whose,
                    short=percent(use.short),
                    most=percent(self.shortage_max),
                )
            )


class TotalUseCap(Requirement):
    """Cap on total water use 用水总量控制: what sources give for users and artificial ecology."""

    rank: ClassVar[int] = 11
    type: Literal["total_use_cap"] = Field("total_use_cap", description="Type of the standard.")
    cap: AnnualVolume = Field(description="Total use allowed in a year.")
    measure: Literal["every_year", "mean"] = Field(
        "every_year", description="Judge the largest complete year, or the mean."
    )
    years: YearKind = Field(
        "calendar", description="Years that are counted: calendar years, as 双控 does, or water."
    )
    ecological_use: bool = Field(True, description="Count artificial ecological use.")

    def check(self, dataset: Result) -> list[Verdict]:
        """Return one verdict."""
        quantity, unit = name_of("gross_use"), "Mm3/year"
        kinds = (*WATER_USE, *REPLENISHED)
        claims = claims_of(dataset, kinds)
        if not self.ecological_use:
            use = item_texts(dataset, "claim", "claim_use")
            claims = [i for i in claims_of(dataset, WATER_USE) if use[i] != "ecology"]
        try:
            if not claims:
                raise NotJudged(_("the result has no demand"))
            years = whole_years(dataset, self.years)
            use = _use_of(dataset, claims, years, self.years)
        except NotJudged as missing:
            cap = self.cap / _MEGA
            return [self.not_judged(_CITY, quantity, missing.reason, required=cap, unit=unit)]
        taken = use.gross_supplied / _MEGA
        over = int((taken > self.cap / _MEGA * (1 + _EQUAL)).sum())
        return [
            self.judge(
                _CITY,
                quantity,
                required=self.cap / _MEGA,
                achieved=float(taken.max() if self.measure == "every_year" else taken.mean()),
                unit=unit,
                sense="at most",
                details=sentences(
                    _(
                        "mean {mean} at the sources, {delivered} of it delivered, while {wanted} "
                        "were wanted at the sources",
                        mean=volume(float(taken.mean()) * _MEGA, a_year=True),
                        delivered=volume(float(use.supplied.mean())),
                        wanted=volume(float(use.gross_demand.mean())),
                    ),
                    _(
                        "{over} of {all} above the cap",
                        over=over,
                        all=counted_years(years.size, self.years),
                    ),
                    _(
                        "worst {year} with {most}",
                        year=year_name(int(years[int(np.argmax(taken))]), self.years),
                        most=volume(float(taken.max()) * _MEGA),
                    ),
                ),
            )
        ]


class SoilConservation(Requirement):
    """Area newly treated against soil erosion a year 新增水土流失治理面积, from the config."""

    rank: ClassVar[int] = 14
    type: Literal["soil_conservation"] = Field(
        "soil_conservation", description="Type of the standard."
    )
    goal: Area = Field(description="Area to be treated each year.")
    treated: Area | dict[int, Area] = Field(
        description="Area treated a year: one number, or one by calendar year."
    )
    name: str = Field(_SOIL, description="Region or programme.")

    def check(self, dataset: Result) -> list[Verdict]:
        """Return one verdict; the Dataset is not needed."""
        del dataset
        title = _("soil conservation") if self.name == _SOIL else None
        subject = Subject(self.name, title=title)
        areas = self.treated if isinstance(self.treated, dict) else {0: self.treated}
        if not areas:
            reason = _("no treated area is given")
            return [self.not_judged(subject, _TREATED, reason)]
        worst = min(areas, key=lambda year: (areas[year], year))
        details = _("the same area every year")
        if isinstance(self.treated, dict):
            good = sum(area >= self.goal * (1 - _EQUAL) for area in areas.values())
            mean = sum(areas.values()) / len(areas) / _KM2
            details = _(
                "worst year {worst}; {good} of {all} years reach the goal; mean {mean}",
                worst=worst,
                good=good,
                all=len(areas),
                mean=amount(mean, "km2/year"),
            )
        return [
            self.judge(
                subject,
                _TREATED,
                required=self.goal / _KM2,
                achieved=areas[worst] / _KM2,
                unit="km2/year",
                sense="at least",
                details=sentences(details, _("stated in the config, not simulated")),
            )
        ]


def _use_of(dataset: Result, claims: list[int], years: Integers, kind: YearKind = "water") -> _Use:
    names = items(dataset, "claim")
    kinds = item_texts(dataset, "claim", "claim_kind")
    sums = [np.zeros(years.size) for _unused in range(4)]
    for i in claims:
        got = volumes_in(dataset, ("year_supplied", "supplied"), i, kind, years)
        gross = gross_use(dataset, i, kind, years).volume
        wanted, gross_wanted = got, gross
        # What takes any water that is offered has no demand of its own.
        if kinds[i] not in OFFERED:
            wanted = volumes_in(dataset, ("year_demand", "demand"), i, kind, years)
            gross_wanted = wanted * gross_factor(dataset, i, kind, years)
        if not (np.isfinite(wanted).all() and np.isfinite(got).all()):
            raise NotJudged(_("the volumes of {name!r} hold NaN", name=names[i]))
        for k, values in enumerate((gross_wanted, gross, wanted, got)):
            sums[k] = sums[k] + values
    return _Use(*sums)


def _judged_years(dataset: Result) -> Integers:
    """Return the years of the planning year: all of them, or its own along a trajectory."""
    years = whole_years(dataset)
    if dataset.attrs.get("mode") != "trajectory":
        return years
    planning = dataset.attrs.get("planning_year")
    chosen = years[years == int(planning)] if planning not in (None, "") else years[:0]
    if chosen.size == 0:
        raise NotJudged(
            _("the trajectory does not cover the whole of the planning year {year}", year=planning)
        )
    return chosen


def _economy(dataset: Result, key: str) -> tuple[float, Message]:
    """Return a sum of money of the config [yuan] and a phrase on its prices."""
    economy: dict[str, Any] = attributes(dataset, "economy") or {}
    value = economy.get(key)
    if value is None or not np.isfinite(float(value)) or float(value) <= 0:
        raise NotJudged(_("the config states no {key} under `economy`", key=key))
    year = economy.get("base_year")
    if not year:
        return float(value), _("prices of a base year that the config leaves out")
    return float(value), _("prices of {year}", year=year)


def _per_person(dataset: Result, use_m3: float) -> str:
    """Return the use of a year per person, where the config says how many are supplied."""
    people = (attributes(dataset, "economy") or {}).get("population")
    if not people:
        return ""
    return _("{volume:.0f} m3 a person and year", volume=use_m3 / float(people))


def _delivered(use: float) -> Message:
    return _("delivered to users: {use}", use=amount(use, _PER_VALUE))


def _target(row_name: str, own: float | None) -> tuple[float, Basis | None]:
    if own is not None:
        return own * _TEN_THOUSAND, None
    row = row_of("efficiency", row_name) or {}
    return float(row["m3_per_10k_yuan"]), basis_of("efficiency", row)


def _worst_year(values: Floats, years: Integers) -> Message:
    worst = int(np.argmax(values))
    return _("highest in water year {year}: {value}", year=years[worst], value=float(values[worst]))
