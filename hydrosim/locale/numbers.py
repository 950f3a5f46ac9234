"""Numbers as sentences write them; the same in every language."""

from __future__ import annotations

__all__ = ["number", "percent", "short"]

_EQUAL = 1e-9


def number(value: float) -> str:
    """Return a number with four significant digits; what is smaller than 1e-9 is 0."""
    if abs(value) < _EQUAL:
        return "0"
    if 1e4 <= abs(value) < 1e9:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def short(value: float) -> str:
    """Return a number with three significant digits, large ones in full."""
    if value and not 1e-4 <= abs(value) < 1e7:
        return f"{value:.2e}"
    return f"{value:.0f}" if abs(value) >= 100.0 else f"{value:.3g}"


def percent(share: float) -> str:
    """Return a share as a percentage."""
    return f"{number(100 * share)} %"
