"""`annual_maxima:` of a frequency curve: the record, what is known beside it, how it is fitted."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hydrosim.locale import _
from hydrosim.parts.data_file import ColumnName, FlowOrVolumeUnit, LaidOut, is_flow
from hydrosim.units import FLOW, VOLUME, Number, convert, reject, unit_factor

__all__ = ["AnnualMaxima", "Held"]

FITTING = ("criterion", "mean_from_moments", "hold")
LOW_OUTLIERS = ("multiple_grubbs_beck", "none")
EXPECTED = ("low_outliers", "regional_skew", "ranges")


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Held(_Block):
    """Parameters of a Pearson III curve that its fitting leaves as they are."""

    mean: float | str | None = Field(
        None, description="Mean, in the unit of the column or with a unit."
    )
    cv: Number | None = Field(None, description="Coefficient of variation Cv.")
    cs: Number | None = Field(None, description="Coefficient of skewness Cs.")
    cs_over_cv: Number | None = Field(None, description="Cs as a multiple of Cv.")

    @model_validator(mode="after")
    def _holds(self) -> Held:
        if self.cs is not None and self.cs_over_cv is not None:
            reject(None, _("one of `cs` and `cs_over_cv`"), found=_("both"), key="cs")
        for key in ("cv", "cs_over_cv"):
            value = getattr(self, key)
            if value is not None and value <= 0.0:
                reject(value, _("a number above 0"), key=key)
        return self


class RegionalSkew(_Block):
    """Skew of the logarithms of floods in the region, weighted with that of the station."""

    skew: Number = Field(description="Regional skew of the common logarithms.")
    mse: Number = Field(description="Its mean square error.")

    @model_validator(mode="after")
    def _errs(self) -> RegionalSkew:
        if self.mse <= 0.0:
            reject(self.mse, _("a number above 0"), key="mse")
        return self


class Range(_Block):
    """Years outside the record whose floods are known by a range."""

    years: int = Field(1, ge=1, description="Number of years.")
    low: float | str = Field(
        0.0, description="Least flood of them, in the unit of the column or with a unit."
    )
    high: float | str = Field(
        description="Greatest flood of them, or the perception threshold (感知阈值) that none of "
        "them reached."
    )


class _Record(_Block):
    """What is asked of a record of floods in any case."""

    file: str = Field(description="Text table, workbook or Parquet file, a row a year.")
    column: ColumnName = Field(description="Column of the greatest flow or volume of each year.")
    unit: FlowOrVolumeUnit = Field("m3/s", description="Unit of the column.")
    rows: Literal["years", "days"] = Field(
        "years",
        description="years: a row is the greatest flood of its year; days: rows are days, or "
        "shorter, and the greatest flow of each whole calendar year counts.",
    )
    historical: tuple[float | str, ...] = Field(
        (),
        description="Floods from before the record that are among the greatest of the survey "
        "period (历史洪水), in the unit of the column or with a unit.",
    )
    survey_years: int | None = Field(
        None,
        ge=1,
        description="Years for which historical and extraordinary floods are complete, the "
        "record among them (调查考证期).",
    )
    extreme_in_record: int = Field(
        0,
        ge=0,
        description="How many of the greatest floods of the record rank among those of the survey "
        "period (特大值处理).",
    )
    distribution: Literal["pearson3", "log_pearson3", "lognormal", "gumbel"] = Field(
        "pearson3", description="Law of the annual maxima."
    )
    method: Literal["moments", "l_moments", "curve_fitting", "expected_moments"] = Field(
        "curve_fitting",
        description="How the parameters are found (矩法, 线性矩法, 适线法, 期望矩法); "
        "expected_moments with log_pearson3, after Bulletin 17C.",
    )
    plotting: Literal["unified", "separate"] = Field(
        "unified",
        description="Empirical probabilities with extraordinary floods (统一样本法, 分别处理法).",
    )
    criterion: Literal["least_squares", "absolute", "relative"] | None = Field(
        None,
        description="What curve fitting makes least: squares, absolute or relative deviations "
        "(离差平方和, 离差绝对值和, 相对离差平方和); default least_squares.",
    )
    mean_from_moments: bool = Field(
        False, description="Whether curve fitting of Pearson III holds the mean of the sample."
    )
    hold: Held | None = Field(
        None, description="Parameters of Pearson III that curve fitting holds."
    )
    skew_form: Literal["textbook", "unbiased"] | None = Field(
        None, description="Form of Cs by moments; default textbook, of logarithms unbiased."
    )
    low_outliers: float | str | None = Field(
        None,
        description="multiple_grubbs_beck, none, or a flood below which floods are low outliers "
        "(低异常值) of expected moments; default multiple_grubbs_beck.",
    )
    regional_skew: RegionalSkew | None = Field(
        None, description="Regional skew (区域偏态系数) of expected moments; default none."
    )
    ranges: tuple[Range, ...] = Field(
        (),
        description="Years outside record and survey period whose floods are known by a range or "
        "below a threshold, for expected moments.",
    )


class AnnualMaxima(LaidOut, _Record):
    """A record of annual floods from which a frequency curve is fitted."""

    @model_validator(mode="after")
    def _fits(self) -> AnnualMaxima:
        for key in self.given("zone", "stamp", "select"):
            reject(
                None,
                _("none: a flood belongs to its year"),
                found=_("the key `{key}`", key=key),
                key=key,
            )
        if self.rows == "days" and not is_flow(self.unit):
            expected = _("a flow such as m3/s, whose greatest of a year counts")
            reject(self.unit, expected, found=_("days in {unit}", unit=self.unit), key="rows")
        for flood in self.historical:
            self._amount(flood, "historical")
        for low, high in ((one.low, one.high) for one in self.ranges):
            if not self._amount(low, "ranges") < self._amount(high, "ranges"):
                found = _("{low} to {high}", low=low, high=high)
                reject(None, _("a flood, and a greater one"), found=found, key="ranges")
        self._refuse_unused()
        if self.low_outliers is not None and self.low_outliers not in LOW_OUTLIERS:
            self._amount(self.low_outliers, "low_outliers")
        return self

    def _refuse_unused(self) -> None:
        """Refuse rules that the method or the law does not read."""
        for key in self.given(*FITTING) if self.method != "curve_fitting" else ():
            self._refuse_key(key, _("none by {method}", method=self.method))
        for key in self.given(*EXPECTED) if self.method != "expected_moments" else ():
            self._refuse_key(key, _("none by {method}", method=self.method))
        if self.method == "expected_moments" and self.distribution != "log_pearson3":
            reject(self.method, _("log_pearson3 as `distribution`"), key="method")
        if self.method != "moments" and self.skew_form is not None:
            self._refuse_key("skew_form", _("none by {method}", method=self.method))
        held = self.mean_from_moments or self.hold is not None
        if held and self.distribution != "pearson3":
            key = "mean_from_moments" if self.mean_from_moments else "hold"
            self._refuse_key(key, _("none with {law}", law=self.distribution))
        if self.hold is not None and self.hold.mean is not None:
            if self.mean_from_moments:
                self._refuse_key("mean_from_moments", _("one of it and `hold: {mean: ...}`"))
            if self._amount(self.hold.mean, "hold") <= 0.0:
                reject(self.hold.mean, _("a mean above 0"), key="hold")

    def _refuse_key(self, key: str, expected: str) -> None:
        reject(None, expected, found=_("the key `{key}`", key=key), key=key)

    def _amount(self, value: float | str, key: str) -> float:
        """Return a flood in SI: a number is in the unit of the column."""
        dimension = FLOW if is_flow(self.unit) else VOLUME
        if not isinstance(value, str):
            amount = value * unit_factor(self.unit, dimension)
            if not 0.0 <= amount < float("inf"):
                reject(value, _("a flood of 0 or more"), key=key)
            return amount
        try:
            return convert(value, dimension)
        except ValueError as error:
            reject(value, dimension.phrase, note=error.args[0], key=key)

    @property
    def historical_si(self) -> list[float]:
        """Historical floods in SI."""
        return [self._amount(flood, "historical") for flood in self.historical]

    @property
    def ranges_si(self) -> list[tuple[int, float, float]]:
        """Years known by ranges: their number and both ends in SI."""
        return [
            (one.years, self._amount(one.low, "ranges"), self._amount(one.high, "ranges"))
            for one in self.ranges
        ]

    @property
    def moment_rules(self) -> dict[str, Any]:
        """What expected moments go by, by the names of ``MomentRules``, in SI."""
        given, regional = self.low_outliers, self.regional_skew
        if given is None:
            given = "multiple_grubbs_beck"
        elif given not in LOW_OUTLIERS:
            given = self._amount(given, "low_outliers")
        return {
            "low_outliers": given,
            "regional_skew": regional and regional.skew,
            "regional_error": regional and regional.mse,
        }

    @property
    def rules(self) -> dict[str, Any]:
        """What curve fitting goes by, by the names of ``FitRules``, in SI."""
        held = self.hold or Held.model_validate({})
        return {
            "criterion": self.criterion or "least_squares",
            "mean": None if held.mean is None else self._amount(held.mean, "hold"),
            "variation": held.cv,
            "skewness": held.cs,
            "skewness_ratio": held.cs_over_cv,
        }
