"""Runner of HiGHS: one linear program kept warm from day to day, driven from Python."""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import highspy
import numpy as np

from benchmarks.peers.channel import serve, timed
from benchmarks.peers.linear import Day, Program, build_program
from benchmarks.peers.spec import NETWORKS

loaded: dict[str, Any] = {}


def build_solver(program: Program) -> Any:
    """Return HiGHS with a program, quiet and on one thread, without presolve."""
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(program.columns), len(program.rows)
    model.col_cost_ = np.array(program.cost)
    model.col_lower_ = np.zeros(len(program.columns))
    model.col_upper_ = np.array(program.upper)
    model.row_lower_ = model.row_upper_ = np.zeros(len(program.rows))
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.cumsum([0] + [len(e) for e in program.entries])
    model.a_matrix_.index_ = np.array([row for e in program.entries for row, _ in e])
    model.a_matrix_.value_ = np.array([weight for e in program.entries for _, weight in e])
    solver = highspy.Highs()
    for option, value in (("output_flag", False), ("threads", 1), ("presolve", "off")):
        solver.setOptionValue(option, value)
    solver.passModel(model)
    return solver


def load(case: str, folder: str) -> dict[str, Any]:
    """Build the program of a network; the inflow is that of the first scenario."""
    network = NETWORKS[case.split(":")[0]]()
    inflow = np.ascontiguousarray(np.load(Path(folder, "inflow.npy"))[:, :, 0])
    program = build_program(network)
    names = json.loads(Path(folder, "names.json").read_text(encoding="utf-8"))
    days = np.datetime64(names["start"], "D") + np.arange(inflow.shape[1])
    months = (days.astype("datetime64[M]").astype(int) % 12).tolist()
    loaded[case] = (network, program, Day(network, program, inflow), months)
    return {"version": version("highspy")}


def simulate(case: str, kept: list[str] | None = None) -> Any:
    """Run all days from the initial storages; return the flows of the columns kept."""
    network, program, day, months = loaded[case]
    solver = build_solver(program)
    storage = np.array([store.volume * store.filled for store in network.stores])
    columns = np.array([program.columns[name] for name in kept or []], dtype=int)
    result = np.zeros((columns.size, len(months)))
    changing, rows = day.changing.astype(np.int32), day.rows.astype(np.int32)
    zeros = np.zeros(changing.size)
    for t, month in enumerate(months):
        right = day.right(t, storage)
        solver.changeColsBounds(changing.size, changing, zeros, day.upper(t, month, storage))
        solver.changeRowsBounds(rows.size, rows, right, right)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            message = f"step {t}: {solver.modelStatusToString(solver.getModelStatus())}"
            raise RuntimeError(message)
        x = np.array(solver.getSolution().col_value)
        storage = np.maximum(x[day.store_column], 0.0)
        result[:, t] = x[columns]
    return result


def run(case: str) -> dict[str, Any]:
    """Run and time a network."""
    processor, wall, _ = timed(lambda: simulate(case))
    return {"processor_s": processor, "wall_s": wall}


def trace(case: str, folder: str) -> dict[str, Any]:
    """Run and write every claim as `highs.npz`."""
    load(case, folder)
    names = json.loads(Path(folder, "names.json").read_text(encoding="utf-8"))
    flow = simulate(case, names["flows"])
    storage = simulate(case, names["stores"])
    np.savez(Path(folder, "highs.npz"), flow=flow, storage=storage)
    return {"file": "highs.npz"}


if __name__ == "__main__":
    serve({"load": load, "run": run, "trace": trace})
