"""Structure of supply: main body and supplement, and the share of reclaimed water."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from hydrosim.locale import EMPTY, Message, _, listed, percent, sentences, volume
from hydrosim.reading.glossary import name_of
from hydrosim.reading.gross import gross_by_origin
from hydrosim.reading.items import NotJudged, item_texts, items
from hydrosim.reading.kinds import REPLENISHED, WATER_USE
from hydrosim.reading.steps import whole_years
from hydrosim.reading.supply import claims_of, drawn_by, year_volumes
from hydrosim.reading.words import word
from hydrosim.standards.telling import Requirement, Subject
from hydrosim.units import Fraction

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.reading.view import Result
    from hydrosim.standards.verdict import Verdict

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

__all__ = ["ReclaimedShare", "SupplyStructure"]

_CITY = Subject("whole network", title=_("whole network"))
_MAIN = name_of("share_of_main_sources")
_OF = {
    "supply": (_("reclaimed share of supply"), _("there was no supply")),
    "effluent": (name_of("reclaimed_share_of_effluent"), _("there was no effluent")),
}
_GROUND = ("groundwater_shallow", "groundwater_deep")
_LEAST_SHARE = 5e-5
_KINDS_OF_SOURCE = (
    "yangtze", "yellow", "surface", "groundwater_shallow", "groundwater_deep", "reclaimed",
    "other",
)  # fmt: skip


class SupplyStructure(Requirement):
    """Imports and reservoirs as the main body of supply, the rest as supplement.

    Shares are those of gross supply: what each source gave, with the losses on the way.
    """

    rank: ClassVar[int] = 13
    type: Literal["supply_structure"] = Field(
        "supply_structure", description="Type of the standard."
    )
    main: tuple[str, ...] = Field(
        ("yangtze", "yellow", "surface"), description="Kinds of source that are the main body."
    )
    main_share: Fraction = Field(0.5, description="Least share of the main body; default half.")
    groundwater_share: Fraction | None = Field(
        None, description="Largest share of groundwater, shallow and deep."
    )
    deep_share: Fraction | None = Field(None, description="Largest share of deep groundwater.")
    reclaimed_share: Fraction | None = Field(
        None, description="Largest share of reclaimed water, as a supplement."
    )
    ecological_use: bool = Field(
        False, description="Count water for artificial ecology as supply too."
    )

    def check(self, dataset: Result) -> list[Verdict]:
        """Return the verdict on the main body, and on each supplement with a limit."""
        try:
            volumes, years = _by_kind(dataset, ecological_use=self.ecological_use)
        except NotJudged as missing:
            return [self.not_judged(_CITY, _MAIN, missing.reason, unit="%")]
        total = np.sum(list(volumes.values()), axis=0)
        if total.sum() <= 0:
            reason = _("nothing was supplied")
            return [self.not_judged(_CITY, _MAIN, reason, unit="%")]
        mix = _mix(volumes, total)
        delivered = self._delivered(dataset, years)
        rows: list[
            tuple[Message, tuple[str, ...], float | None, Literal["at least", "at most"]]
        ] = [
            (_MAIN, self.main, self.main_share, "at least"),
            (_("share of groundwater"), _GROUND, self.groundwater_share, "at most"),
            (_("share of deep groundwater"), _GROUND[1:], self.deep_share, "at most"),
            (_("share of reclaimed water"), ("reclaimed",), self.reclaimed_share, "at most"),
        ]
        verdicts: list[Verdict] = []
        for name, kinds, limit, sense in rows:
            if limit is None:
                continue
            part = _sum_of(volumes, kinds, years.size)
            shares = part / np.where(total > 0, total, np.inf)
            worst = int(np.argmin(shares) if sense == "at least" else np.argmax(shares))
            verdicts.append(
                self.judge(
                    _CITY,
                    name,
                    required=100 * limit,
                    achieved=100 * float(part.sum() / total.sum()),
                    unit="%",
                    sense=sense,
                    details=sentences(
                        _("mean gross supply: {mix}", mix=mix),
                        delivered,
                        _worst(years[worst], float(shares[worst])),
                    ),
                )
            )
        return verdicts

    def _delivered(self, dataset: Result, years: Integers) -> Message:
        """Return the shares of what was delivered, where the ledger holds them."""
        if "supplied_by_origin" not in dataset.data_vars:
            return EMPTY
        kinds = (*WATER_USE, *REPLENISHED) if self.ecological_use else WATER_USE
        drawn = drawn_by(dataset, claims_of(dataset, kinds), years)
        volumes = _of_kinds(dataset, drawn, years)
        total = np.sum(list(volumes.values()), axis=0)
        return _("delivered: {mix}", mix=_mix(volumes, total)) if total.sum() > 0 else EMPTY


class ReclaimedShare(Requirement):
    """Reclaimed water used, as a share of the supply or of the effluent that was offered."""

    rank: ClassVar[int] = 12
    type: Literal["reclaimed_share"] = Field("reclaimed_share", description="Type of the standard.")
    share: Fraction = Field(description="Least share of reclaimed water.")
    of: Literal["supply", "effluent"] = Field(
        "supply", description="Share of all supply, or of the effluent that could be reused."
    )
    ecological_use: bool = Field(
        True, description="Count water for artificial ecology as supply too."
    )

    def check(self, dataset: Result) -> list[Verdict]:
        """Return one verdict."""
        quantity, nothing = _OF[self.of]
        try:
            if self.of == "supply":
                volumes, years = _by_kind(dataset, ecological_use=self.ecological_use)
                used = _sum_of(volumes, ("reclaimed",), years.size)
                whole = np.sum(list(volumes.values()), axis=0)
            else:
                used, whole, years = _effluent(dataset)
            if whole.sum() <= 0:
                raise NotJudged(nothing)
        except NotJudged as missing:
            wanted = 100 * self.share
            return [self.not_judged(_CITY, quantity, missing.reason, required=wanted, unit="%")]
        shares = used / np.where(whole > 0, whole, np.inf)
        worst = int(np.argmin(shares))
        return [
            self.judge(
                _CITY,
                quantity,
                required=100 * self.share,
                achieved=100 * float(used.sum() / whole.sum()),
                unit="%",
                sense="at least",
                details=sentences(
                    _(
                        "{used} of {whole}",
                        used=volume(float(used.mean()), a_year=True),
                        whole=volume(float(whole.mean()), a_year=True),
                    ),
                    _worst(years[worst], float(shares[worst])),
                ),
            )
        ]


def _by_kind(dataset: Result, *, ecological_use: bool) -> tuple[dict[str, Floats], Integers]:
    """Return gross supply by kind of source [m3], kind -> (years,), and the complete water years.

    The ledger holds the origin of the water supplied, and its ways what the sources gave for it.
    Without a ledger the withdrawals of the sources count, if local surface water is among them:
    else its share is unknown.
    """
    years = whole_years(dataset)
    kinds = (*WATER_USE, *REPLENISHED) if ecological_use else WATER_USE
    claims = claims_of(dataset, kinds)
    if not claims:
        raise NotJudged(_("the result has no demand"))
    volumes: dict[str, Floats] = {}
    if "supplied_by_origin" in dataset.data_vars:
        volumes = _of_kinds(dataset, gross_by_origin(dataset, claims, years), years)
    else:
        found = item_texts(dataset, "source", "source_kind", "other")
        if "surface" not in found:
            raise NotJudged(
                _(
                    "the run kept no ledger (supplied_by_origin), and without it the share of "
                    "local surface water is unknown"
                )
            )
        for i, kind in enumerate(found):
            taken = year_volumes(dataset, "year_withdrawn", "withdrawn", i, years)
            volumes[kind] = volumes.get(kind, np.zeros(years.size)) + taken
    if not all(np.isfinite(values).all() for values in volumes.values()):
        raise NotJudged(_("the volumes by source hold NaN"))
    return volumes, years


def _of_kinds(dataset: Result, by_origin: dict[str, Floats], years: Integers) -> dict[str, Floats]:
    """Return volumes by kind of origin, kind -> (years,)."""
    volumes: dict[str, Floats] = {}
    kinds = item_texts(dataset, "origin", "origin_kind", "other")
    for name, kind in zip(items(dataset, "origin"), kinds, strict=True):
        volumes[kind] = volumes.get(kind, np.zeros(years.size)) + by_origin[name]
    return volumes


def _effluent(dataset: Result) -> tuple[Floats, Floats, Integers]:
    years = whole_years(dataset)
    kinds = item_texts(dataset, "source", "source_kind")
    plants = [i for i, kind in enumerate(kinds) if kind == "reclaimed"]
    if not plants:
        raise NotJudged(_("the result has no source of reclaimed water"))
    used = np.zeros(years.size)
    offered = np.zeros(years.size)
    for i in plants:
        used = used + year_volumes(dataset, "year_withdrawn", "withdrawn", i, years)
        offered = offered + year_volumes(dataset, None, "available", i, years)
    if not (np.isfinite(used).all() and np.isfinite(offered).all()):
        raise NotJudged(_("the volumes of reclaimed water hold NaN"))
    return used, offered, years


def _sum_of(volumes: dict[str, Floats], kinds: tuple[str, ...], years: int) -> Floats:
    parts = [volumes[kind] for kind in dict.fromkeys(kinds) if kind in volumes]
    return np.sum(parts, axis=0) if parts else np.zeros(years)


def _worst(year: int, share: float) -> Message:
    return _("worst water year {year} with {share}", year=year, share=percent(share))


def _mix(volumes: dict[str, Floats], total: Floats) -> Message:
    shares = {kind: float(got.sum() / total.sum()) for kind, got in volumes.items()}
    order = [*_KINDS_OF_SOURCE, *sorted(set(shares) - set(_KINDS_OF_SOURCE))]
    return listed(
        _("{kind} {share}", kind=word(kind), share=percent(shares[kind]))
        for kind in order
        if shares.get(kind, 0) > _LEAST_SHARE
    )
