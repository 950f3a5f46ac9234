"""Regional composition of a design flood 设计洪水地区组成.

The flood of a control point 防洪控制断面 is made up of those of the areas above it: reservoirs on
parallel or serial rivers and the areas between (区间). Two ways of SL 44:

- typical year 典型年法: every area has its share of a real flood;
- same frequency 同频率组成法: one area has its own flood of the design frequency, the others
  have what is left of the control point's, in the shares of the real flood.

Areas reach the control point by a time of travel, without attenuation: what is composed is volume.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hydrosim.errors import ConfigError
from hydrosim.hydrology.design_flood import (
    DEFAULT_SMOOTHING_S,
    DesignValues,
    NestedWindows,
    nested_windows,
    same_frequency,
    smoothing_steps,
    window_targets,
)
from hydrosim.hydrology.factor_field import stretch_flow
from hydrosim.hydrology.hydrographs import SECONDS_PER_DAY, Hydrograph, total_hydrograph
from hydrosim.hydrology.refusal import check_choice, impossible_for, refuse
from hydrosim.locale import _

Floats = NDArray[np.float64]
TYPICAL_YEAR = "typical_year"


@dataclass(frozen=True, eq=False)
class SubArea:
    """One area above a control point.

    Attributes
    ----------
    name : str
        Name of the site where its flood is wanted: a reservoir, or an area between.
    typical : Hydrograph
        Its part of the typical flood at that site, on the clock of all areas [m3/s].
    travel_time_s : float
        Time of travel from the site to the control point [s], a whole number of steps.
    """

    name: str
    typical: Hydrograph
    travel_time_s: float = 0.0


@dataclass(frozen=True, eq=False)
class Composition:
    """Floods of all areas that together make the design flood of the control point.

    Attributes
    ----------
    scheme : str
        ``"typical_year"``, or ``"same_frequency:NAME"`` with the area that has its own flood.
    hydrographs : dict of str to Hydrograph
        Flood of each area at its site [m3/s].
    control : Hydrograph
        Their sum at the control point [m3/s].
    design : DesignValues
        Design values of the control point.
    windows : NestedWindows
        Windows at the control point, in steps of `control`.
    volumes_m3 : dict of str to tuple of float
        Volume of each area within each of the windows [m3]; they sum to the design volumes.
    notes : tuple of str
        What a reviewer should know.
    """

    scheme: str
    hydrographs: dict[str, Hydrograph]
    control: Hydrograph
    design: DesignValues
    windows: NestedWindows
    volumes_m3: dict[str, tuple[float, ...]]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class CompositionSet:
    """All compositions of one design flood.

    Attributes
    ----------
    possible : tuple of Composition
        Those that exist, the typical year first, then by name.
    impossible : dict of str to str
        Schemes that do not exist, with the reason.
    """

    possible: tuple[Composition, ...]
    impossible: dict[str, str]


def compose_typical_year(
    areas: Sequence[SubArea],
    design: DesignValues,
    *,
    smoothing_s: float = DEFAULT_SMOOTHING_S,
) -> Composition:
    """Compose a design flood in the shares of a typical flood (典型年法).

    The sum of the typical floods at the control point is brought to the design values by the same
    frequency (by the same ratio where only a peak is given); each area takes the factors of the
    steps in which its water passes the control point. So the sum is the design flood in every step.

    Parameters
    ----------
    areas : sequence of SubArea
        All areas above the control point, names once each.
    design : DesignValues
        Design values of the control point.
    smoothing_s : float
        Time over which factors blend [s].

    Returns
    -------
    Composition

    Raises
    ------
    ConfigError
        As `same_frequency`, or if names repeat, steps differ or a time of travel is no whole number
        of steps.
    """
    arrivals = _arrivals(areas)
    total = total_hydrograph(arrivals.values())
    made = same_frequency(total, design, smoothing_s=smoothing_s)
    factors = _ratio(made.hydrograph.flow_m3s, total.flow_m3s)
    parts = {name: _multiplied(arrival, total, factors) for name, arrival in arrivals.items()}
    return _composed(TYPICAL_YEAR, areas, parts, design, made.windows, made.notes)


def compose_same_frequency(
    areas: Sequence[SubArea],
    design: DesignValues,
    leader: str,
    leader_design: DesignValues,
    *,
    smoothing_s: float = DEFAULT_SMOOTHING_S,
) -> Composition:
    """Compose a design flood with one area's own flood of that frequency (同频率地区组成法).

    The leader's typical flood is brought to its own design values. In each window of the control
    point the others together have the balance, in the shares of the typical flood. The sum exceeds
    neither the design volumes in any other window nor the design peak, where that can be met.

    Parameters
    ----------
    areas : sequence of SubArea
        All areas above the control point, two at least, names once each.
    design : DesignValues
        Design values of the control point, volumes among them.
    leader : str
        Name of the area with its own flood.
    leader_design : DesignValues
        Design values of that area, of the same return period.
    smoothing_s : float
        Time over which factors blend [s].

    Returns
    -------
    Composition

    Raises
    ------
    ConfigError
        If the control point has no design volumes, the leader is unknown or alone, or it brings
        more than the design flood of the control point in some part of the windows.
    """
    arrivals = _arrivals(areas)
    check_choice("leader", leader, arrivals)
    if len(arrivals) < 2:
        refuse("areas", _("one area"), _("two areas at least for a balance"))
    if not design.volumes_m3:
        refuse(
            "design.volumes", _("nothing"), _("design volumes of the control point for a balance")
        )
    total = total_hydrograph(arrivals.values())
    windows = nested_windows(total, tuple(duration for duration, _unused in design.volumes_m3))
    lead = same_frequency(arrivals[leader], leader_design, smoothing_s=smoothing_s)
    beside = _aligned(lead.hydrograph, total)
    others = [_aligned(one, total) for name, one in arrivals.items() if name != leader]
    rest = Hydrograph(np.sum(others, axis=0), total.step_s, total.start_s)
    wanted = np.diff([volume / total.step_s for _unused, volume in design.volumes_m3], prepend=0.0)
    taken = np.diff([beside[low:high].sum() for low, high in windows.spans], prepend=0.0)
    _check_balance(leader, wanted, taken, design, total.step_s)
    targets = window_targets(
        rest, design, windows.spans, wanted - taken, beside_m3s=beside, fix_peak=False
    )
    stretched = stretch_flow(rest.flow_m3s, targets, smoothing_steps(rest, smoothing_s))
    notes = [*windows.notes, *(f"{leader}: {note}" for note in lead.notes)]
    if not stretched.kept_limits:
        notes.append("the sum exceeds the design values of the control point outside its windows")
    factors = _ratio(stretched.flow_m3s, rest.flow_m3s)
    parts = {
        name: lead.hydrograph if name == leader else _multiplied(arrival, total, factors)
        for name, arrival in arrivals.items()
    }
    scheme = f"same_frequency:{leader}"
    return _composed(scheme, areas, parts, design, windows, tuple(notes))


def compose_all(
    areas: Sequence[SubArea],
    design: DesignValues,
    leader_designs: Mapping[str, DesignValues],
    *,
    smoothing_s: float = DEFAULT_SMOOTHING_S,
) -> CompositionSet:
    """Compose a design flood in all ways: the typical year, and each named area in the lead.

    Parameters
    ----------
    areas : sequence of SubArea
        All areas above the control point.
    design : DesignValues
        Design values of the control point.
    leader_designs : mapping of str to DesignValues
        Design values of the areas that may lead, of the same return period.
    smoothing_s : float
        Time over which factors blend [s].

    Returns
    -------
    CompositionSet

    Raises
    ------
    ConfigError
        If the typical year cannot be composed, or a name is unknown.
    """
    possible = [compose_typical_year(areas, design, smoothing_s=smoothing_s)]
    impossible = {}
    for name in sorted(leader_designs):
        check_choice("leader", name, (area.name for area in areas))
        try:
            found = compose_same_frequency(
                areas, design, name, leader_designs[name], smoothing_s=smoothing_s
            )
        except ConfigError as error:
            fault = error.faults[0]
            impossible[f"same_frequency:{name}"] = impossible_for(fault)
            continue
        possible.append(found)
    return CompositionSet(tuple(possible), impossible)


def _arrivals(areas: Sequence[SubArea]) -> dict[str, Hydrograph]:
    """Typical floods as they reach the control point."""
    found: dict[str, Hydrograph] = {}
    for area in areas:
        if area.name in found:
            refuse("areas", _("{name!r} twice", name=area.name), _("each name once"))
        area.typical.steps_in(area.travel_time_s, f"areas.{area.name}.travel_time")
        found[area.name] = area.typical.delayed(area.travel_time_s)
    return found


def _aligned(part: Hydrograph, total: Hydrograph) -> Floats:
    """Flow of a part on the steps of the sum."""
    flow = np.zeros(total.flow_m3s.size)
    first = total.steps_in(part.start_s - total.start_s)
    flow[first : first + part.flow_m3s.size] = part.flow_m3s
    return flow


def _multiplied(arrival: Hydrograph, total: Hydrograph, factors: Floats) -> Hydrograph:
    first = total.steps_in(arrival.start_s - total.start_s)
    own = factors[first : first + arrival.flow_m3s.size]
    return Hydrograph(arrival.flow_m3s * own, arrival.step_s, arrival.start_s)


def _ratio(flow: Floats, before: Floats) -> Floats:
    return np.divide(flow, before, out=np.ones_like(flow), where=before > 0.0)


def _check_balance(
    leader: str, wanted: Floats, taken: Floats, design: DesignValues, step_s: float
) -> None:
    shorter = 0.0
    for (duration, _unused), ours, theirs in zip(design.volumes_m3, wanted, taken, strict=True):
        days = duration / SECONDS_PER_DAY
        if theirs > ours * (1.0 + 1e-9):
            span = _("the first {days:g} d", days=days)
            if shorter > 0.0:
                span = _("{shorter:g} to {days:g} d", shorter=shorter, days=days)
            refuse(
                f"leader.{leader}",
                _(
                    "{theirs:.6g} m3 from {leader} in {span} of the control point's windows",
                    theirs=theirs * step_s,
                    leader=leader,
                    span=span,
                ),
                _(
                    "at most {ours:.6g} m3, the design flood of the control point there",
                    ours=ours * step_s,
                ),
                _("take another leader or the typical year"),
            )
        shorter = days


def _composed(
    scheme: str,
    areas: Sequence[SubArea],
    parts: Mapping[str, Hydrograph],
    design: DesignValues,
    windows: NestedWindows,
    notes: tuple[str, ...],
) -> Composition:
    control = total_hydrograph(parts.values())
    volumes = {
        name: tuple(
            float(_aligned(part, control)[low:high].sum()) * control.step_s
            for low, high in windows.spans
        )
        for name, part in parts.items()
    }
    all_notes = list(notes)
    if design.peak_m3s is not None and scheme != TYPICAL_YEAR:
        share = control.peak_m3s / design.peak_m3s
        all_notes.append(f"the sum peaks at {share:.1%} of the design peak of the control point")
    sites = {area.name: parts[area.name].delayed(-area.travel_time_s) for area in areas}
    return Composition(scheme, sites, control, design, windows, volumes, tuple(all_notes))
