"""Runs of a model with other series that share a workspace tell the same as runs alone."""

import json

import numpy as np
import pytest

from hydrosim import load_config
from hydrosim.ensemble.member import MemberRunner
from hydrosim.standards.board import Board, check
from hydrosim.supply.run_buffers import Workspace
from hydrosim.supply.simulation import run

CONFIG = "configs/month_lake.yaml"


@pytest.fixture(scope="module")
def runner():
    return MemberRunner(load_config(CONFIG))


def same(first, second):
    assert list(first.variables) == list(second.variables)
    assert list(first.attrs.items()) == list(second.attrs.items())
    for name in first.variables:
        own, other = first.variables[name], second.variables[name]
        assert (own.dims, own.dtype, own.attrs) == (other.dims, other.dtype, other.attrs)
        assert np.ascontiguousarray(own.values).tobytes() == other.values.tobytes(), name


def test_runs_that_share_a_workspace_have_the_bits_of_runs_alone(runner):
    workspace = Workspace(runner.model)
    for member in (3, 0, 3):
        shared = run(runner.model_of(member), ledger=False, workspace=workspace)
        same(shared, run(runner.model_of(member), ledger=False))


def test_a_board_that_has_judged_others_says_the_same(runner):
    board = Board(runner.model.config.standards)
    for member in (2, 5):
        dataset = run(runner.model_of(member), ledger=False)
        assert board.judge(board.view(dataset)) == check(dataset, runner.model.config.standards)


def test_a_result_of_other_steps_has_a_frame_of_its_own(runner):
    board = Board(runner.model.config.standards)
    dataset = run(runner.model_of(1), ledger=False)
    board.judge(board.view(dataset))
    part = dataset.isel(time=slice(0, 240))
    assert board.judge(board.view(part)) == check(part, runner.model.config.standards)


def test_a_workspace_refuses_a_run_from_a_state(runner, tmp_path):
    model = runner.model_of(0)
    file = tmp_path / "state.npz"
    run(model, save_state=file, save_at=str(model.calendar.starts[24].astype("datetime64[D]")))
    with pytest.raises(ValueError, match="from the first step on, not from a state"):
        run(model, from_state=file, workspace=Workspace(model))


def test_the_proof_is_that_of_the_run(runner):
    workspace = Workspace(runner.model)
    proofs = [
        json.loads(
            run(runner.model_of(member), ledger=False, workspace=workspace).attrs["certificate"]
        )
        for member in (0, 1)
    ]
    assert proofs[0]["largest_row_closure_at"] != proofs[1]["largest_row_closure_at"] or (
        proofs[0]["largest_network_closure"] != proofs[1]["largest_network_closure"]
    )
