"""Rule-based counterparts of the networks M and L as model files of Kalix.

Kalix has no network allocation: orders travel upstream to the reservoirs, which release them while
they have water, and what is left flows down the river. Claims, inflows, stores and control curves
are those of the network; who gets what in a shortage follows from the order along the river. A
transfer is an order of fixed size, a minimum flow a least order at the gauge.
"""

from benchmarks.peers.spec import (
    LOWER_CURVE,
    SAVING,
    SEASON,
    UPPER_CURVE,
    Gauge,
    Network,
    Passage,
    Plant,
    Store,
    Use,
)

FILE = "inflow_kalix.csv"
CREST_M = 100


def build_kalix(network: Network) -> str:
    """Return the counterpart of M or L.

    Raises
    ------
    ValueError
        For a network that has no counterpart.
    """
    if network.name not in ("M", "L"):
        message = f"network {network.name} has no rule-based counterpart"
        raise ValueError(message)
    parts = ["[kalix]", "", "[data]", FILE, ""]
    for name, values in (("season", SEASON), ("upper", UPPER_CURVE), ("lower", LOWER_CURVE)):
        pairs = ", ".join(f"{month}, {value}" for month, value in enumerate(values, 1))
        parts += [f"[table.{name}]", f"values = {pairs}", ""]
    for store in network.stores:
        parts += _basin(network, store)
    parts += ["[node.term]", "type = blackhole", "", "[outputs]"]
    parts += [f"node.{store.name}.volume" for store in network.stores]
    parts += [f"node.{use.name}.diversion" for use in network.demands]
    return "\n".join(parts) + "\n"


def _zone(store: Store, values: tuple[float, ...]) -> str:
    """Return the expression of a value by zone of a store's last volume."""
    share = f"node.{store.name}.volume[-1, {store.volume * store.filled}] / {store.volume}"
    upper, lower = f"{share} >= table.upper(sim.month)", f"{share} >= table.lower(sim.month)"
    return f"if({upper}, {values[0]}, if({lower}, {values[1]}, {values[2]}))"


def _order(network: Network, use: Use) -> str:
    factors = [str(use.flow)] + ["table.season(sim.month)"] * use.seasonal
    if use.saved_by is not None:
        store = network.nodes[use.saved_by]
        assert isinstance(store, Store)
        factors.append(_zone(store, SAVING))
    return " * ".join(factors)


def _basin(network: Network, store: Store) -> list[str]:
    """Return a store with its inflow, its users and transfer, and the river below it."""
    lines = _inflow(f"above_{store.name}", _source(network, store.name), store.name)
    river = _river(network, store)
    outlets = [_first(network, river, store)]
    more: list[str] = []
    for end in network.after(store.name):
        node = network.nodes[end]
        if isinstance(node, Use):
            outlets.append(end)
            more += _user(network, node, None)
        elif isinstance(node, Plant):
            outlets.append(end)
            more += _plant(network, node)
        elif isinstance(node, Passage) and node.by_zone is not None:
            outlets.append(end)
            target = network.nodes[node.store or ""]
            assert isinstance(target, Store)
            order = _zone(target, node.by_zone)
            more += _node(end, "order_control", set_order=order, ds_1=target.name)
    low, full = 0.0, store.volume
    spill = f"{CREST_M}.001, {full + 1.0}, 0, 1e9, 1000, 1e9, 0, 1e9"
    table = f"0, {low}, 0, 0, {CREST_M}, {full}, 0, 0, {spill}"
    links = {f"ds_{place}": end for place, end in enumerate(outlets, 1)}
    lines += _node(
        store.name,
        "storage",
        initial_volume=str(store.volume * store.filled),
        dimensions=table,
        **links,
    )
    return lines + more + _below(network, river, store)


def _node(name: str, kind: str, **keys: str | None) -> list[str]:
    told = [f"{key} = {value}" for key, value in keys.items() if value is not None]
    return [f"[node.{name}]", "loc = 0, 0", f"type = {kind}", *told, ""]


def _source(network: Network, name: str) -> str | None:
    known = {network.after(s.name)[0]: s.name for s in network.sources}
    return known.get(name)


def _inflow(name: str, source: str | None, below: str) -> list[str]:
    if source is None:
        return []
    series = f"data.{FILE.replace('.', '_')}.by_name.{source}"
    return _node(name, "inflow", inflow=series, expected_inflow=series, ds_1=below)


def _user(network: Network, use: Use, below: str | None) -> list[str]:
    return _node(use.name, "regulated_user", order=_order(network, use), ds_1=below)


def _plant(network: Network, plant: Plant) -> list[str]:
    """Return a plant as a loss on the way to its users, one after the other."""
    users = [network.nodes[name] for name in network.after(plant.name)]
    share = plant.loss / (1.0 + plant.loss)
    lines = _node(plant.name, "loss", table=f"0, 0, 1e9, {share * 1e9}", ds_1=users[0].name)
    for place, use in enumerate(users):
        assert isinstance(use, Use)
        below = users[place + 1].name if place + 1 < len(users) else None
        lines += _user(network, use, below)
    return lines


def _river(network: Network, store: Store) -> str:
    for end in network.after(store.name):
        node = network.nodes[end]
        if isinstance(node, Passage) and node.by_zone is None:
            return end
    message = f"{store.name} has no river"
    raise ValueError(message)


def _first(network: Network, river: str, store: Store) -> str:
    """Name of the node where a store's river begins: a confluence where more than one joins."""
    joined = [n for n in network.before(river) if not n.startswith(("c", "lc"))]
    return river if len(joined) > 1 else f"local_{river}"


def _below(network: Network, river: str, store: Store) -> list[str]:
    """Return confluence, local inflow, users and gauge of a river, once, with its last store."""
    joined = [n for n in network.before(river) if not n.startswith(("c", "lc"))]
    stores = [n for n in joined if isinstance(network.nodes[n], Store)]
    if stores[-1] != store.name:
        return []
    lines: list[str] = []
    chain = [f"local_{river}"]
    chain += [n for n in network.after(river) if isinstance(network.nodes[n], Use)]
    gauge = next(n for n in network.after(river) if isinstance(network.nodes[n], Gauge))
    chain.append(gauge)
    if len(joined) > 1:
        lines += _node(river, "confluence", harmony_fraction="0.5", ds_1=chain[0])
    source = _source(network, river)
    lines += _inflow(chain[0], source, chain[1])
    for place, name in enumerate(chain[1:-1], 1):
        use = network.nodes[name]
        assert isinstance(use, Use)
        lines += _user(network, use, chain[place + 1])
    node = network.nodes[gauge]
    assert isinstance(node, Gauge)
    below = network.after(gauge)[0]
    return lines + _node(gauge, "order_control", min_order=str(node.flow), ds_1=below)
