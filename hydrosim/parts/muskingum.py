"""Forms of routing in the steps of a run: lag, fractional lag, Muskingum with sub-reaches.

A linear form turns inflow volumes I into outflow volumes R with weights that sum to one, so it
keeps mass. What a form lets through in the very step of the inflow cannot be forced before the
allocation; it is released one step later, and the form says what mean travel time that makes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from hydrosim.expressions.values import Value
from hydrosim.locale import Message, _

if TYPE_CHECKING:
    from collections.abc import Callable

    from hydrosim.expressions.values import Graph

__all__ = [
    "Delay",
    "NoFormError",
    "RoutingForm",
    "lag_form",
    "muskingum_form",
    "open_delay",
]

MOST_REACHES = 64
SNAP = 1e-9


class NoFormError(ValueError):
    """No form keeps the travel time and the spread of a reach in steps of this length."""


@dataclass(frozen=True)
class RoutingForm:
    """How a reach delays water in steps of one length.

    Attributes
    ----------
    kind
        none, lag, fractional_lag or muskingum.
    steps, fraction
        Whole steps of lag, and the share that takes one step more.
    reaches
        Number of sub-reaches.
    coefficients
        C0, C1, C2 of each sub-reach.
    wanted_steps, mean_steps
        Travel time asked for, and the one that the form has, in steps.
    spread_steps
        Standard deviation of the travel time in steps, without the late first share.
    """

    kind: Literal["none", "lag", "fractional_lag", "muskingum"]
    steps: int = 0
    fraction: float = 0.0
    reaches: int = 0
    coefficients: tuple[float, float, float] = (1.0, 0.0, 0.0)
    wanted_steps: float = 0.0
    mean_steps: float = 0.0
    spread_steps: float = 0.0

    @property
    def sentence(self) -> Message:
        """What was taken, for the reader of a check."""
        mean = _(
            "mean travel time {mean:.3g} steps (wanted {wanted:.3g})",
            mean=self.mean_steps, wanted=self.wanted_steps,
        )  # fmt: skip
        if self.kind == "none" and self.wanted_steps == 0.0:
            return _("no delay: no travel time is given")
        if self.kind == "none":
            return _(
                "no delay: a travel time of {steps:.3g} steps is under half a step",
                steps=self.wanted_steps,
            )
        if self.kind == "lag":
            return _("a lag of {steps} steps; {mean}", steps=self.steps, mean=mean)
        if self.kind == "fractional_lag":
            return _(
                "a lag of {steps} steps, {fraction:.3g} of it one step more; {mean}",
                steps=self.steps, fraction=self.fraction, mean=mean,
            )  # fmt: skip
        c0, c1, c2 = self.coefficients
        return _(
            "Muskingum with {reaches} sub-reaches, C = {c0:.4g}, {c1:.4g}, {c2:.4g}; {mean}",
            reaches=self.reaches, c0=c0, c1=c1, c2=c2, mean=mean,
        )  # fmt: skip


def lag_form(travel_s: float, dt_s: float) -> RoutingForm:
    """Return a lag of whole steps, the rest shared between two of them.

    Below one step the nearest whole number is taken: a share that arrives in the same step
    would let the allocation count on water that is still under way.

    Parameters
    ----------
    travel_s
        Travel time [s].
    dt_s
        Length of a step [s].
    """
    wanted = travel_s / dt_s
    nearest_steps = math.floor(wanted + 0.5)
    if wanted < 1.0 or abs(wanted - nearest_steps) <= SNAP * max(wanted, 1.0):
        steps = nearest_steps
        kind: Literal["none", "lag"] = "lag" if steps else "none"
        return RoutingForm(kind, steps, wanted_steps=wanted, mean_steps=float(steps))
    steps = math.floor(wanted)
    fraction = wanted - steps
    spread = math.sqrt(fraction * (1.0 - fraction))
    return RoutingForm(
        "fractional_lag",
        steps,
        fraction,
        wanted_steps=wanted,
        mean_steps=wanted,
        spread_steps=spread,
    )


def muskingum_form(travel_s: float, x: float, dt_s: float) -> RoutingForm:
    """Return the Muskingum form of a reach in steps of one length.

    The smallest number n of sub-reaches whose coefficients are all >= 0 is taken, with
    K_l = K / n and x_l = 1/2 - n (1/2 - x), which keep the mean travel time K and its variance
    K^2 (1 - 2 x) (Cunge 1969 gives the variance). Where a step is too long to show the spread
    (K sqrt(1 - 2 x) <= dt / 2, which holds for every step longer than 2 K (1 - x)) and no n fits,
    a lag keeps the travel time.

    Parameters
    ----------
    travel_s
        K [s].
    x
        Weight of the inflow, 0 to 0.5.
    dt_s
        Length of a step [s].

    Raises
    ------
    NoFormError
        If there is no such form.
    """
    wanted = travel_s / dt_s
    for count in range(1, MOST_REACHES + 1):
        part_k = travel_s / count
        part_x = 0.5 - count * (0.5 - x)
        weighted = 2.0 * part_k * part_x
        divisor = 2.0 * part_k - weighted + dt_s
        c0 = (dt_s - weighted) / divisor
        c1 = (dt_s + weighted) / divisor
        c2 = (2.0 * part_k - weighted - dt_s) / divisor
        if min(c0, c1, c2) >= -SNAP:
            c0, c1 = max(c0, 0.0), max(c1, 0.0)
            late = c0**count
            return RoutingForm(
                "muskingum",
                reaches=count,
                coefficients=(c0, c1, 1.0 - c0 - c1),
                wanted_steps=wanted,
                mean_steps=wanted + late,
                spread_steps=wanted * math.sqrt(max(1.0 - 2.0 * x, 0.0)),
            )
    if travel_s * math.sqrt(max(1.0 - 2.0 * x, 0.0)) <= 0.5 * dt_s:
        return lag_form(travel_s, dt_s)
    msg = _("K = {k:.6g} h and x = {x:.6g} in steps of {step:.6g} h: no number of sub-reaches has "
            "coefficients of 0 or more", k=travel_s / 3600, x=x, step=dt_s / 3600)  # fmt: skip
    raise NoFormError(msg)


@dataclass(frozen=True, eq=False)
class Delay:
    """A delay that stands in the model: what arrives now, and how it takes up an inflow.

    Attributes
    ----------
    arriving_m3
        Volume that leaves the delay in this step, known at its start.
    initial_m3
        Water under way at the start of the run.
    enter
        Called once with the volume that enters in a step, after the allocation.
    """

    arriving_m3: Value
    initial_m3: float
    enter: Callable[[Value], None]


def open_delay(
    name: str, form: RoutingForm, graph: Graph, initial_m3_per_step: float = 0.0
) -> Delay:
    """Open the states of a delay.

    Parameters
    ----------
    name
        Name of the reach.
    form
        Any form but ``none``.
    graph
        Receives states and values.
    initial_m3_per_step
        Steady volume a step that has flowed before the run.
    """
    under_way = initial_m3_per_step * form.mean_steps
    if form.kind == "muskingum":
        return _open_muskingum(name, form, graph, initial_m3_per_step, under_way)
    longest = form.steps + (1 if form.fraction > 0.0 else 0)
    waiting = [
        graph.state(f"{name}.entered_{age}_steps_ago", initial_m3_per_step)
        for age in range(1, longest + 1)
    ]
    arriving = waiting[form.steps - 1]
    if form.fraction > 0.0:
        arriving = (1.0 - form.fraction) * arriving + form.fraction * waiting[form.steps]

    def enter(volume_m3: Value) -> None:
        younger = volume_m3
        for state in waiting:
            graph.advance(state, younger)
            younger = state

    return Delay(arriving, under_way, enter)


def _open_muskingum(
    name: str, form: RoutingForm, graph: Graph, steady_m3: float, under_way_m3: float
) -> Delay:
    c0, c1, c2 = form.coefficients
    parts = range(1, form.reaches + 1)
    inflows = [graph.state(f"{name}.inflow_{part}", steady_m3) for part in parts]
    outflows = [graph.state(f"{name}.outflow_{part}", steady_m3) for part in parts]
    late = c0**form.reaches
    held = graph.state(f"{name}.late", late * steady_m3)

    def routed(volume_m3: Value) -> list[Value]:
        """Inflows of all parts and the outflow of the last, for an inflow of this step."""
        chain = [volume_m3]
        for before_in, before_out in zip(inflows, outflows, strict=True):
            chain.append(c0 * chain[-1] + c1 * before_in + c2 * before_out)
        return chain

    arriving = routed(graph.constant(0.0))[-1] + held

    def enter(volume_m3: Value) -> None:
        chain = routed(volume_m3)
        for part, (before_in, before_out) in enumerate(zip(inflows, outflows, strict=True)):
            graph.advance(before_in, chain[part])
            graph.advance(before_out, chain[part + 1])
        graph.advance(held, late * volume_m3)

    return Delay(arriving, under_way_m3, enter)
