"""Scenarios: what a config with axes is expanded to, runs of all of them, comparison."""

from hydrosim.scenarios.expand import Scenario, expand_scenarios

__all__ = ["Scenario", "expand_scenarios"]
