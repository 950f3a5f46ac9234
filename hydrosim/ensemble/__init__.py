"""Ensembles: many possible waters of one model, run in chunks, kept on disk, summed up."""

from hydrosim.ensemble.outlook import run_outlook
from hydrosim.ensemble.runner import EnsembleRun, Progress, run_ensemble
from hydrosim.ensemble.store import open_ensemble

__all__ = ["EnsembleRun", "Progress", "open_ensemble", "run_ensemble", "run_outlook"]
