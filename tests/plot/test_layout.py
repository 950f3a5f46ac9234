"""The layout of a network: layers, order, cycles and distances."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hydrosim.plot.layout import layered, spaced


def test_a_chain_runs_through_the_layers() -> None:
    layout = layered(["c", "a", "b"], [("a", "b"), ("b", "c")])
    assert [layout.places[name][1] for name in "abc"] == [0.0, 1.0, 2.0]
    assert layout.layers == 3
    assert not layout.backward


def test_a_source_stands_next_to_what_it_feeds() -> None:
    layout = layered(["a", "b", "c", "s"], [("a", "b"), ("b", "c"), ("s", "c")])
    assert layout.places["s"][1] == 1.0


def test_a_long_link_is_bent_in_each_layer() -> None:
    layout = layered(["a", "b", "c"], [("a", "b"), ("b", "c"), ("a", "c")])
    assert len(layout.routes[2]) == 3
    assert layout.routes[2][1][0] != layout.places["b"][0]


def test_a_cycle_is_opened_and_its_link_runs_back() -> None:
    layout = layered(["a", "b", "c"], [("a", "b"), ("b", "c"), ("c", "a")])
    assert layout.backward == {2}
    assert layout.routes[2][0] == layout.places["c"]
    assert layout.routes[2][-1] == layout.places["a"]


def test_loops_and_unknown_ends_have_no_route() -> None:
    layout = layered(["a"], [("a", "a"), ("a", "nowhere")])
    assert layout.routes == [[], []]


def test_crossing_links_are_put_in_order() -> None:
    layout = layered(["a", "b", "y", "z"], [("a", "z"), ("b", "y")])
    across = {name: place for name, (place, _) in layout.places.items()}
    assert (across["a"] - across["b"]) * (across["z"] - across["y"]) > 0


def test_spaced_by_hand() -> None:
    assert spaced([0.0, 0.0, 5.0], [1.0, 1.0]) == pytest.approx([-0.5, 0.5, 5.0])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abcdefghij"), st.sampled_from("abcdefghij")), max_size=25)
)
def test_nodes_of_a_layer_keep_their_distance(links: list[tuple[str, str]]) -> None:
    layout = layered(list("abcdefghij"), links, before=0.3, after=0.7, bend=0.1)
    places = sorted((layer, across) for across, layer in layout.places.values())
    for (layer, across), (other, further) in pairwise(places):
        assert layer != other or further - across >= 1.0 - 1e-9
    for (start, end), route in zip(links, layout.routes, strict=True):
        if start != end:
            assert route[0] == layout.places[start]
            assert route[-1] == layout.places[end]
