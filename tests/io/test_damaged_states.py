"""A damaged state ends with its file's name and a sentence; no kernel ever sees it.

Damages are drawn from seeds: bytes of the file, and contents whose check sum has been made anew.
All thousand are tried in the long mode.
"""

from __future__ import annotations

import json
import os
import zipfile
from dataclasses import replace

import numpy as np
import pytest

import hydrosim
from hydrosim.errors import DataError, SimulationError
from hydrosim.flood.build import build_flood_model
from hydrosim.flood.events import config_events
from hydrosim.flood.restart import route_on, route_saving
from hydrosim.io.state import State, load_state
from hydrosim.supply.build import build_model
from tests.flood.test_restart import regulated
from tests.models.random_city import load, random_city

LONG = os.environ.get("HYDROSIM_LONG") == "1"
NUMBER = 500 if LONG else 20
EXTREMES = (-(2**63), -(2**31) - 7, -1000, 2**31, 2**40 + 3, 2**63 - 1)
MOST_STEPS = 30


@pytest.fixture(scope="module")
def supply(tmp_path_factory):
    """A model of days with a ledger, a file of its state, and what goes on from a file."""
    content = random_city(4)
    content["ledger"] = {"draw": "first_in_first_out"}
    content["outputs"] = {"monthly": ["storage", "supplied", "flow"]}
    content["period"]["end"] = str(np.datetime64("2001-07-10") + MOST_STEPS)
    model = build_model(load(content))
    file = tmp_path_factory.mktemp("supply") / "state.npz"
    hydrosim.run(model, save_state=file, save_at="2001-07-10")
    return file, lambda path: hydrosim.run(model, from_state=path, restart="exact")


@pytest.fixture(scope="module")
def flood(tmp_path_factory):
    """The same of a flood with reservoirs, a channel, a lag and a basin."""
    model = build_flood_model(regulated())
    (event,) = config_events(model.config)
    file = tmp_path_factory.mktemp("flood") / "state.npz"
    route_saving(model, event, event.start + np.timedelta64(5, "h"))[1].save(file)

    def go_on(source):
        state = source if isinstance(source, State) else load_state(source)
        return route_on(model, event, state, restart="exact")

    return file, go_on


@pytest.fixture(params=["supply", "flood"])
def case(request):
    return request.getfixturevalue(request.param)


def damage_bytes(raw, rng):
    """Return a file with flipped, cut, added or emptied bytes."""
    kind, at = rng.integers(5), int(rng.integers(len(raw)))
    if kind == 0:
        return raw[:at] + bytes([raw[at] ^ (1 << int(rng.integers(8)))]) + raw[at + 1 :]
    if kind == 1:
        return raw[:at]
    if kind == 2:
        return raw + bytes(rng.integers(1, 50, dtype=np.uint8))
    if kind == 3:
        return raw[:at] + rng.bytes(1 + int(rng.integers(40))) + raw[at:]
    return raw[:at] + bytes(b ^ 0x55 for b in raw[at : at + 30]) + raw[at + 30 :]


def pick(rng, arrays, kinds):
    names = sorted(n for n, a in arrays.items() if a.dtype.kind in kinds and a.size)
    return names[int(rng.integers(len(names)))]


def damage_content(state, rng):
    """Return a state that no run has left, with what was done to it."""
    arrays, header = dict(state.arrays), json.loads(json.dumps(state.header))
    kind = int(rng.integers(8))
    what = ""
    if kind in (0, 1):
        what = pick(rng, arrays, "iu")
        wrong = arrays[what].astype(arrays[what].dtype)
        extreme = EXTREMES[int(rng.integers(len(EXTREMES)))]
        if wrong.dtype.kind == "u":
            extreme = 2**31 + int(rng.integers(2**30))
        wrong.ravel()[int(rng.integers(wrong.size))] = extreme
        arrays[what] = wrong
    elif kind == 2:
        what = pick(rng, arrays, "f")
        wrong = arrays[what].copy()
        wrong.ravel()[int(rng.integers(wrong.size))] = np.nan
        arrays[what] = wrong
    elif kind == 3:
        what = pick(rng, arrays, "fiu")
        unlike = [n for n, a in arrays.items()
                  if (a.dtype, a.shape) != (arrays[what].dtype, arrays[what].shape)]  # fmt: skip
        other = sorted(unlike)[int(rng.integers(len(unlike)))]
        arrays[what], arrays[other] = arrays[other], arrays[what]
    elif kind == 4:
        what = pick(rng, arrays, "fiu")
        types = {"f": "<i8", "i": "<f8", "u": "<i8"}
        arrays[what] = np.clip(arrays[what], 0, 1e9).astype(types[arrays[what].dtype.kind])
    elif kind == 5:
        what = pick(rng, arrays, "fiu")
        longer = np.append(arrays[what].ravel(), arrays[what].dtype.type(0))
        arrays[what] = longer if rng.integers(2) else longer[np.newaxis, :-1][..., np.newaxis]
    elif kind == 6:
        what = pick(rng, arrays, "fiu")
        if rng.integers(2):
            del arrays[what]
        else:
            arrays["spare"] = np.zeros(3)
    else:
        names = sorted(header.keys() - {"config", "config_hash", "machine", "kind"})
        what = names[int(rng.integers(len(names)))]
        del header[what]
    return State(header, arrays), f"{kind} {what}"


def test_the_whole_file_goes_on(case):
    file, go_on = case
    assert json.loads(go_on(file).attrs["certificate"])["restart"]["solver"] == "continued"


def test_random_bytes_are_refused(case, tmp_path):
    file, _ = case
    raw, rng = file.read_bytes(), np.random.default_rng(1)
    bad = tmp_path / "bad.npz"
    for _number in range(NUMBER):
        bad.write_bytes(damage_bytes(raw, rng))
        with pytest.raises(DataError, match=r"bad\.npz\n +found .*(damaged|format)"):
            load_state(bad)


def test_random_contents_are_refused(case, tmp_path):
    file, go_on = case
    whole, rng = load_state(file), np.random.default_rng(2)
    bad = tmp_path / "bad.npz"
    for number in range(NUMBER):
        wrong, what = damage_content(whole, rng)
        wrong.save(bad)
        print(number, what)
        with pytest.raises(DataError) as raised:
            go_on(bad)
        assert "bad.npz" in str(raised.value)
        assert "found" in str(raised.value)


def in_range(state, rng):
    """Return a state with a few whole numbers changed for others that its array may hold."""
    arrays = dict(state.arrays)
    for _number in range(1 + int(rng.integers(6))):
        name = pick(rng, arrays, "iu")
        if name == "reach_set":
            continue
        wrong = arrays[name].copy()
        low, high = int(wrong.min()), int(wrong.max())
        places = rng.integers(wrong.size, size=1 + int(rng.integers(4)))
        wrong.ravel()[places] = rng.integers(low, high + 1, size=places.size)
        arrays[name] = wrong
    return State(state.header, arrays)


@pytest.mark.skipif(
    not (LONG or os.environ.get("HYDROSIM_CHECKED")), reason="long: what bounds let through"
)
def test_what_bounds_let_through_leads_no_kernel_astray(case):
    """Wrong but possible numbers end in a result or in a message; the checked build tests it."""
    file, go_on = case
    whole, rng = load_state(file), np.random.default_rng(3)
    ended = 0
    for _number in range(NUMBER):
        try:
            go_on(in_range(whole, rng))
        except (DataError, SimulationError):
            continue
        ended += 1
    assert ended > 0


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"format": 1}, "write it again"),
        ({"format": 3}, "a later version"),
        ({"format": "2"}, "cut off, damaged, or no state"),
        ({"time": "yesterday"}, "its entry time is missing or of another kind"),
        ({"names": {}}, "its entry names.states"),
        ({"month": 3}, "do not belong together"),
        ({"year_days": float("nan")}, "its entry year_days"),
        ({"water_year": 10**12}, "its entry water_year"),
    ],
)
def test_headers_are_refused(supply, tmp_path, changes, says):
    whole = load_state(supply[0])
    replace(whole, header={**whole.header, **changes}).save(tmp_path / "bad.npz")
    with pytest.raises(DataError, match=says) as raised:
        load_state(tmp_path / "bad.npz")
    assert "bad.npz" in str(raised.value)


def test_a_state_of_the_first_format_says_what_to_do(supply, tmp_path):
    whole = load_state(supply[0])
    old = tmp_path / "old.npz"
    with zipfile.ZipFile(old, "w") as archive:
        archive.writestr("header.json", json.dumps({**whole.header, "format": 1}))
    with pytest.raises(DataError, match="a state in format 1") as raised:
        load_state(old)
    assert "run up to its date with `--save-state`" in str(raised.value)


@pytest.mark.parametrize("size", [10**15, 2**62])
def test_an_array_that_claims_to_be_huge_is_refused(supply, tmp_path, size):
    from hydrosim.io import state as module

    whole = load_state(supply[0])
    bad = tmp_path / "bad.npz"
    head = f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({size},), }}\n".encode()
    raw = b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head
    whole.save(bad)
    with zipfile.ZipFile(bad) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(bad, "w") as archive:
        archive.comment = module.SUM + b"0" * module.DIGITS
        for name, content in (entries | {"register.npy": raw}).items():
            archive.writestr(name, content)
    content = bad.read_bytes()[: -module.DIGITS]
    bad.write_bytes(content + module.hashlib.sha256(content).hexdigest().encode())
    with pytest.raises(DataError, match="cut off, damaged, or no state"):
        load_state(bad)


def test_a_state_in_memory_is_looked_through_too(supply):
    file, go_on = supply
    whole = load_state(file)
    head = whole.arrays["solver.head"].copy()
    head[0] = head[1]
    with pytest.raises(DataError, match="the basis names a column twice"):
        go_on(State(whole.header, {**whole.arrays, "solver.head": head}))


def test_a_store_below_nothing_is_refused(supply):
    file, go_on = supply
    whole = load_state(file)
    place = whole.header["names"]["states"].index("reservoir_0.storage")
    register = whole.arrays["register"].copy()
    register[place] = -5e6
    with pytest.raises(DataError, match=r"reservoir_0.storage holds -5e\+06 m3, a negative volume"):
        go_on(State(whole.header, {**whole.arrays, "register": register}))
