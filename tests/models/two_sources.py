"""Two imports, one reservoir, one lake: small enough to be solved by hand.

All volumes are told in flow-days, the water that 1 m3/s brings in a day, so a day's flow in m3/s
is also its volume.
"""

import numpy as np

from tests.nodes.small import simulated

FLOW_DAY_M3 = 86400.0
PLAN_A_DAY = 3.0


def volume(flow_days):
    """Text of a volume."""
    return f"{flow_days * FLOW_DAY_M3!r} m3"


def by_day(*values):
    """Rule that gives one flow [m3/s] for each day from 1 January 2001; the last one holds."""
    dates = [f"2001-01-{day:02d}" for day in range(1, len(values) + 1)]
    return {"type": "values", "dates": dates, "values": list(values), "unit": "m3/s"}


def reservoir(size, initial, inflow=None, **more):
    """Reservoir without dead storage: as many flow-days as its level is above 100 m, times ten.

    Normal level at 110 m, brim at 120 m with three times the storage.
    """
    block = {
        "type": "reservoir",
        "storage_curve": {
            "level": ["100 m", "110 m", "120 m"],
            "storage": [volume(0), volume(size), volume(3 * size)],
        },
        "levels": {"dead": "100 m", "normal": "110 m"},
        "initial": volume(initial),
        **more,
    }
    return block if inflow is None else {**block, "local_inflow": inflow}


def lake(initial, zone=3, size=6):
    """Lake of which the lower part, up to ``zone``, is wanted on the line ``lake``."""
    return {
        "type": "lake",
        "storage_curve": {
            "level": ["5 m", "7 m", "9 m"],
            "storage": [volume(0), volume(size), volume(5 * size)],
        },
        "levels": {"normal": "7 m"},
        "zones": {"lake": volume(zone)},
        "initial": volume(initial),
    }


def two_sources(ladder, *, days=3, dam=3, inflow=(5, 5, 0), yangtze_to_city=3, **more):
    """Result of the case under a ladder.

    Every day the city wants 4 and the farm 6. The Yangtze import has a plan of 3 a day, the
    Yellow River import a capacity of 4 and no quota.
    """
    nodes = {
        "dam": reservoir(12, dam, "inflow"),
        "lake": lake(1),
        "yangtze": {
            "type": "import",
            "quota": f"{12 * 31 * PLAN_A_DAY * FLOW_DAY_M3!r} m3/year",
            "account_year": "01-01",
            "plan": ["8.3333333333 %"] * 12,
            "capacity": "10 m3/s",
        },
        "yellow": {"type": "import", "capacity": "4 m3/s"},
        "city": {"type": "demand", "use": "domestic", "flow": "4 m3/s", **more.pop("city", {})},
        "farm": {"type": "demand", "use": "agriculture", "flow": "6 m3/s", **more.pop("farm", {})},
        "sea": {"type": "outlet"},
    }
    return simulated(
        nodes,
        "dam > city",
        "dam > farm",
        {"from": "dam", "to": "lake", "type": "river"},
        {"from": "yangtze", "to": "city", "capacity": f"{yangtze_to_city} m3/s"},
        {"from": "yangtze", "to": "lake", "capacity": "5 m3/s"},
        {"from": "yellow", "to": "lake", "capacity": "4 m3/s"},
        {"from": "yellow", "to": "farm", "capacity": "2 m3/s"},
        {"from": "lake", "to": "sea", "type": "river"},
        ladder=tuple({"spare": one[6:]} if one.startswith("spare ") else one for one in ladder),
        rules={"inflow": by_day(*inflow), **more.pop("rules", {})},
        period=("2001-01-01", f"2001-01-{days:02d}", "day"),
        **more,
    )


def table(result, quantity, item, decimals=6):
    """Values of the days: storages in flow-days, flows in m3/s."""
    data = result[quantity]
    dimension = next(str(name) for name in data.dims if name != "time")
    values = np.asarray(data.sel({dimension: item}).values, dtype=np.float64)
    scale = FLOW_DAY_M3 if quantity in ("storage", "limit_storage", "account_left") else 1.0
    return (np.round(values / scale, decimals) + 0.0).tolist()
