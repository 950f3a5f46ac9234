"""hydrosim: hydrological scenario simulation for cities that live on several waters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hydrosim.build import Model, build_model
    from hydrosim.comparison import Comparison, compare
    from hydrosim.config.load import load_config
    from hydrosim.ensemble import open_ensemble, run_ensemble, run_outlook
    from hydrosim.flood.judging import check_floods
    from hydrosim.results import open_results
    from hydrosim.scenarios import Scenario, expand_scenarios
    from hydrosim.scenarios.runner import run_scenarios
    from hydrosim.simulation import run
    from hydrosim.standards.board import check
    from hydrosim.state import State, load_state

__version__ = "0.1.0"
__all__ = [
    "Comparison",
    "Model",
    "Scenario",
    "State",
    "__version__",
    "build_model",
    "check",
    "check_floods",
    "compare",
    "expand_scenarios",
    "load_config",
    "load_state",
    "open_ensemble",
    "open_results",
    "run",
    "run_ensemble",
    "run_outlook",
    "run_scenarios",
]

_HOMES = {
    "Comparison": "hydrosim.comparison",
    "Model": "hydrosim.build",
    "Scenario": "hydrosim.scenarios",
    "State": "hydrosim.state",
    "build_model": "hydrosim.build",
    "check": "hydrosim.standards.board",
    "check_floods": "hydrosim.flood.judging",
    "compare": "hydrosim.comparison",
    "expand_scenarios": "hydrosim.scenarios",
    "load_config": "hydrosim.config.load",
    "load_state": "hydrosim.state",
    "open_ensemble": "hydrosim.ensemble",
    "open_results": "hydrosim.results",
    "run": "hydrosim.simulation",
    "run_ensemble": "hydrosim.ensemble",
    "run_outlook": "hydrosim.ensemble",
    "run_scenarios": "hydrosim.scenarios.runner",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that the command line starts fast."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    msg = f"module 'hydrosim' has no attribute {name!r}"
    raise AttributeError(msg)
