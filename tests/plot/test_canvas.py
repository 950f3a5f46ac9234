"""The quick canvas draws the same text at the same place as matplotlib's own."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from hydrosim.plot.canvas import QuickCanvas


def ink(canvas: type[FigureCanvasAgg], colour: str, angle: float) -> np.ndarray:
    """Return how dark each pixel of a picture with one text is."""
    figure = Figure(figsize=(3, 2), dpi=110)
    drawn = canvas(figure)
    figure.text(0.3, 0.4, "Storage 27.30", color=colour, rotation=angle, fontsize=9)
    drawn.draw()
    return 255.0 - np.asarray(drawn.buffer_rgba())[..., :3].astype(float).mean(axis=2)


@pytest.mark.parametrize("angle", [0.0, 90.0])
@pytest.mark.parametrize("colour", ["#000000", "#D55E00", "#00000080"])
def test_text_stands_where_matplotlib_puts_it(colour: str, angle: float) -> None:
    usual, quick = (ink(canvas, colour, angle) for canvas in (FigureCanvasAgg, QuickCanvas))
    assert quick.sum() == pytest.approx(usual.sum(), rel=0.12)
    for axis in (0, 1):
        usual_at, quick_at = (np.flatnonzero(one.sum(axis=axis) > 20) for one in (usual, quick))
        assert abs(usual_at[0] - quick_at[0]) <= 2
        assert abs(usual_at[-1] - quick_at[-1]) <= 4
