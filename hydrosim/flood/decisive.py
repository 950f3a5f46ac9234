"""The design floods that decide on the levels of stores, routed with their hydrographs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from hydrosim.flood.design import FloodCase
from hydrosim.flood.simulation import route
from hydrosim.reading.flood import periods, stores, texts
from hydrosim.standards.flood_criteria import CASE_KEYS

if TYPE_CHECKING:
    import xarray as xr

    from hydrosim.flood.build import FloodModel
    from hydrosim.flood.judging import FloodCheck

__all__ = ["DECIDES", "decisive_floods", "route_decisive"]

DECIDES = "decides"
"""Attribute with the stores on whose levels each flood decides, by flood, as JSON."""


def decisive_floods(check: FloodCheck) -> dict[tuple[FloodCase, float], list[str]]:
    """Return the floods of the return periods required of stores that rise highest there.

    Parameters
    ----------
    check
        Design floods and what they say.

    Returns
    -------
    dict
        Stores by case and return period [year], in order; of a return period the season,
        composition and typical flood with the highest level.
    """
    dataset = check.dataset
    known = stores(dataset)
    years, controls = periods(dataset), texts(dataset, "event_control")
    labels = list(zip(*(texts(dataset, f"event_{key}") for key in CASE_KEYS), strict=True))
    found: dict[tuple[FloodCase, float], list[str]] = {}
    for criterion, required in check.required():
        store = criterion.subject.name
        if store not in known or criterion.unit != "m":
            continue
        own = np.flatnonzero(criterion.judged & np.isclose(years, required, rtol=1e-9))
        if own.size:
            highest = int(own[np.argmax(criterion.value[own])])
            key = FloodCase(controls[highest], *labels[highest]), float(years[highest])
            if store not in found.setdefault(key, []):
                found[key].append(store)
    return dict(sorted(found.items()))


def route_decisive(model: FloodModel, check: FloodCheck) -> xr.Dataset | None:
    """Route them with their hydrographs; None where no return period is required of a store.

    Parameters
    ----------
    model
        The model that the check was made with.
    check
        Design floods and what they say.
    """
    if not check.design.cases:
        return None
    decided = [
        (event, names)
        for (case, years), names in decisive_floods(check).items()
        if (event := check.design.event(case, years)) is not None
    ]
    if not decided:
        return None
    dataset = route(model, [event for event, _names in decided])
    decides = {event.name: names for event, names in decided}
    return dataset.assign_attrs({DECIDES: json.dumps(decides, ensure_ascii=False)})
