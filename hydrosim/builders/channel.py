"""Forms of routing in the steps of a flood: lag, Muskingum with sub-reaches, Muskingum-Cunge."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from hydrosim.locale import _
from hydrosim.parts.muskingum import NoFormError, muskingum_form

__all__ = [
    "ChannelShape",
    "Routing",
    "RoutingError",
    "channel_routing",
    "lag_routing",
    "manning_table",
    "muskingum_routing",
]

SNAP = 1e-9
ROWS = 2048
LARGEST_FLOW_M3S = 2e5
MOST_PARTS = 400
GRAVITY_ROOT_DEPTH = 60
FLAT_S = 1800.0
"""Time in which a wave spreads [s] from which on a river is flat."""
FEWEST_CELLS = 12


class ChannelShape(Protocol):
    """Cross-section and slope of a reach, in SI."""

    @property
    def length(self) -> float:
        """Length of the reach [m]."""
        ...

    @property
    def width(self) -> float:
        """Width of the bed [m]."""
        ...

    @property
    def side_slope(self) -> float:
        """Horizontal over vertical slope of the banks."""
        ...

    @property
    def slope(self) -> float:
        """Slope of the bed."""
        ...

    @property
    def roughness(self) -> float:
        """Manning's n."""
        ...

    @property
    def method(self) -> str:
        """Whether parameters follow the flow (variable) or are those of ``reference``."""
        ...

    @property
    def reference(self) -> float | None:
        """Flow for which its parts are sized [m3/s]."""
        ...


class RoutingError(ValueError):
    """A reach that no form of routing fits in steps of this length."""

    def __init__(
        self, path: tuple[str | int, ...], found: str, expected: str, note: str | None = None
    ) -> None:
        self.path = path
        self.found = found
        self.expected = expected
        self.note = note
        super().__init__(found)


@dataclass(frozen=True, eq=False)
class Routing:
    """How a reach passes a flood in steps of one length.

    Attributes
    ----------
    kind
        lag, muskingum, cunge or wave.
    count
        Whole steps of a lag, else sub-reaches or cells.
    weights
        Share of one step more (lag), C0, C1, C2 (Muskingum), or the length of a cell [m] and
        the bed slope (wave).
    part
        K_l [s] and x_l of a sub-reach (Muskingum).
    table
        Time through a part [s] and cell Reynolds number at equal steps of the root of the flow,
        shape (n, 2) (Muskingum-Cunge with variable parameters); wetted area [m2] and conveyance
        [m3/s] at equal steps of the root of the depth (wave).
    spacing
        Inverse of the step of that root [s0.5/m1.5, or m-0.5].
    lag
        Whole steps of lag before the sub-reaches (Muskingum), or cells behind the end (wave).
    travel_s, spread_s
        Mean travel time of a wave and its standard deviation [s].
    """

    kind: Literal["lag", "muskingum", "cunge", "wave"]
    count: int
    weights: tuple[float, float, float] = (0.0, 0.0, 0.0)
    part: tuple[float, float] = (0.0, 0.0)
    table: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 2)))
    spacing: float = 0.0
    lag: int = 0
    travel_s: float = 0.0
    spread_s: float = 0.0


def lag_routing(travel_s: float, dt_s: float) -> Routing:
    """Return a lag: whole steps, and linear between two of them."""
    steps = travel_s / dt_s
    whole = math.floor(steps + SNAP)
    part = max(steps - whole, 0.0)
    return Routing("lag", whole, (part if part > SNAP else 0.0, 0.0, 0.0), travel_s=travel_s)


def muskingum_routing(k_s: float, x: float, dt_s: float, path: tuple[str | int, ...]) -> Routing:
    """Return the Muskingum form with the fewest sub-reaches that keeps K and the variance.

    K_l = K / n, x_l = 1/2 - n (1/2 - x); a step too long to show the spread takes a lag. Whole
    steps of lag L before the sub-reaches, K_l = (K - L) / n, n K_l^2 (1 - 2 x_l) = K^2 (1 - 2 x),
    keep mean and variance too. In short steps only forms with x_l near 0 have weights of 0 or more:
    a lag and as many linear reservoirs as keep the variance without a negative lag. Where one reach
    has no form they are taken in longer steps as well, if x_l is nearer to 0 than without a lag, so
    that a wave keeps its form in steps of any length.

    Raises
    ------
    RoutingError
        If there is no admissible form.
    """
    reservoirs = _reservoirs(k_s, x, dt_s)
    try:
        form = muskingum_form(k_s, x, dt_s)
    except NoFormError as error:
        lagged = reservoirs or _lagged_muskingum(k_s, x, dt_s)
        if lagged is not None:
            return lagged
        raise RoutingError(
            path,
            error.args[0],
            _("parameters with an admissible form in the steps of the floods"),
            _("a larger x, or a longer `flood.step`"),
        ) from None
    if form.kind != "muskingum":
        return lag_routing(k_s, dt_s)
    count = form.reaches
    part = (k_s / count, 0.5 - count * (0.5 - x))
    if count > 1 and reservoirs is not None and abs(reservoirs.part[1]) < abs(part[1]) - SNAP:
        return reservoirs
    spread = k_s * math.sqrt(max(1.0 - 2.0 * x, 0.0))
    return Routing("muskingum", count, form.coefficients, part, travel_s=k_s, spread_s=spread)


def _reservoirs(k_s: float, x: float, dt_s: float) -> Routing | None:
    """Return a lag and the linear reservoirs of the same mean and variance, nearly, or None.

    The lag is a whole number of steps, and x_l takes up what that leaves out.
    """
    if x >= 0.5:
        return None
    count = min(math.floor(1.0 / (1.0 - 2.0 * x) + SNAP), MOST_PARTS)
    wanted = k_s * (1.0 - math.sqrt(count * (1.0 - 2.0 * x)))
    whole = max(math.floor(wanted / dt_s + SNAP), 0)
    forms = [_with_lag(k_s, x, dt_s, lag, count) for lag in (whole, whole + 1)]
    return min(
        (form for form in forms if form is not None),
        key=lambda form: abs(form.part[1]),
        default=None,
    )


def _with_lag(k_s: float, x: float, dt_s: float, lag: int, count: int) -> Routing | None:
    """Return some sub-reaches behind a lag of whole steps; None where a weight is negative."""
    variance = k_s**2 * (1.0 - 2.0 * x)
    part_k = (k_s - lag * dt_s) / count
    if part_k <= 0.0:
        return None
    part_x = 0.5 - 0.5 * variance / (count * part_k**2)
    weighted = 2.0 * part_k * part_x
    divisor = 2.0 * part_k - weighted + dt_s
    c0, c1 = (dt_s - weighted) / divisor, (dt_s + weighted) / divisor
    if min(c0, c1, 1.0 - c0 - c1) < -SNAP:
        return None
    c0, c1 = max(c0, 0.0), max(c1, 0.0)
    return Routing(
        "muskingum",
        count,
        (c0, c1, 1.0 - c0 - c1),
        (part_k, part_x),
        lag=lag,
        travel_s=k_s,
        spread_s=math.sqrt(variance),
    )


def _lagged_muskingum(k_s: float, x: float, dt_s: float) -> Routing | None:
    """Return the form with the shortest lag before Muskingum sub-reaches, or None."""
    for lag in range(1, math.floor(k_s / dt_s) + 1):
        for count in range(1, MOST_PARTS + 1):
            form = _with_lag(k_s, x, dt_s, lag, count)
            if form is not None:
                return form
    return None


def channel_routing(channel: ChannelShape, safe_m3s: float | None, dt_s: float) -> Routing:
    """Return the routing of a channel: Muskingum-Cunge, or a diffusive wave where it is flat.

    Muskingum-Cunge has constant parameters (Cunge 1969) or variable ones (Todini 2007). Its parts
    are as many as make Courant number C and cell Reynolds number D of the reference flow satisfy
    C + D >= 1 (Ponce and Theurer 1982). Where the parameters vary, D is kept from 1 - C to 1 + C at
    every flow, so that no weight is negative. Flat is a river whose waves take longer than
    ``FLAT_S`` to spread, h / (S0 V) of the reference flow: there the slope of the water matters,
    which a rating by the bed slope does not see.

    Parameters
    ----------
    channel
        Length, width, side slope, bed slope, Manning's n, method, reference flow.
    safe_m3s
        Reference flow where the channel names none.
    dt_s
        Length of a step [s].

    Raises
    ------
    RoutingError
        If there is no reference flow, or the step is too long for the reach.
    """
    reference = channel.reference or safe_m3s
    if not reference:
        raise RoutingError(
            ("channel",),
            _("a channel without a reference flow"),
            _("`reference:` in it, or a safe discharge of the reach"),
        )
    sizes = {
        "length": channel.length,
        "width": channel.width,
        "slope": channel.slope,
        "roughness": channel.roughness,
    }
    for key, size in sizes.items():
        if size <= 0:
            raise RoutingError(("channel", key), _("0 or less"), _("a {key} above 0", key=key))
    celerity, number = _wave(channel, np.array([reference]))
    courant = float(celerity[0]) * dt_s / channel.length
    reynolds = float(number[0])
    if channel.method == "variable":
        wave = _diffusive_wave(channel, reference, reynolds, channel.length / float(celerity[0]))
        if wave is not None:
            return wave
    count = max(1, math.ceil(1.0 / (courant + reynolds) - SNAP))
    if count > MOST_PARTS:
        raise RoutingError(
            ("channel", "length"),
            _(
                "{length:g} km in steps of {dt_s:g} h: {count} parts",
                length=channel.length / 1000,
                dt_s=dt_s / 3600,
                count=count,
            ),
            _(
                "at most {most_parts} parts: a longer `flood.step`, or several reaches",
                most_parts=MOST_PARTS,
            ),
        )
    travel = channel.length / float(celerity[0])
    spread = travel * math.sqrt(max(reynolds, 0.0))
    if channel.method == "constant":
        return _constant(courant * count, reynolds * count, count, travel, spread, dt_s)
    table, spacing = manning_table(channel, count)
    shares = dt_s / table[:, 0]
    table[:, 1] = np.clip(table[:, 1], 1.0 - shares, 1.0 + shares)
    return Routing("cunge", count, table=table, spacing=spacing, travel_s=travel, spread_s=spread)


def _diffusive_wave(
    channel: ChannelShape, reference: float, reynolds: float, travel_s: float
) -> Routing | None:
    """Return a diffusive wave where a river is flat for a flow, else None."""
    depth = _depth(channel, np.array([reference]))
    area, _unused, _unused = _section(channel, depth)
    speed = reference / float(area[0])
    if float(depth[0]) / (channel.slope * speed) < FLAT_S:
        return None
    count = min(max(math.ceil(2.0 / reynolds), FEWEST_CELLS), MOST_PARTS)
    beyond = min(math.ceil(3.0 * reynolds * count), 3 * count)
    deepest = float(_depth(channel, np.array([LARGEST_FLOW_M3S]))[0])
    spacing = (ROWS - 1) / math.sqrt(deepest)
    depths = np.square(np.arange(ROWS) / spacing)
    areas, perimeters, _unused = _section(channel, depths)
    conveyances = areas * (areas / perimeters) ** (2.0 / 3.0) / channel.roughness
    return Routing(
        "wave",
        count,
        (channel.length / count, channel.slope, 0.0),
        table=np.column_stack((areas, conveyances)),
        spacing=spacing,
        lag=beyond,
        travel_s=travel_s,
        spread_s=travel_s * math.sqrt(reynolds),
    )


def _constant(
    courant: float, reynolds: float, count: int, travel_s: float, spread_s: float, dt_s: float
) -> Routing:
    divisor = 1.0 + courant + reynolds
    weights = (
        (-1.0 + courant + reynolds) / divisor,
        (1.0 + courant - reynolds) / divisor,
        (1.0 - courant + reynolds) / divisor,
    )
    if min(weights) < -SNAP:
        if courant > 1.0:
            return lag_routing(travel_s, dt_s)
        raise RoutingError(
            ("channel",),
            _(
                "Courant number {courant:.3g} and cell Reynolds number {reynolds:.3g}",
                courant=courant,
                reynolds=reynolds,
            ),
            _("a channel that is not flatter than its wave is long: a shorter `flood.step`"),
        )
    c0, c1 = max(weights[0], 0.0), max(weights[1], 0.0)
    part = (travel_s / count, 0.5 * (1.0 - reynolds))
    return Routing(
        "muskingum", count, (c0, c1, 1.0 - c0 - c1), part, travel_s=travel_s, spread_s=spread_s
    )


def _depth(channel: ChannelShape, flow: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the normal depth [m] at each flow, by bisection of Manning's formula."""
    low, high = np.zeros_like(flow), np.full_like(flow, 1.0)
    while np.any(short := _manning(channel, high) < flow):
        high = np.where(short, 2.0 * high, high)
    for _unused in range(GRAVITY_ROOT_DEPTH):
        middle = 0.5 * (low + high)
        less = _manning(channel, middle) < flow
        low, high = np.where(less, middle, low), np.where(less, high, middle)
    return 0.5 * (low + high)


def _section(
    channel: ChannelShape, depth: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return area [m2], wetted perimeter [m] and surface width [m] at each depth."""
    side = channel.side_slope
    area = (channel.width + side * depth) * depth
    perimeter = channel.width + 2.0 * depth * math.sqrt(1.0 + side * side)
    return area, perimeter, channel.width + 2.0 * side * depth


def _manning(channel: ChannelShape, depth: NDArray[np.float64]) -> NDArray[np.float64]:
    area, perimeter, _unused = _section(channel, depth)
    radius = area / perimeter
    return area * radius ** (2.0 / 3.0) * math.sqrt(channel.slope) / channel.roughness


def _wave(
    channel: ChannelShape, flow: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return celerity dQ/dA [m/s] of Manning flow and Q / (B S0 c L) of the whole reach."""
    depth = _depth(channel, flow)
    area, perimeter, width = _section(channel, depth)
    slope = 2.0 * math.sqrt(1.0 + channel.side_slope**2)
    speed = flow / area
    celerity = speed * (5.0 - 2.0 * area * slope / (perimeter * width)) / 3.0
    return celerity, flow / (width * channel.slope * celerity * channel.length)


def manning_table(channel: ChannelShape, count: int) -> tuple[NDArray[np.float64], float]:
    """Return time through a part and corrected cell Reynolds number by flow, and the spacing.

    The time is dx A / Q, so that steady flow stores dx A, and D = Q / (beta B S0 c dx) with
    beta = c A / Q (Todini 2007).

    Returns
    -------
    table
        Shape (n, 2): time [s], number [1]; at flows (i / spacing)^2.
    spacing
        Inverse step of the root of the flow.
    """
    step = math.sqrt(LARGEST_FLOW_M3S) / (ROWS - 1)
    flow: NDArray[np.float64] = np.square(np.linspace(0.0, (ROWS - 1) * step, ROWS))
    flow[0] = (0.25 * step) ** 2
    depth = _depth(channel, flow)
    area, _unused, _unused = _section(channel, depth)
    celerity, number = _wave(channel, flow)
    part = channel.length / count
    beta = celerity * area / flow
    return np.column_stack((part * area / flow, number * count / beta)), 1.0 / step
