"""Runner of Pywr 1 (GPL): its own process, in its own environment."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pywr
from pywr.core import Model
from pywr.parameters import ArrayIndexedScenarioParameter
from pywr.recorders import NumpyArrayNodeRecorder, NumpyArrayStorageRecorder

from benchmarks.peers.channel import serve, timed

SOLVER = {
    "name": "glpk-edge",
    "use_unsafe_api": True,
    "set_fixed_flows_once": True,
    "set_fixed_costs_once": True,
    "set_fixed_factors_once": True,
}
loaded: dict[str, Any] = {}


def build(folder: str) -> Any:
    """Return the model of `pywr_1.json` with the series of `inflow.npy`."""
    text = json.loads(Path(folder, "pywr_1.json").read_text(encoding="utf-8"))
    text["solver"] = SOLVER
    model = Model.load(text)
    inflow = np.load(Path(folder, "inflow.npy"))
    sources = json.loads(Path(folder, "names.json").read_text(encoding="utf-8"))["sources"]
    scenario = model.scenarios["inflow"]
    for name, values in zip(sources, inflow, strict=True):
        node = model.nodes[name]
        parameter = ArrayIndexedScenarioParameter(model, scenario, values)
        if type(node).__name__ == "Catchment":
            node.flow = parameter
        else:
            node.max_flow = parameter
    return model


def load(case: str, folder: str) -> dict[str, Any]:
    """Build a model and set it up."""
    model = build(folder)
    model.setup()
    loaded[case] = model
    return {"version": pywr.__version__, "solver": model.solver.settings}


def run(case: str) -> dict[str, Any]:
    """Run a model that is set up."""
    model = loaded[case]
    processor, wall, _ = timed(model.run)
    return {"processor_s": processor, "wall_s": wall}


def trace(case: str, folder: str) -> dict[str, Any]:
    """Run with recorders on every claim and write `pywr_1.npz`."""
    model = build(folder)
    names = json.loads(Path(folder, "names.json").read_text(encoding="utf-8"))
    flows = [NumpyArrayNodeRecorder(model, model.nodes[n]) for n in names["flows"]]
    stores = [NumpyArrayStorageRecorder(model, model.nodes[n]) for n in names["stores"]]
    model.run()
    np.savez(
        Path(folder, "pywr_1.npz"),
        flow=np.array([np.asarray(recorder.data)[:, 0] for recorder in flows]),
        storage=np.array([np.asarray(recorder.data)[:, 0] for recorder in stores]),
    )
    return {"file": "pywr_1.npz", "case": case}


if __name__ == "__main__":
    serve({"load": load, "run": run, "trace": trace})
