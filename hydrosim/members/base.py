"""What every way of making members is: a frozen schema that fits a record and draws from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from hydrosim.registry import Typed

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from hydrosim.hydrology.member_plan import MemberPlan
    from hydrosim.hydrology.record import SeriesRecord

__all__ = ["Draw", "Drawn", "Method"]


@dataclass(frozen=True, eq=False)
class Drawn:
    """The water of one member.

    Attributes
    ----------
    plan
        Steps of the record and factors for the local series.
    import_years
        Record year of each year of the plan by import, where it is another than the plan's.
    """

    plan: MemberPlan
    import_years: Mapping[str, NDArray[np.int64]]


class Draw(Protocol):
    """A fitted method: any member alone, in any process, with the same bits."""

    def __call__(self, member: int, first_year: int, years: int) -> Drawn:
        """Return a member of whole years from that which begins in a calendar year."""
        ...


class Method(Typed):
    """How members get their water; a method is one file under ``hydrosim/members/``."""

    years_from_start: ClassVar[bool] = False
    """Whether years of the record begin, by default, in the month in which the period begins;
    else in that of the water year."""

    def fit(
        self, record: SeriesRecord, imports: Mapping[str, NDArray[np.int64]], seed: int
    ) -> Draw:
        """Fit the method.

        Parameters
        ----------
        record
            Whole years of the local series.
        imports
            Rank of each record year by what an import offers, poorest 0; shape (years,).
        seed
            Seed of the ensemble.

        Raises
        ------
        ConfigError, DataError
            If the record does not suit the method.
        """
        raise TypeError(type(self).__name__)
