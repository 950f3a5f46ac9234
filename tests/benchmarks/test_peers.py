"""The neutral networks of the peer benchmark and their translations; no peer is needed."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linprog

from benchmarks import flood
from benchmarks.peers import (
    environments,
    floods,
    linear,
    own,
    report,
    spec,
    to_hydrosim,
    to_kalix,
    to_kalix_flood,
    to_pywr,
)
from hydrosim import build_model, load_config

SIZES = {"S": 4, "M": 12, "L": 100, "XL": 500}


@pytest.mark.parametrize("name", SIZES)
def test_sizes(name: str) -> None:
    network = spec.NETWORKS[name]()
    assert len(network.nodes) == SIZES[name]
    assert all(start in network.nodes and end in network.nodes for start, end in network.edges)


def test_seeds_give_the_same_numbers_for_ever() -> None:
    large = spec.NETWORKS["L"]().nodes
    assert [large[name].mean for name in ("c0", "lc0", "c9")] == [18.36, 10.78, 28.7]
    assert large["res0"].volume == 4166.2
    largest = spec.NETWORKS["XL"]().nodes
    assert (largest["in0"].mean, largest["in0"].cost) == (38.46, 0.953)
    inflow = spec.build_inflow(spec.NETWORKS["S"](), 3, 2)
    assert inflow[0, :, 0].tolist() == [30.0317, 28.8466, 34.8846]


def test_first_scenarios_are_the_same_for_any_number() -> None:
    network = spec.NETWORKS["M"]()
    few, many = spec.build_inflow(network, 20, 1), spec.build_inflow(network, 20, 3)
    np.testing.assert_array_equal(few[:, :, 0], many[:, :, 0])


def test_ladder_follows_the_values() -> None:
    assert spec.classes(spec.NETWORKS["M"]()) == {
        "minimum_flow": ["gauge"],
        "demand": ["d1", "d2", "d3"],
        "storage": ["res2", "res1"],
    }
    assert [len(c) for c in spec.classes(spec.NETWORKS["L"]()).values()] == [10, 30, 10]


def test_interleaved_values_make_another_line() -> None:
    net = spec.Network("T")
    net.add(spec.Use("a", 1.0, 9.0), spec.Store("s", 1.0, 5.0), spec.Use("b", 1.0, 1.0))
    expected = {"demand": ["a"], "storage": ["s"], "demand_part_2": ["b"]}
    assert spec.classes(net) == expected


def write(network: spec.Network, days: int, folder: Path) -> Path:
    inflow = spec.build_inflow(network, days, 1)[:, :, 0]
    dates = np.datetime64(str(spec.START), "D") + np.arange(days)
    rows = [",".join(["date", *(source.name for source in network.sources)])]
    rows += [",".join([str(d), *map(str, inflow[:, t])]) for t, d in enumerate(dates)]
    (folder / "inflow.csv").write_text("\n".join(rows), encoding="utf-8")
    path = folder / "hydrosim.yaml"
    path.write_text(json.dumps(to_hydrosim.build_config(network, days)), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["S", "M", "L"])
def test_hydrosim_takes_the_network(name: str, tmp_path: Path) -> None:
    network = spec.NETWORKS[name]()
    model = build_model(load_config(write(network, 5, tmp_path)))
    assert model.lines[model.policies[0]] == list(spec.classes(network))
    claims = model.builder.claims.values()
    wanted = sum(claim.sense > 0 for claim in claims)
    expected = len(network.demands) + len(network.gauges) + len(network.stores)
    assert wanted == expected


@pytest.mark.parametrize("least_cost", [False, True])
def test_hydrosim_runs_each_scenario_and_repeats_the_days_of_a_peer(
    least_cost: bool, tmp_path: Path
) -> None:
    network = spec.NETWORKS["M"]()
    write(network, 20, tmp_path)
    case = own.build_case(network, tmp_path, spec.build_inflow(network, 20, 2), least_cost)
    told = own.run_case(case)
    assert told["processor_s"] > 0.0
    assert told["counters"]["pivots"] > 0.0
    full = np.array([[store.volume] * 20 for store in network.stores])
    flows, short = own.repeat_days(case, full)
    use = network.demands[0]
    assert 0.0 <= short <= 1.0
    assert flows[use.name].shape == (20,)
    assert flows[use.name].max() > 0.0


def test_plant_and_transfer_in_hydrosim() -> None:
    tree = to_hydrosim.build_config(spec.NETWORKS["L"](), 5)
    plant = tree["nodes"]["wtw0"]
    assert plant["loss"] == pytest.approx(0.04 / 1.04)
    transfer = next(link for link in tree["links"] if link.get("name") == "tr1")
    assert (transfer["from"], transfer["to"]) == ("res0", "res1")
    assert tree["rules"]["most_tr1"]["expression"] == "10.0 * part_tr1"
    assert tree["rules"]["part_tr1"]["factors"] == [1.0, 0.5, 0.0]
    assert tree["nodes"]["riv0"] == {"type": "junction", "local_inflow": "inflow_lc0"}


@pytest.mark.parametrize("name", SIZES)
def test_pywr_names_refer_to_something(name: str) -> None:
    network = spec.NETWORKS[name]()
    one = to_pywr.build_pywr_1(network, 10, 2)
    assert {node["name"] for node in one["nodes"]} == set(network.nodes)
    for node in one["nodes"]:
        bound = node.get("max_flow")
        assert not isinstance(bound, str) or bound in one["parameters"]
    for parameter in one["parameters"].values():
        used = [*parameter.get("parameters", []), *parameter.get("control_curves", [])]
        assert all(isinstance(u, dict) or u in one["parameters"] for u in used)
    two = to_pywr.build_pywr_2(network, 10, 2)["network"]
    known = {parameter["meta"]["name"] for parameter in two["parameters"]}
    assert known == set(one["parameters"])
    assert len(two["time_series"]) == len(network.sources)
    assert one["timestepper"]["end"] == "1970-01-10"


def test_both_pywr_models_have_the_same_costs() -> None:
    network = spec.NETWORKS["XL"]()
    one = {node["name"]: node for node in to_pywr.build_pywr_1(network, 10, 1)["nodes"]}
    two = to_pywr.build_pywr_2(network, 10, 1)["network"]["nodes"]
    for node in two:
        assert node["cost"]["value"] == one[node["meta"]["name"]]["cost"]


@pytest.mark.parametrize("name", SIZES)
def test_linear_program_serves_the_first_day(name: str) -> None:
    network = spec.NETWORKS[name]()
    program = linear.build_program(network)
    day = linear.Day(network, program, spec.build_inflow(network, 1, 1)[:, :, 0])
    storage = np.array([store.volume * store.filled for store in network.stores])
    upper, right = np.array(program.upper), np.zeros(len(program.rows))
    upper[day.changing] = day.upper(0, 0, storage)
    right[day.rows] = day.right(0, storage)
    matrix = np.zeros((right.size, upper.size))
    for column, entries in enumerate(program.entries):
        for row, weight in entries:
            matrix[row, column] += weight
    bounds = np.column_stack([np.zeros(upper.size), upper])
    solved = linprog(program.cost, A_eq=matrix, b_eq=right, bounds=bounds, method="highs")
    assert solved.status == 0
    if name == "M":
        x = dict(zip(program.columns, solved.x, strict=True))
        served = {"d1": 20 * 0.9 * 0.85, "d2": 19 * 0.9 * 0.85, "d3": 9.0, "gauge": 8.0}
        for use, flow in served.items():
            assert x[use] == pytest.approx(flow)
        gained = sum(x[s.name] for s in network.stores) - storage.sum()
        assert gained == pytest.approx(right[day.forced_row].sum() - sum(served.values()))


@pytest.mark.parametrize("name", ["M", "L"])
def test_kalix_links_lead_somewhere(name: str) -> None:
    network = spec.NETWORKS[name]()
    lines = to_kalix.build_kalix(network).splitlines()
    nodes = {line[6:-1] for line in lines if line.startswith("[node.")}
    ends = {line.split(" = ")[1] for line in lines if line.startswith("ds_")}
    assert ends <= nodes
    assert {use.name for use in network.demands} <= nodes
    assert sum(line == "type = storage" for line in lines) == len(network.stores)


def test_no_counterpart_for_others() -> None:
    with pytest.raises(ValueError, match="network XL has no rule-based counterpart"):
        to_kalix.build_kalix(spec.NETWORKS["XL"]())


def test_environments_stay_outside_the_repository() -> None:
    assert environments.ROOT not in environments.cache_root().parents


def test_a_peer_that_cannot_be_installed_tells_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(environments.venv, "create", lambda *_, **__: None)
    failed = subprocess.CompletedProcess([], 1, "", "ERROR: no such package\n")
    monkeypatch.setattr(environments.subprocess, "run", lambda *_, **__: failed)
    process = environments.Process(environments.PEERS[0])
    process.start()
    assert process.ask("load") == {"failure": "not installed: ERROR: no such package"}


def figures() -> dict[str, object]:
    def run(peer: str, number: int, ns: float) -> dict[str, object]:
        key = {"network": "M", "scenarios": 1, "series": "half", "peer": peer}
        return {**key, "round": number, "ns": ns}

    runs = [run("hydrosim fair", 0, 1000.0), run("hydrosim fair", 1, 2000.0)]
    runs += [run("highs", 0, 30_000.0), run("highs", 1, 40_000.0), run("pywr_2", 0, 500.0)]
    runs.append({**run("kalix", -1, 0.0), "failure": "none"})
    agreement = {"network": "M", "peer": "highs", "against": "hydrosim fair", "class": "demand"}
    agreement |= {"days": 10, "largest": 1e-15, "mean": 0.0, "largest_of_one": 0.2}
    agreement |= {"series": "half", "short_share": 0.3}
    size = {"nodes": 12, "edges": 12, "rows": 9, "columns": 18, "claims": 8}
    return {
        "date": "2020-01-01",
        "machine": environments.describe_machine(),
        "rounds": 2,
        "versions": {"highs": "1"},
        "sizes": {"M": size},
        "runs": runs,
        "agreement": [agreement],
        "load": [0.5, 1.5],
    }


def test_ratios_are_taken_within_a_round() -> None:
    rows = {row.peer: row for row in report.summarise(figures())}
    assert rows["highs"].ratios[0] == (25.0, 20.0, 30.0)
    assert rows["highs"].microseconds == 35.0
    assert rows["kalix"].failure == "none"


def test_page_tells_what_is_slower_and_what_failed() -> None:
    page = report.build_page(figures())
    assert "M, 1 scenario, water half: fair mode 2.00 times as long as Pywr 2 (Clp)" in page
    assert "| M | 1 | half | Kalix (rules, no allocation) | - | - | did not run: none |" in page
    assert "they agree; largest 1e-15" in page
    assert "30 % of 10" in page
    assert "did not run: none" in report.build_table(figures())


def test_the_page_keeps_its_section_of_floods() -> None:
    own = flood.figures(smoke=True)
    assert {r["network"] for r in own["results"]} == set(flood.NETWORKS)
    assert all(r["nodes"] == 50 and r["ns_series"] > 0.0 for r in own["results"])
    beside = floods.compare_floods({}, 1, lambda _: None, smoke=True)
    section = floods.flood_page(own, beside)
    page = floods.with_floods(report.build_page(figures()), section)
    assert page.count("## Floods") == 1
    assert page.index("## Floods") < page.index("## Repeat it")
    assert "did not run: not asked for" in page
    other = floods.with_floods(page, [*section[:-1], "again", section[-1]])
    assert other.count("## Floods") == 1
    assert floods.flood_section(other).endswith("again\n<!-- end of floods -->")


def test_floods_of_kalix_are_those_of_hydrosim() -> None:
    case = flood.build_case(flood.NETWORKS["mixed_free"], 24, 1)
    text = to_kalix_flood.build_flood(case.model, flood.NETWORKS["mixed_free"], case.events[0])
    lines = text.splitlines()
    nodes = {line[6:-1] for line in lines if line.startswith("[node.")}
    assert set(case.model.elements) <= nodes
    assert {line.split(" = ")[1] for line in lines if line.startswith("ds_")} <= nodes
    assert sum(line == "type = storage" for line in lines) == 10
    assert sum(line == "type = routing" for line in lines) == 29
    assert lines[lines.index("[node.n10]") + 3 : lines.index("[node.n10]") + 6] == [
        "n_divs = 2", "x = 0.0", "pwl = 0, 3.0, 1000000000.0, 3.0",
    ]  # fmt: skip
    table = to_kalix_flood.inflow_table(case.model, case.events[0]).splitlines()
    assert len(table) == 25
    volume = sum(float(cell) for row in table[1:] for cell in row.split(",")[1:])
    means = sum(float(flow.sum()) for flow in case.events[0].mean_m3s.values())
    assert volume == pytest.approx(means * 3.6)


def test_a_gate_has_no_counterpart() -> None:
    case = flood.build_case(flood.NETWORKS["mixed_gated"], 24, 1)
    with pytest.raises(ValueError, match="has a gate"):
        to_kalix_flood.build_flood(case.model, flood.NETWORKS["mixed_gated"], case.events[0])
