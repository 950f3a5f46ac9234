"""Groundwater: volume and level together (水量、水位双控), spring head, coastal head."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from hydrosim.standards.reading import (
    SECONDS_PER_DAY,
    NotJudged,
    has,
    item_numbers,
    item_texts,
    items,
    position,
    seconds_of,
    series,
    whole_years,
    year_of_steps,
    year_volumes,
)
from hydrosim.standards.telling import (
    Requirement,
    Subject,
    number,
    percent,
    sentences,
    store_subject,
)
from hydrosim.units import AnnualVolume, Depth, Fraction, Level

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from hydrosim.standards.verdict import Verdict

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = ["CoastalHead", "Groundwater", "SpringHead"]

_MEGA = 1e6
_UNIT = "Mm3/year"
_EQUAL = 1e-9
_PUMPED, _DEPTH, _BOTH = "pumped volume", "share of days with level", "volume and level"


class Groundwater(Requirement):
    """Pumping cap and water level of aquifers, each alone and both together (双控)."""

    type: Literal["groundwater"] = Field("groundwater", description="Type of the standard.")
    stores: tuple[str, ...] | None = Field(
        None, description="Aquifers that are judged; default all."
    )
    pumping_cap: AnnualVolume | None = Field(
        None, description="Volume that may be pumped from each aquifer in a water year."
    )
    depth_max: Depth | None = Field(
        None, description="Largest allowed depth to water; default the aquifer's own."
    )
    level_min: Level | None = Field(
        None, description="Lowest allowed head; default the aquifer's own. Used without a depth."
    )
    share: Fraction = Field(1.0, description="Share of days that must keep depth or level.")

    def check(self, dataset: xr.Dataset) -> list[Verdict]:
        """Return volume, level and both for each aquifer."""
        kinds = item_texts(dataset, "store", "store_type")
        chosen = self.stores or tuple(
            sorted(
                name
                for name, kind in zip(items(dataset, "store"), kinds, strict=True)
                if kind == "aquifer"
            )
        )
        if not chosen:
            subject = Subject("all aquifers")
            return [self.not_judged(subject, _BOTH, "the result has no aquifer")]
        verdicts: list[Verdict] = []
        for name in chosen:
            subject = store_subject(dataset, name)
            pair: list[Verdict] = []
            for quantity, method in ((_PUMPED, self._pumped), (_DEPTH, self._level)):
                try:
                    pair.append(method(dataset, subject))
                except NotJudged as missing:
                    pair.append(self.not_judged(subject, quantity, str(missing)))
            verdicts.extend((*pair, self._both(subject, pair)))
        return verdicts

    def _pumped(self, dataset: xr.Dataset, subject: Subject) -> Verdict:
        if self.pumping_cap is None:
            msg = "no `pumping_cap` is set"
            raise NotJudged(msg)
        store = position(dataset, "store", subject.name)
        years = whole_years(dataset)
        if has(dataset, "pumped"):
            volume = year_volumes(dataset, None, "pumped", store, years)
        else:
            volume = _withdrawn_from(dataset, subject.name, years)
        if not np.isfinite(volume).all():
            msg = "the pumped volume holds NaN"
            raise NotJudged(msg)
        worst = int(np.argmax(volume))
        over = int((volume > self.pumping_cap * (1 + _EQUAL)).sum())
        return self.judge(
            subject,
            _PUMPED,
            required=self.pumping_cap / _MEGA,
            achieved=float(volume[worst]) / _MEGA,
            unit=_UNIT,
            sense="at most",
            told=sentences(
                f"Worst water year {years[worst]}; mean {number(float(volume.mean()) / _MEGA)}"
                f" {_UNIT}; {over} of {years.size} complete water years above the cap"
            ),
        )

    def _level(self, dataset: xr.Dataset, subject: Subject) -> Verdict:
        store = position(dataset, "store", subject.name)
        depth_max = self.depth_max
        if depth_max is None and self.level_min is None:
            own = float(item_numbers(dataset, "store", "depth_max_m")[store])
            depth_max = own if np.isfinite(own) else None
        if depth_max is not None:
            depth = series(dataset, "depth_to_water", store)
            return _share_verdict(
                self, dataset, (subject, _DEPTH), depth, depth > depth_max + _EQUAL,
                f"depth to water of at most {number(depth_max)} m", self.share, deepest=True,
            )  # fmt: skip
        low = self.level_min
        if low is None:
            low = float(item_numbers(dataset, "store", "level_min_m")[store])
        if not np.isfinite(low):
            msg = "neither a largest depth nor a lowest level is set"
            raise NotJudged(msg)
        level = series(dataset, "level", store)
        return _share_verdict(
            self, dataset, (subject, _DEPTH), level, level < low - _EQUAL,
            f"level of at least {number(low)} m", self.share, deepest=False,
        )  # fmt: skip

    def _both(self, subject: Subject, pair: list[Verdict]) -> Verdict:
        words = {"pass": "kept", "fail": "broken"}
        told = "; ".join(f"{v.quantity} {words.get(v.outcome, v.outcome)}" for v in pair)
        outcomes = {v.outcome for v in pair}
        if "fail" in outcomes:
            return self._verdict(subject, _BOTH, "fail", sentences(told))
        if outcomes == {"pass"}:
            return self._verdict(subject, _BOTH, "pass", sentences(told))
        return self.not_judged(subject, _BOTH, told)


class _Head(Requirement):
    """A head that an aquifer must keep."""

    store: str = Field(description="Aquifer whose head is judged.")
    level: Level = Field(description="Lowest head that counts.")
    share: Fraction = Field(1.0, description="Share of days with at least that head.")

    def _judged(self, dataset: xr.Dataset, name: str, quantity: str, told: str) -> Verdict:
        found = store_subject(dataset, self.store)
        subject = Subject(name or self.store, found.tier, found.river)
        try:
            level = series(dataset, "level", position(dataset, "store", self.store))
            return _share_verdict(
                self, dataset, (subject, quantity), level, level < self.level - _EQUAL,
                f"{told} {number(self.level)} m in {self.store}", self.share, deepest=False,
            )  # fmt: skip
        except NotJudged as missing:
            return self.not_judged(subject, quantity, str(missing), unit="% of days")


class SpringHead(_Head):
    """Share of days on which the head keeps a spring running."""

    type: Literal["spring_head"] = Field("spring_head", description="Type of the standard.")
    spring: str | None = Field(None, description="Name of the spring; default the aquifer's.")

    def check(self, dataset: xr.Dataset) -> list[Verdict]:
        """Return one verdict."""
        quantity, told = "share of days with spring head", "head for the spring of at least"
        return [self._judged(dataset, self.spring or "", quantity, told)]


class CoastalHead(_Head):
    """Share of days on which the head near the coast keeps sea water out."""

    type: Literal["coastal_head"] = Field("coastal_head", description="Type of the standard.")

    def check(self, dataset: xr.Dataset) -> list[Verdict]:
        """Return one verdict."""
        quantity, told = "share of days with coastal head", "head against the sea of at least"
        return [self._judged(dataset, "", quantity, told)]


def _share_verdict(
    standard: Requirement,
    dataset: xr.Dataset,
    what: tuple[Subject, str],
    values: Floats,
    bad: Flags,
    told: str,
    share: float,
    *,
    deepest: bool,
) -> Verdict:
    if not np.isfinite(values).all():
        msg = f"the level is not a number on {int((~np.isfinite(values)).sum())} steps"
        raise NotJudged(msg)
    days = seconds_of(dataset) / SECONDS_PER_DAY
    extreme = int(np.argmax(values) if deepest else np.argmin(values))
    time = dataset.variables["time"].values
    word = "Deepest" if deepest else "Lowest"
    first, last, most = (number(float(values[k])) for k in (0, -1, extreme))
    parts = [
        f"Wanted {told} on {percent(share)} of days",
        f"{word} {most} m on {time[extreme].astype('datetime64[D]')}; from {first} m at the start"
        f" to {last} m at the end",
    ]
    if bad.any():
        of_step = year_of_steps(dataset)
        years = np.unique(of_step)
        lost = np.array([days[bad & (of_step == year)].sum() for year in years])
        worst = int(np.argmax(lost))
        parts.append(f"Worst water year {years[worst]} with {number(float(lost[worst]))} days out")
    return standard.judge(
        what[0],
        what[1],
        required=100 * share,
        achieved=100 * float(days[~bad].sum() / days.sum()),
        unit="% of days",
        sense="at least",
        told=sentences(*parts),
    )


def _withdrawn_from(dataset: xr.Dataset, store: str, years: NDArray[np.int64]) -> Floats:
    """Return what sources at an aquifer took [m3], (years,)."""
    nodes = item_texts(dataset, "source", "source_node")
    sources = [i for i, node in enumerate(nodes) if node == store]
    if not sources:
        msg = f"the run recorded neither the pumping of {store!r} nor a source there"
        raise NotJudged(msg)
    volumes = [year_volumes(dataset, "year_withdrawn", "withdrawn", i, years) for i in sources]
    return np.sum(volumes, axis=0)
