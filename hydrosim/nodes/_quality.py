"""Raw water on its way to a domestic use: what a source says of its quality, as a check."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from hydrosim.errors import Fault
from hydrosim.locale import _
from hydrosim.nodes._checks import node_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hydrosim.nodes.base import WholeConfig

__all__ = ["QUALITY", "raw_water_warnings"]

QUALITY = (
    "Quality of the water; where `raw` is written, a domestic use that it reaches without a "
    "treatment plant is warned of."
)
"""What the key says of itself."""


def raw_water_warnings(name: str, config: WholeConfig) -> Iterator[Fault]:
    """Yield a warning for each source that says `quality: raw` and reaches a use untreated.

    Ways are followed up through nodes that pass on what links bring, to the first treatment plant
    or store.

    Parameters
    ----------
    name
        Name of the domestic use.
    config
        The whole configuration.
    """
    if not any(node.says_raw for node in config.link_ends.sources_with_quality):
        return
    ways = {name: name}
    waiting = deque([name])
    while waiting:
        end = waiting.popleft()
        for start in sorted({link.start for link in config.link_ends.reaching(end)}):
            node = node_of(config, start)
            if node is None or start in ways:
                continue
            ways[start] = f"{start} > {ways[end]}"
            if node.says_raw:
                yield Fault(
                    (),
                    _("raw water on the way {ways}", ways=ways[start]),
                    _("a treatment plant on the way, or `quality: potable` at the source"),
                    severity="warning",
                )
            elif node.conveys and not node.treats and not node.is_store:
                waiting.append(start)
