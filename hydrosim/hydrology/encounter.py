"""Wet-dry encounter (丰枯遭遇) of two or three sources: tables, probabilities and samples."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hydrosim.hydrology.copula import Copula
from hydrosim.hydrology.copula_fit import pseudo_observations
from hydrosim.hydrology.margin import Pearson3Margin
from hydrosim.hydrology.refusal import refuse
from hydrosim.hydrology.streams import Purpose, uniforms
from hydrosim.hydrology.year_class import CLASS_LIMITS
from hydrosim.locale import _, pgettext

__all__ = [
    "EncounterModel",
    "EncounterTable",
    "encounter_table",
    "observed_encounters",
]

Floats = NDArray[np.float64]

CLASSES = (
    pgettext("encounter", "dry"), pgettext("encounter", "normal"), pgettext("encounter", "wet"),
)  # fmt: skip
# Non-exceedance between dry and normal, normal and wet.
DRY_BELOW = 1.0 - CLASS_LIMITS[3][1]
WET_ABOVE = 1.0 - CLASS_LIMITS[3][0]


@dataclass(frozen=True, eq=False)
class EncounterTable:
    """Probabilities of the nine (or 27) meetings of dry, normal and wet years.

    Attributes
    ----------
    sources : tuple of str
        Names of the sources.
    probabilities : ndarray, shape (3,) * sources
        Probability of each cell, indices in the order dry, normal, wet; of sum one.
    """

    sources: tuple[str, ...]
    probabilities: Floats

    @property
    def synchronous(self) -> float:
        """Probability that all sources are in one class (丰枯同步)."""
        return float(sum(self.probabilities[(k,) * len(self.sources)] for k in range(3)))

    @property
    def all_dry(self) -> float:
        """Probability that all sources are dry (同枯), the case that hurts."""
        return float(self.probabilities[(0,) * len(self.sources)])

    @property
    def complementary(self) -> float:
        """Probability that one source is wet while another is dry (丰枯互济)."""
        return self._sum(lambda cell: 0 in cell and 2 in cell)

    @property
    def helped(self) -> float:
        """Probability that one source is dry while another is normal or wet."""
        return self._sum(lambda cell: 0 in cell and max(cell) > 0)

    def rows(self) -> list[tuple[str, str, float]]:
        """Return (English, Chinese, probability) of each cell, dry first."""
        return [
            (
                ", ".join(
                    f"{source} {CLASSES[k]}" for source, k in zip(self.sources, cell, strict=True)
                ),
                "".join(CLASSES[k].in_language("zh") for k in cell),
                float(self.probabilities[cell]),
            )
            for cell in self._cells()
        ]

    def _cells(self) -> list[tuple[int, ...]]:
        return list(product(range(3), repeat=len(self.sources)))

    def _sum(self, counts: object) -> float:
        chosen = [cell for cell in self._cells() if callable(counts) and counts(cell)]
        return float(sum(self.probabilities[cell] for cell in chosen))


def encounter_table(
    copula: Copula,
    sources: tuple[str, ...],
    *,
    dry_below: float = DRY_BELOW,
    wet_above: float = WET_ABOVE,
) -> EncounterTable:
    """Probabilities of all meetings of dry, normal and wet years from a copula.

    Differences of the copula on the grid (0, dry, wet, 1) in each source.

    Parameters
    ----------
    copula : Copula
        The copula.
    sources : tuple of str
        Names of the sources in the copula's order.
    dry_below, wet_above : float
        Non-exceedance below which a year is dry and above which it is wet [1].

    Returns
    -------
    EncounterTable
        The table.

    Raises
    ------
    ConfigError
        If names and copula do not fit, or the limits do not increase inside 0 to 1.
    """
    size = copula.dimension
    if len(sources) != size:
        refuse(
            "sources",
            _("{count} names", count=len(sources)),
            _("{size} names, as the copula has sources", size=size),
        )
    if not 0.0 < dry_below < wet_above < 1.0:
        refuse(
            "limits",
            _("{dry_below:g} and {wet_above:g}", dry_below=dry_below, wet_above=wet_above),
            _("0 < dry_below < wet_above < 1"),
        )
    edges = np.array([0.0, dry_below, wet_above, 1.0])
    grid = np.stack(np.meshgrid(*[edges] * size, indexing="ij"), axis=-1)
    table = copula.probability(grid)
    for axis in range(size):
        table = np.diff(table, axis=axis)
    return EncounterTable(tuple(sources), table)


def observed_encounters(
    values: ArrayLike,
    sources: tuple[str, ...],
    *,
    dry_below: float = DRY_BELOW,
    wet_above: float = WET_ABOVE,
) -> EncounterTable:
    """Share of years of each meeting in a record, by the ranks m / (n + 1) of each source.

    Parameters
    ----------
    values : array_like, shape (n, d)
        Totals of the sources in the same years.
    sources : tuple of str
        Their names.
    dry_below, wet_above : float
        Non-exceedance below which a year is dry and above which it is wet [1].

    Returns
    -------
    EncounterTable
        Shares of years.

    Raises
    ------
    DataError
        If there are fewer than 10 years, not 2 or 3 sources, or a value is not finite.
    ConfigError
        If names and sources do not fit.
    """
    points = pseudo_observations(values)
    if len(sources) != points.shape[1]:
        refuse(
            "sources",
            _("{count} names", count=len(sources)),
            _("{shape} names", shape=points.shape[1]),
        )
    cells = np.searchsorted([dry_below, wet_above], points, side="right")
    table = np.zeros((3,) * points.shape[1])
    np.add.at(table, tuple(cells.T), 1.0 / points.shape[0])
    return EncounterTable(tuple(sources), table)


@dataclass(frozen=True, eq=False)
class EncounterModel:
    """Sources that meet by a copula and have given margins.

    Attributes
    ----------
    sources : tuple of str
        Names of the sources; they key the random numbers.
    copula : Copula
        How they meet.
    margins : tuple of Pearson3Margin
        Their distributions.

    Raises
    ------
    ConfigError
        If the numbers of sources, margins and the copula's dimension differ.
    """

    sources: tuple[str, ...]
    copula: Copula
    margins: tuple[Pearson3Margin, ...]

    def __post_init__(self) -> None:
        """Refuse parts that do not fit."""
        if not len(self.sources) == len(self.margins) == self.copula.dimension:
            found = _(
                "{names} names and {margins} margins",
                names=len(self.sources),
                margins=len(self.margins),
            )
            refuse("sources", found, _("{dimension} of each", dimension=self.copula.dimension))

    def table(self) -> EncounterTable:
        """Return the encounter table of the copula."""
        return encounter_table(self.copula, self.sources)

    def sample(self, seed: int, member: int, years: int) -> Floats:
        """Draw yearly totals of all sources, shape (sources, years).

        Parameters
        ----------
        seed, member : int
            Key of the member.
        years : int
            Number of years; a longer sample begins with the shorter one.
        """
        chances = self._chances(seed, member, years, 0)
        return self._totals(self.copula.sample(chances.T).T)

    def sample_given(self, first_totals: ArrayLike, seed: int, member: int) -> Floats:
        """Draw the other sources for years in which the first one is known.

        So the availability of imports goes with generated local water: the first source keeps its
        totals, wherever they come from, and the meeting follows the copula.

        Parameters
        ----------
        first_totals : array_like, shape (years,)
            Totals of the first source, in the unit of its margin.
        seed, member : int
            Key of the member.

        Returns
        -------
        ndarray, shape (sources, years)
            Totals of all sources; the first row is what was given.
        """
        known = np.asarray(first_totals, dtype=np.float64)
        chances = self._chances(seed, member, known.size, 1)
        chances[0] = 1.0 - self.margins[0].exceedance(known)
        result = self._totals(self.copula.sample(chances.T).T)
        result[0] = known
        return result

    def _chances(self, seed: int, member: int, years: int, first: int) -> Floats:
        result = np.empty((len(self.sources), years))
        for place, source in enumerate(self.sources):
            if place >= first:
                result[place] = uniforms(seed, member, Purpose.ENCOUNTER, source, "", years)
        return result

    def _totals(self, points: Floats) -> Floats:
        # A probability of exceedance strictly inside 0 to 1, as the quantile wants it.
        return np.stack(
            [
                margin.quantile(np.clip(1.0 - row, 1e-15, 1.0 - 1e-15))
                for margin, row in zip(self.margins, points, strict=True)
            ]
        )
