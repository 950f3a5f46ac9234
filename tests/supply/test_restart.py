"""A run that goes on from a state is the rest of the run that wrote it, to the last bit."""

from __future__ import annotations

import json
import zipfile

import numpy as np
import pytest

import hydrosim
from hydrosim.cli.main import main
from hydrosim.config.load import config_from_text, load_config
from hydrosim.errors import DataError
from hydrosim.io.state import State, load_state, machine
from hydrosim.supply.build import build_model
from tests.conftest import ROOT
from tests.models.every_type import every_type
from tests.models.random_city import load, random_city

CONFIGS = sorted((ROOT / "configs").glob("*.yaml"))
FIFO = {"draw": "first_in_first_out"}


def rest(dataset, date):
    """The part of a result from a day on, with the whole of its month and water year."""
    day = np.datetime64(date, "ns")
    year = int(dataset["water_year_of_time"].sel(time=day))
    return dataset.isel(
        time=dataset["time"].values >= day,
        month=dataset["month"].values >= day.astype("datetime64[M]"),
        water_year=dataset["water_year"].values >= year,
    )


def assert_same_bits(first, second):
    assert set(first.variables) == set(second.variables)
    for name in first.variables:
        one, other = first[name].values, second[name].values
        np.testing.assert_array_equal(one, other, err_msg=str(name))


def assert_goes_on(model, date, folder, **keys):
    """Compare a run with its rest from a state at a date, and the states at both ends."""
    whole = hydrosim.run(model, save_state=folder / "end", **keys)
    halted = hydrosim.run(model, save_state=folder / "state", save_at=date, **keys)
    assert_same_bits(whole, halted)
    after = hydrosim.run(
        model, from_state=folder / "state", restart="exact", save_state=folder / "again", **keys
    )
    assert_same_bits(rest(whole, date), after)
    told = json.loads(after.attrs["certificate"])["restart"]
    assert told == {"from": date, "solver": "continued", "notes": []}
    end, again = load_state(folder / "end"), load_state(folder / "again")
    assert end.header == again.header
    for name in end.arrays:
        np.testing.assert_array_equal(end.arrays[name], again.arrays[name], err_msg=name)


def restart_of(result):
    told = json.loads(result.attrs["certificate"])["restart"]
    assert all(note["zh"] for note in told["notes"])
    return {**told, "notes": [note["en"] for note in told["notes"]]}


def shipped(path):
    """A shipped config, the long one cut to four years."""
    text = path.read_text(encoding="utf-8").replace("end: 2018-12-31", "end: 1983-12-31")
    return config_from_text(text, str(path))


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_shipped_configs_go_on_bit_for_bit(path, tmp_path):
    model = build_model(shipped(path))
    starts = model.calendar.starts
    date = str(starts[(2 * len(starts)) // 5].astype("datetime64[D]"))
    assert_goes_on(model, date, tmp_path)


@pytest.mark.parametrize("seed", range(8))
def test_random_cities_go_on_bit_for_bit(seed, tmp_path):
    content = random_city(seed)
    content["ledger"] = FIFO if seed % 2 else {}
    content["outputs"] = {"monthly": ["storage", "supplied", "flow"]} if seed % 3 else {}
    day = np.datetime64("2001-03-01") + 37 * (seed + 1)
    assert_goes_on(build_model(load(content)), str(day), tmp_path)


@pytest.mark.parametrize("date", ["2001-03-17", "2001-06-01", "2001-11-30"])
def test_every_type_goes_on_bit_for_bit(date, tmp_path):
    assert_goes_on(build_model(every_type("2002-07-31", ledger=FIFO)), date, tmp_path)


def test_a_run_goes_on_from_state_to_state(tmp_path):
    model = build_model(every_type("2001-12-31"))
    whole = hydrosim.run(model)
    hydrosim.run(model, save_state=tmp_path / "a", save_at="2001-04-11")
    hydrosim.run(model, from_state=tmp_path / "a", save_state=tmp_path / "b", save_at="2001-04-20")
    state = load_state(tmp_path / "b")
    assert str(state.time) == "2001-04-20T00:00:00"
    assert "2001-04-20" in repr(state)
    assert_same_bits(rest(whole, "2001-04-20"), hydrosim.run(model, from_state=state))


def test_a_warm_up_is_not_run_again(tmp_path):
    model = build_model(every_type("2002-12-31", start="2001-01-01"))
    tree = json.loads(json.dumps(model.config.source.tree))
    tree["start"] = {"state": "warm_up", "years": 1}
    warmed = build_model(config_from_text(json.dumps(tree, ensure_ascii=False)))
    assert_goes_on(warmed, "2001-09-05", tmp_path)


@pytest.mark.parametrize("seed", [2, 5])
def test_the_period_may_end_later(seed, tmp_path):
    date = str(np.datetime64("2001-03-01") + 200)
    whole = hydrosim.run(load(random_city(seed, days=400)))
    hydrosim.run(load(random_city(seed, days=200)), save_state=tmp_path / "state")
    longer = load(random_city(seed, days=400))
    after = hydrosim.run(longer, from_state=tmp_path / "state", restart="exact")
    assert_same_bits(rest(whole, date), after)


def test_a_period_that_begins_at_the_state_is_another_config(tmp_path):
    # No rule looks back here, so the results are the same but for the solver's rounding.
    date = str(np.datetime64("2001-03-01") + 200)
    whole = rest(hydrosim.run(load(random_city(5, days=400))), date)
    hydrosim.run(load(random_city(5, days=200)), save_state=tmp_path / "state")
    content = random_city(5, days=400)
    content["period"]["start"] = date
    after = hydrosim.run(load(content), from_state=tmp_path / "state")
    assert restart_of(after)["notes"] == [
        "the solver starts cold: the config differs in period.start"
    ]
    for name in ("storage", "supplied", "year_supplied", "storage_by_origin"):
        np.testing.assert_allclose(after[name], whole[name], rtol=1e-9, atol=1.0, err_msg=name)
    np.testing.assert_array_equal(after["complete"], whole["complete"])
    with pytest.raises(DataError, match=r"the config differs in period\.start"):
        hydrosim.run(load(content), from_state=tmp_path / "state", restart="exact")


def test_without_series_or_ledger_the_year_table_goes_on(tmp_path):
    model = build_model(load(random_city(2)))
    whole = hydrosim.run(model, keep_series=False, ledger=False)
    keys = {"keep_series": False, "ledger": False}
    hydrosim.run(model, save_state=tmp_path / "state", save_at="2001-10-10", **keys)
    after = hydrosim.run(model, from_state=tmp_path / "state", restart="exact", **keys)
    years = whole["water_year"].values >= 2001
    for name in whole.data_vars:
        np.testing.assert_array_equal(whole[name].isel(water_year=years), after[name])
    np.testing.assert_array_equal(after["complete"], whole["complete"].isel(water_year=years))


@pytest.fixture
def saved(tmp_path):
    """A model and its state of 10 July."""
    model = build_model(load(random_city(4)))
    hydrosim.run(model, save_state=tmp_path / "state.npz", save_at="2001-07-10")
    return model, tmp_path / "state.npz"


def changed(model, **nodes):
    tree = json.loads(json.dumps(model.config.source.tree))
    for name, keys in nodes.items():
        tree["nodes"][name].update(keys)
    return config_from_text(json.dumps(tree, ensure_ascii=False))


def test_a_changed_config_starts_the_solver_cold_and_says_so(saved):
    model, state = saved
    other = changed(model, capital={"amount": "0.5 亿m3/year"}, yangtze={"capacity": "3 m3/s"})
    result = hydrosim.run(other, from_state=state)
    told = restart_of(result)
    assert told["solver"] == "cold"
    assert told["notes"] == [
        "the solver starts cold: the config differs in nodes.capital.amount, nodes.yangtze.capacity"
    ]
    proof = json.loads(result.attrs["certificate"])
    assert proof["largest_row_closure"] <= 1e-12
    assert proof["largest_network_closure"] <= 1e-12
    assert proof["ledger_correction"] <= 1e-12
    stored = result["storage_by_origin"].isel(month=-1).sum("origin")
    np.testing.assert_allclose(stored, result["storage"].isel(time=-1), rtol=1e-9, atol=1e-3)
    with pytest.raises(DataError, match="a state of another model: the config differs in nodes"):
        hydrosim.run(other, from_state=state, restart="exact")


def test_titles_standards_and_outputs_change_no_step(saved):
    model, state = saved
    tree = json.loads(json.dumps(model.config.source.tree))
    tree["title"] = "Another title"
    tree["nodes"]["capital"]["title"] = "The capital"
    tree["standards"] = {"guarantee": {"type": "guarantee"}}
    tree["outputs"] = {"daily": ["storage"]}
    other = config_from_text(json.dumps(tree, ensure_ascii=False))
    result = hydrosim.run(other, from_state=state, restart="exact")
    assert restart_of(result)["notes"] == []
    whole = hydrosim.run(model)
    np.testing.assert_array_equal(result["storage"], rest(whole, "2001-07-10")["storage"])


@pytest.mark.parametrize("seed", range(6))
def test_warm_and_cold_solvers_agree_in_the_step_after(seed, tmp_path):
    model = build_model(load(random_city(seed)))
    date = np.datetime64("2001-03-01") + 53 * (seed + 1)
    hydrosim.run(model, save_state=tmp_path / "state", save_at=str(date))
    warm = hydrosim.run(model, from_state=tmp_path / "state")
    cold = hydrosim.run(model, from_state=tmp_path / "state", restart="cold")
    assert restart_of(cold) == {
        "from": str(date), "solver": "cold", "notes": ["the solver starts cold, as asked"],
    }  # fmt: skip
    for name in ("flow", "supplied", "storage", "spill"):
        one, other = (data[name].isel(time=0).values for data in (warm, cold))
        scale = max(float(np.nanmax(np.abs(warm[name].values))), 1.0)
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-9 * scale, err_msg=name)


def test_other_nodes_are_refused_by_name(saved):
    model, state = saved
    tree = json.loads(json.dumps(model.config.source.tree))
    tree["nodes"]["new_dam"] = {**tree["nodes"]["reservoir_0"]}
    tree["nodes"]["reservoir_9"] = tree["nodes"].pop("reservoir_0")
    text = json.dumps(tree, ensure_ascii=False).replace('"reservoir_0"', '"reservoir_9"')
    with pytest.raises(DataError) as caught:
        hydrosim.run(config_from_text(text), from_state=state)
    told = str(caught.value)
    assert f"{state}\n  found     states that the config lacks: reservoir_0.storage; " in told
    assert "states that it lacks: new_dam.storage, reservoir_9.storage" in told
    assert "expected  a state of the same nodes with the same states" in told


def rewritten(state, **header):
    kept = load_state(state)
    return State({**kept.header, **header}, kept.arrays)


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("hydrosim", "0.0.9", "version 0.0.9"),
        ("kernels", "0123456789abcdef", "kernels 0123456789abcdef"),
        ("processor", "k6 0badcafe", "processor k6 0badcafe"),
    ],
)
def test_another_version_or_processor_is_refused_but_can_be_taken_cold(saved, key, value, told):
    model, file = saved
    state = rewritten(file, machine={**machine(), key: value})
    for restart in ("auto", "exact"):
        with pytest.raises(DataError) as caught:
            hydrosim.run(model, from_state=state, restart=restart)
        assert f"found     {told}\n" in str(caught.value)
        assert machine()[key] in str(caught.value)
        assert "only there does a run go on bit for bit" in str(caught.value)
        assert "`--restart cold` takes what is stored" in str(caught.value)
    assert restart_of(hydrosim.run(model, from_state=state, restart="cold"))["solver"] == "cold"


def test_a_state_of_another_step_is_refused(saved):
    _, state = saved
    month = load(random_city(4, days=365, step="month"))
    with pytest.raises(DataError, match="a state in steps of a day"):
        hydrosim.run(month, from_state=state)


def test_a_state_out_of_the_period_is_refused(saved):
    _, state = saved
    content = random_city(4)
    content["period"]["start"] = "2001-09-01"
    with pytest.raises(DataError, match="the start of a step, from 2001-09-01 to 2002-04-05"):
        hydrosim.run(load(content), from_state=state)
    content["period"] = {"start": "2001-03-01", "end": "2001-07-09", "step": "day"}
    with pytest.raises(DataError, match="a state of 2001-07-10, where the run ends"):
        hydrosim.run(load(content), from_state=state)


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2001-03-01", "where the run begins or before"),
        ("1999-01-01", "the start of a step, from 2001-03-01 to 2002-04-05"),
        ("sometime", "a date as 1990-07-01"),
    ],
)
def test_a_date_out_of_the_run_is_refused(tmp_path, at, told):
    with pytest.raises(DataError, match=told):
        hydrosim.run(load(random_city(1)), save_state=tmp_path / "state", save_at=at)
    assert not list(tmp_path.iterdir())


def test_a_date_without_a_file_is_refused():
    with pytest.raises(DataError, match="a date without a file"):
        hydrosim.run(load(random_city(1)), save_at="2001-07-01")


def test_a_date_within_a_long_step_names_the_nearest(tmp_path):
    config = load_config(ROOT / "configs" / "month_lake.yaml")
    with pytest.raises(DataError, match=r"the nearest is .*-01 or .*-01"):
        hydrosim.run(config, save_state=tmp_path / "s", save_at=f"{config.period.start.year}-05-17")


def test_damaged_and_foreign_files_are_refused(saved, tmp_path):
    model, state = saved
    whole = state.read_bytes()
    cases = {
        "cut": whole[: len(whole) // 2],
        "text": b"not a state",
        "bent": whole[:4000] + bytes(200) + whole[4200:],
    }
    for name, content in cases.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DataError, match="cut off, damaged, or no state"):
            hydrosim.run(model, from_state=tmp_path / name)
    with pytest.raises(DataError, match="no such file"):
        hydrosim.run(model, from_state=tmp_path / "nowhere")
    with pytest.raises(DataError, match="a folder"):
        hydrosim.run(model, from_state=tmp_path)
    rewritten(state, format=99).save(tmp_path / "later")
    with pytest.raises(DataError, match="a state in format 99"):
        hydrosim.run(model, from_state=tmp_path / "later")


def test_a_state_is_written_at_once(saved, tmp_path, monkeypatch):
    _, file = saved
    state, before = load_state(file), file.read_bytes()

    told = "no space left"

    def broken(*_, **__):
        raise OSError(told)

    monkeypatch.setattr(np.lib.format, "write_array", broken)
    with pytest.raises(OSError, match=told):
        state.save(file)
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["state.npz"]
    with zipfile.ZipFile(file) as archive:
        assert "header.json" in archive.namelist()


def test_a_state_without_ledger_begins_one(saved, tmp_path):
    model, _ = saved
    hydrosim.run(model, ledger=False, save_state=tmp_path / "bare", save_at="2001-07-10")
    result = hydrosim.run(model, from_state=tmp_path / "bare", restart="exact")
    assert restart_of(result)["notes"] == ["the ledger begins anew: the state was kept without one"]
    stored = result["storage_by_origin"].isel(month=-1).sum("origin")
    np.testing.assert_allclose(stored, result["storage"].isel(time=-1), rtol=1e-9, atol=1e-3)


def test_another_water_year_begins_its_sums_anew(saved):
    model, state = saved
    tree = json.loads(json.dumps(model.config.source.tree))
    tree["water_year"] = "07-01"
    result = hydrosim.run(config_from_text(json.dumps(tree)), from_state=state)
    assert (
        "the sums of the water year 2001 begin anew: what is summed differs"
        in (restart_of(result)["notes"])
    )
    assert not result["complete"].values[0]


def test_the_command_saves_and_goes_on(tmp_path, capsys):
    config, state = ROOT / "configs" / "minimal.yaml", tmp_path / "mid.npz"
    common = ["run", str(config), "--no-plots"]
    assert main([*common, "--out", str(tmp_path / "a"), "--save-state", str(state),
                 "--at", "2005-03-04"]) == 0  # fmt: skip
    assert f"state of 2005-03-04 in {state}" in capsys.readouterr().out.replace("\n", " ")
    assert main([*common, "--out", str(tmp_path / "b"), "--from-state", str(state),
                 "--restart", "exact"]) == 0  # fmt: skip
    assert "goes on from 2005-03-04, bit for bit" in capsys.readouterr().out
    whole = hydrosim.open_results(tmp_path / "a").load()
    after = hydrosim.open_results(tmp_path / "b").load()
    assert_same_bits(rest(whole, "2005-03-04"), after)
    other = tmp_path / "other.yaml"
    text = config.read_text(encoding="utf-8").replace("capacity: 12 m3/s", "capacity: 11 m3/s")
    other.write_text(text, encoding="utf-8")
    changed = ["run", str(other), "--no-plots", "--from-state", str(state)]
    assert main([*changed, "--out", str(tmp_path / "c")]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "goes on from 2005-03-04" in told
    assert "the solver starts cold: the config differs in links.0.capacity" in told
    assert main([*changed, "--out", str(tmp_path / "d"), "--restart", "exact"]) == 2
    assert "a state of another model" in capsys.readouterr().err
    assert not (tmp_path / "d").exists()


def test_the_command_refuses_options_that_need_each_other(tmp_path, capsys):
    config = str(ROOT / "configs" / "minimal.yaml")
    assert main(["run", config, "--at", "2005-01-01", "--out", str(tmp_path / "a")]) == 2
    assert "--at needs --save-state" in capsys.readouterr().err
    assert main(["run", config, "--restart", "cold", "--out", str(tmp_path / "a")]) == 2
    assert "--restart needs --from-state" in capsys.readouterr().err
