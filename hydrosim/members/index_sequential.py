"""Members that are the record itself, each begun in another year."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from hydrosim.members.base import Draw, Drawn, Method

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from hydrosim.hydrology.record import SeriesRecord

__all__ = ["IndexSequential"]


class IndexSequential(Method):
    """Member m begins with record year m and goes round the record (Kendall & Dracup 1991).

    Member 0 is the record: its years begin with the period unless ``first_month`` says otherwise,
    and then the part of a year before the first whole one comes from the record's last year. A
    record of n years gives n different members; member m + n is member m.
    """

    years_from_start: ClassVar[bool] = True

    type: Literal["index_sequential"] = Field(description="The method.")

    def fit(
        self, record: SeriesRecord, imports: Mapping[str, NDArray[np.int64]], seed: int
    ) -> Draw:
        """Return the members; nothing is drawn at random."""
        from hydrosim.hydrology.member_plan import plan_of_years
        from hydrosim.hydrology.resampling import index_sequential

        del imports, seed

        def draw(member: int, first_year: int, years: int) -> Drawn:
            # A member that begins before the record's first whole year goes back from its end.
            before = max(record.first_year - first_year, 0)
            begin = (member - before) % record.years
            chosen = index_sequential(begin, record.years, years)
            return Drawn(plan_of_years(record, chosen, first_year), {})

        return draw
