"""The flood engine's kernels: pools, reaches, basins, joint operation and the loop over time.

Nothing is imported here, so that the codes can be read without loading numba.
"""

from __future__ import annotations
