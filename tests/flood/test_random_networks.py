"""Random networks: the same as in plain Python, no water made, no capacity exceeded, no order."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hydrosim.config.load import config_from_text
from hydrosim.flood.build import build_flood_model
from hydrosim.flood.events import config_events
from hydrosim.flood.simulation import route, route_events
from hydrosim.kernels.flood import codes as c
from tests.flood.small import proved
from tests.models.random_flood import random_flood
from tests.naive.flood import PlainRouter

SEEDS = st.integers(min_value=0, max_value=10**6)


def chosen_routings(model, part):
    sets = part.data.reach_set[0]
    return {name: model.routings[sets[r]] for r, name in enumerate(model.reaches)}


def with_whole_steps(model):
    """A model that solves each step as a whole, also where another rule takes over within it."""
    parts = model.parts._replace(pools=model.parts.pools._replace(parts=1))
    return replace(model, parts=parts)


@settings(max_examples=12)
@given(SEEDS)
def test_a_network_is_routed_as_in_plain_python(seed):
    config = random_flood(seed, inner_step="1 h")
    model = with_whole_steps(build_flood_model(config))
    (event,) = config_events(config)
    (part,) = route_events(model, [event])
    plain = PlainRouter(model, event, chosen_routings(model, part))
    record = part.record
    for place, name in enumerate(model.elements):
        size = max(np.max(plain.inflow[name]), 1.0)
        for which, theirs in ((c.INFLOW, plain.inflow), (c.OUTFLOW, plain.outflow)):
            ours = record.series[0, :, place, which]
            np.testing.assert_allclose(ours, theirs[name], rtol=0, atol=1e-6 * size, err_msg=name)
        if name in model.pools:
            stored = plain.storage[name]
            np.testing.assert_allclose(
                record.series[0, :, place, c.STORAGE_SERIES], stored, rtol=1e-9, atol=1.0
            )
            over = record.pool_volume[0, model.pools.index(name), 0]
            np.testing.assert_allclose(over, plain.overflow[name], rtol=1e-6, atol=10.0)
    for place, name in enumerate(model.basins):
        held = plain.basin[name]
        np.testing.assert_allclose(record.basin_m3[0, :, place], held, rtol=1e-7, atol=10.0)


def budget(result):
    """Water that left the network, was lost or is held more than at the start [m3], and its size.

    Told by the Dataset alone.
    """
    one = result.isel(event=0)
    nodes = [str(name) for name in one["node"].values]
    reaches = [str(name) for name in one["reach"].values] if "reach" in one.coords else []
    config = json.loads(result.attrs["network"])
    below = {link["from"]: link["to"] for link in config["links"] if link["type"] == "river"}
    left = lost = held = size = 0.0
    for name in nodes:
        at = one.sel(node=name)
        lost += float(at["volume_lost"])
        drawn, over = float(at["volume_drawn"]), float(at["overflow"])
        lost += 0.0 if np.isnan(drawn) else drawn
        if name not in below:
            left += float(at["volume_out"])
        stored = at["storage"].values
        if np.isfinite(stored).all():
            held += stored[-1] - stored[0]
            size += abs(stored[0])
        size += abs(float(at["volume_in"])) + (0.0 if np.isnan(over) else over)
    for name in reaches:
        at = one.sel(reach=name)
        lost += float(at["bed_loss"])
        stored = at["reach_storage"].values
        held += stored[-1] - stored[0]
    if "basin" in one.coords:
        held += float(one["basin_storage"].isel(time=-1).sum())
    return left + lost + held, size


@given(SEEDS)
def test_a_flood_never_makes_water(seed):
    config = random_flood(seed)
    model = build_flood_model(config)
    (event,) = config_events(config)
    result = route(model, [event])
    proof = json.loads(result.attrs["certificate"])
    assert proof["largest_element_closure"] < 1e-12
    assert proof["largest_network_closure"] < 1e-12
    came = sum(float(flow.sum()) for flow in event.mean_m3s.values()) * model.step_s
    found, size = budget(result)
    if all(basin.node.drain is None for basin in model.builder.basins.values()):
        assert abs(came - found) <= 1e-9 * size


@given(SEEDS)
def test_no_release_exceeds_what_the_gates_can_pass(seed):
    config = random_flood(seed)
    model = build_flood_model(config)
    (event,) = config_events(config)
    one = route(model, [event]).isel(event=0)
    for name in model.pools:
        pool, table = model.builder.pools[name], model.tables[name]
        gate = np.interp(one["storage"].sel(node=name), table.storage_m3, table.rows[:, c.GATE])
        release = one["release"].sel(node=name).values
        outflow = one["outflow"].sel(node=name).values
        assert np.all(release >= 0.0)
        assert np.all(release <= gate * (1 + 1e-9) + 1e-9)
        assert np.all(outflow >= -1e-9)
        told = one["operation"].sel(node=name).values[1:]
        free = (told != c.DAM_SAFETY) & (told != c.OVERTOPPED) & (told != c.RAMP_DOWN)
        bound = pool.operation.artificial_peak or event.operation == "all_open"
        if pool.gated and not bound and np.isfinite(pool.safety_m or np.nan):
            so_far = np.maximum.accumulate(one["inflow"].sel(node=name).values)[1:]
            low = one["level"].sel(node=name).values[1:] < pool.safety_m - 1e-6
            decided = (release[1:] > 1e-6) & free & low
            allowed = so_far[decided] * (1 + 1e-9) + 1e-6
            assert np.all(outflow[1:][decided] <= allowed)


def same(first, second):
    """Whether two results hold the same numbers to the last bit."""
    assert set(first.data_vars) == set(second.data_vars)
    for name in first.data_vars:
        np.testing.assert_array_equal(first[name].values, second[name].values, err_msg=name)


@settings(max_examples=15)
@given(SEEDS)
def test_the_order_of_the_file_changes_no_bit(seed):
    config = random_flood(seed)
    tree = config.source.tree
    turned = {
        **tree,
        "nodes": dict(reversed(tree["nodes"].items())),
        "links": list(reversed(tree["links"])),
    }
    same(route(config), route(config_from_text(json.dumps(turned))))


def test_threads_and_neighbours_change_no_bit():
    config = random_flood(7)
    model = build_flood_model(config)
    (event,) = config_events(config)
    many = [event.scaled(0.3 + 0.2 * i, f"e{i}") for i in range(7)]
    together = route(model, many, threads=1)
    same(together, route(model, many, threads=3))
    same(together, route(model, many, threads=7))
    backward = route(model, many[::-1])
    same(together, backward.isel(event=slice(None, None, -1)))
    alone = route(model, [many[4]])
    same(together.isel(event=[4]), alone)
    peaks = route(model, many, keep_series=False, threads=2)
    for name in peaks.data_vars:
        np.testing.assert_array_equal(peaks[name].values, together[name].values, err_msg=name)
    assert "time" not in peaks.dims


def test_events_of_unlike_length_and_date_stand_side_by_side():
    config = random_flood(11)
    model = build_flood_model(config)
    (event,) = config_events(config)
    short = {place: flow[:21] for place, flow in event.end_m3s.items()}
    means = {place: flow[:20] for place, flow in event.mean_m3s.items()}
    other = replace(event, name="short", end_m3s=short, mean_m3s=means,
                    start=np.datetime64("2001-08-02T03:00", "s"))  # fmt: skip
    result = proved(route(model, [event, other]))
    assert list(result["event"].values) == ["event", "short"]
    assert np.isnan(result["inflow"].sel(event="short").values[21:]).all()
    same(result.sel(event=["short"]).isel(time=slice(0, 21)), route(model, [other]))


@settings(max_examples=20)
@given(SEEDS, st.integers(min_value=5, max_value=35))
def test_what_comes_later_changes_nothing_before(seed, moment):
    config = random_flood(seed)
    model = build_flood_model(config)
    (event,) = config_events(config)
    event = replace(event, points={})  # both floods by their means and ends
    later = {place: flow.copy() for place, flow in event.mean_m3s.items()}
    ends = {place: flow.copy() for place, flow in event.end_m3s.items()}
    for place in later:
        later[place][moment:] *= 0.5
        ends[place][moment + 1 :] *= 0.5
    parts = [route_events(model, [one]) for one in (
        event, replace(event, mean_m3s=later, end_m3s=ends))]  # fmt: skip
    first, second = (part[0] for part in parts)
    # The routing of a reach follows the peak of the whole flood, which is not meant here.
    assume(np.array_equal(first.data.reach_set, second.data.reach_set))
    before, after = first.record.series[0], second.record.series[0]
    np.testing.assert_array_equal(before[: moment + 1], after[: moment + 1])
    np.testing.assert_array_equal(
        first.record.pools[0, : moment + 1], second.record.pools[0, : moment + 1]
    )
