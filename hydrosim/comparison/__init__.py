"""Comparison of runs, scenarios and ensembles: paired differences with intervals, verdicts."""

from hydrosim.comparison.compare import Comparison, compare

__all__ = ["Comparison", "compare"]
