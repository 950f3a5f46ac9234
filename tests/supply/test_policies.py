"""Policies whose ladders name unlike numbers of claims: the same bits in every process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import hydrosim
from hydrosim.config.load import config_from_text
from hydrosim.errors import ConfigError, SimulationError
from hydrosim.supply.build import build_model, check_model
from tests.conftest import ROOT

LONG = os.environ.get("HYDROSIM_LONG") == "1"
NETWORKS = 2000 if LONG else 10

REUSE = """\
hydrosim: 1
period: {{start: 2001-01-01, end: 2001-12-31, step: day}}
ladder: [{own}]
policy: {policy}
policies:
  other: {{ladder: [{other}]}}
rules:
  inflow: {{type: profile, unit: m3/s, values: [2, 2, 3, 2, 2, 4, 16, 26, 10, 6, 4, 3]}}
{rules}
nodes:
  reservoir:
    type: reservoir
    storage_curve: {{level: [180 m, 200 m, 210 m], storage: [0.2 亿m3, 2.2 亿m3, 4.0 亿m3]}}
    levels: {{dead: 182 m, normal: 200 m}}
    initial: 60 %
    local_inflow: inflow
  city: {{type: demand, use: industry, amount: 2.6 亿m3/year, return: {{share: 75 %, to: plant}}}}
  plant: {{type: reclaimed_plant, capacity: 1 m3/s, discharge_to: sea}}
  sea: {{type: outlet}}
links:
  - {{from: reservoir, to: city, type: pipe}}
  - {{from: reservoir, to: sea, type: river}}
  - {{from: plant, to: city}}
"""
LINES = "flood_limit, industry, storage"


def reuse(own=LINES, other=LINES, policy="other", rules=""):
    text = REUSE.format(own=own, other=other, policy=policy, rules=rules)
    return config_from_text(text, "reuse.yaml")


def hashes(*, poison: str, backwards: bool) -> dict[str, str]:
    """Return the hashes of random cities, run in a process whose memory starts otherwise."""
    command = [sys.executable, "-m", "tests.models.random_policies", str(NETWORKS)]
    done = subprocess.run(
        [*command, "--backwards"] if backwards else command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "MALLOC_PERTURB_": poison},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"ends with {done.returncode}: {done.stderr[-2000:]}"
    return json.loads(done.stdout)


def test_random_cities_with_policies_give_the_same_bits_in_another_process():
    build_model(reuse())
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(hashes, poison="85", backwards=False)
        second = pool.submit(hashes, poison="170", backwards=True)
    assert len(first.result()) == NETWORKS
    assert first.result() == second.result()


def test_a_policy_of_the_same_lines_gives_the_numbers_of_the_own_ladder():
    alone, other = (hydrosim.run(reuse(policy=policy)) for policy in ("standard", "other"))
    for name in ("storage", "supplied", "flow", "withdrawn"):
        np.testing.assert_array_equal(alone[name].values, other[name].values, err_msg=name)
    # One step of the plant's water cannot be reused before it came: then it is, up to its capacity.
    np.testing.assert_allclose(other["supplied"].values.sum(), other["demand"].values.sum())


def test_a_policy_may_name_fewer_claims_than_another():
    model = build_model(reuse(own=f"{LINES}, spare: plant"))
    # Each policy stands there twice: with overflow after all lines, and before them.
    assert model.allocation.claim_order.shape == (4, len(model.claims))
    free, spared = (
        hydrosim.run(reuse(own=f"{LINES}, spare: plant", policy=policy))
        for policy in ("other", "standard")
    )
    np.testing.assert_allclose(free["supplied"].values, spared["supplied"].values, rtol=1e-12)


def test_a_source_without_a_spare_line_is_free_to_use_and_check_says_so():
    builder, _ = check_model(reuse(other=f"{LINES}, spare: plant"))
    (warning,) = builder.warnings
    assert (warning.path, warning.severity) == (("ladder",), "warning")
    assert warning.found == "no line 'spare: plant'"
    assert warning.expected == "a `spare:` line below the lines that may use the source"
    assert warning.note == "every line of the ladder is free to use 'plant'"
    builder, _ = check_model(reuse(own=f"{LINES}, spare: plant"))
    assert [warning.path for warning in builder.warnings] == [("policies", "other", "ladder")]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ("[0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0]", "2 on 2001-03-01, by the rule 'turn'"),
        ("[0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0]", "-1 on 2001-05-01, by the rule 'turn'"),
    ],
)
def test_a_number_that_no_policy_has_is_a_fault_where_it_is_known(values, found):
    rules = f"  turn: {{type: profile, unit: '1', values: {values}}}"
    with pytest.raises(ConfigError) as caught:
        check_model(reuse(policy="turn", rules=rules))
    (fault,) = caught.value.errors
    assert (fault.path, fault.found) == (("policy",), found)
    assert fault.expected == "the number of a policy: 0 'standard', 1 'other'"


@pytest.mark.parametrize(
    ("expression", "number"),
    [
        ("storage('reservoir') / 1.0e7", "14"),
        ("0 - storage('reservoir')", "-1.4"),
        ("fraction('reservoir') - 1", "-"),
        ("storage('reservoir') * 1e300 * 1e300", "inf"),
    ],
)
def test_a_number_that_no_policy_has_ends_a_run(expression, number):
    rules = f"  turn: {{type: expression, unit: '1', expression: \"{expression}\"}}"
    with pytest.raises(SimulationError) as caught:
        hydrosim.run(reuse(policy="turn", rules=rules))
    message = str(caught.value)
    assert message.startswith("scenario base, 2001-01-01: the rule of the policy gives " + number)
    assert message.endswith("but the policies are 0 'standard', 1 'other'")


def test_a_rule_of_the_state_chooses_the_policy():
    dry = "2 * clip(fraction('reservoir'), 0, 0.9)"
    rules = f"  turn: {{type: expression, unit: '1', expression: \"{dry}\"}}"
    own = f"{LINES}, spare: plant"
    result = hydrosim.run(reuse(own=own, policy="turn", rules=rules))
    assert json.loads(result.attrs["certificate"])["largest_row_closure"] <= 1e-12
