"""Runner of Pywr 2: its own process, in its own environment."""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pywr import ModelSchema

from benchmarks.peers.channel import serve, timed

SOLVER = "clp"
loaded: dict[str, Any] = {}


def _write_series(folder: Path) -> None:
    """Write each source's inflow as a Parquet file, one column a scenario."""
    inflow = np.load(folder / "inflow.npy")
    names = json.loads((folder / "names.json").read_text(encoding="utf-8"))
    first = np.datetime64(names["start"], "D")
    days = first + np.arange(inflow.shape[1])
    for name, values in zip(names["sources"], inflow, strict=True):
        columns = {"date": pa.array(days.astype("datetime64[ms]"))}
        columns |= {str(s): pa.array(values[:, s].copy()) for s in range(values.shape[1])}
        pq.write_table(pa.table(columns), folder / f"{name}.parquet")


def _build(folder: Path, file: str) -> Any:
    schema = ModelSchema.from_json_string((folder / file).read_text(encoding="utf-8"))
    return schema.build(folder, folder)


def load(case: str, folder: str) -> dict[str, Any]:
    """Build a model from `pywr_2.json` and `inflow.npy`."""
    _write_series(Path(folder))
    loaded[case] = _build(Path(folder), "pywr_2.json")
    return {"version": version("pywr"), "solver": {"name": SOLVER}}


def run(case: str) -> dict[str, Any]:
    """Run a model that is built."""
    model = loaded[case]
    processor, wall, result = timed(lambda: model.run(SOLVER))
    own = result.timings.total_duration
    return {"processor_s": processor, "wall_s": wall, "own_s": own}


def trace(case: str, folder: str) -> dict[str, Any]:
    """Run `pywr_2_trace.json` and write what it keeps as `pywr_2.npz`."""
    _write_series(Path(folder))
    result = _build(Path(folder), "pywr_2_trace.json").run(SOLVER)
    batch = result.network_result.to_record_batch("kept")
    columns = batch.to_pydict()
    order = np.argsort(np.array(columns["time_start"], dtype="datetime64[s]"), kind="stable")
    node, value = np.array(columns["name"])[order], np.array(columns["value"])[order]
    names = json.loads(Path(folder, "names.json").read_text(encoding="utf-8"))
    np.savez(
        Path(folder, "pywr_2.npz"),
        flow=np.array([value[node == name] for name in names["flows"]]),
        storage=np.array([value[node == name] for name in names["stores"]]),
    )
    return {"file": "pywr_2.npz", "case": case}


if __name__ == "__main__":
    serve({"load": load, "run": run, "trace": trace})
