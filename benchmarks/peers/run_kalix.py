"""Runner of Kalix: the rule-based counterparts of M and L, and floods, in memory."""

from importlib.metadata import version
from pathlib import Path
from typing import Any

import kalix
import numpy as np

from benchmarks.peers.channel import serve, timed

LEAST_S = 0.1
loaded: dict[str, Any] = {}


def load(case: str, folder: str) -> dict[str, Any]:
    """Load `kalix.ini` with its data file."""
    loaded[case] = kalix.load_file(Path(folder, "kalix.ini"))
    names = loaded[case].sections()
    nodes = sum(name.startswith("node.") for name in names)
    return {"version": version("kalix"), "nodes": nodes}


def run(case: str) -> dict[str, Any]:
    """Run a model that is loaded; short runs are repeated."""
    model = loaded[case]
    processor, wall, _ = timed(model.run, LEAST_S)
    return {"processor_s": processor, "wall_s": wall}


def trace(case: str, folder: str) -> dict[str, Any]:
    """Run and return the mean and the largest value of each recorded output."""
    load(case, folder)
    outputs = loaded[case].run().get_outputs()
    means = {name: float(np.mean(outputs[name])) for name in outputs.columns}
    return {"mean": means, "largest": {name: float(np.max(outputs[name])) for name in means}}


if __name__ == "__main__":
    serve({"load": load, "run": run, "trace": trace})
