"""Members of blocks of record years drawn at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from hydrosim.members.base import Draw, Drawn, Method

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from hydrosim.hydrology.record import SeriesRecord

__all__ = ["BlockBootstrap"]


class BlockBootstrap(Method):
    """Blocks of whole record years, drawn with replacement (Politis & Romano 1992).

    Blocks keep the order of years within them, so that dry years still follow one another.
    """

    type: Literal["block_bootstrap"] = Field(description="The method.")
    block_years: int = Field(3, ge=1, description="Years of a block.")

    def fit(
        self, record: SeriesRecord, imports: Mapping[str, NDArray[np.int64]], seed: int
    ) -> Draw:
        """Return the members."""
        from hydrosim.hydrology.member_plan import plan_of_years
        from hydrosim.hydrology.resampling import block_bootstrap

        del imports

        def draw(member: int, first_year: int, years: int) -> Drawn:
            chosen = block_bootstrap(seed, member, record.years, years, self.block_years)
            return Drawn(plan_of_years(record, chosen, first_year), {})

        # Blocks longer than the record raise an error here, not at the first draw.
        block_bootstrap(seed, 0, record.years, 1, self.block_years)
        return draw
