"""A canvas that draws level text as one image a line, and keeps lines that come again.

matplotlib 3.11 places each glyph by itself, about 5 ms for a line of text; pages full of text
(the verdict board) are drawn in a third of the time like this. Only public calls are used; turned
text and formulas go the usual way. Imported only when something is drawn.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg, get_hinting_flag

if TYPE_CHECKING:
    from matplotlib.backend_bases import GraphicsContextBase
    from matplotlib.font_manager import FontProperties
    from matplotlib.text import Text
    from numpy.typing import NDArray

__all__ = ["QuickCanvas"]


class _Line(NamedTuple):
    """A line of text: coverage 0..255 (rows from the top, columns), its place and size [pixel]."""

    coverage: NDArray[np.uint8]
    right: float
    down: float
    width: float
    height: float
    descent: float


@lru_cache(maxsize=64)
def _paths(families: tuple[str, ...], weight: Any) -> tuple[str, ...]:
    """Return the files of fonts; the later ones lend the characters that the first lack."""
    return tuple(
        str(font_manager.findfont(font_manager.FontProperties(family=[name], weight=weight)))
        for name in families
    )


@lru_cache(maxsize=2048)
def _line(paths: tuple[str, ...], size: float, dpi: float, text: str) -> _Line:
    font = font_manager.get_font(list(paths))
    font.clear()
    font.set_size(size, dpi)
    font.set_text(text, 0.0, flags=get_hinting_flag())
    width, height = font.get_width_height()
    descent = font.get_descent()
    font.draw_glyphs_to_bitmap(antialiased=True)
    right, down = font.get_bitmap_offset()
    image = np.array(font.get_image(), dtype=np.uint8)
    return _Line(
        image, right / 64.0, (down + descent) / 64.0, width / 64.0, height / 64.0, descent / 64.0
    )


class _Renderer(RendererAgg):
    """The renderer of matplotlib with a short way for level text."""

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: Any
    ) -> tuple[float, float, float]:
        """Return width, height and descent of a line [pixel]; drawing it then costs nothing new."""
        if ismath or not s.strip() or prop.get_style() != "normal":
            return super().get_text_width_height_descent(s, prop, ismath)
        own: Any = self
        paths = _paths(tuple(prop.get_family()), prop.get_weight())
        line = _line(paths, prop.get_size_in_points(), float(own.dpi), s)
        return line.width, line.height, line.descent

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: Any = False,
        mtext: Text | None = None,
    ) -> None:
        """Draw a line of text with its baseline at x, y [pixel from the upper left]."""
        if ismath or angle or not s.strip() or prop.get_style() != "normal":
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
            return
        own: Any = self  # matplotlib does not tell the types of its size
        paths = _paths(tuple(prop.get_family()), prop.get_weight())
        line = _line(paths, prop.get_size_in_points(), float(own.dpi), s)
        rgb: tuple[float, ...] = gc.get_rgb()
        alpha = gc.get_alpha() if gc.get_forced_alpha() or len(rgb) == 3 else rgb[3]
        image = np.empty((*line.coverage.shape, 4), dtype=np.uint8)
        image[..., :3] = np.round(np.multiply(rgb[:3], 255.0)).astype(np.uint8)
        # Images are given from the bottom up.
        image[..., 3] = np.round(line.coverage[::-1] * alpha).astype(np.uint8)
        bottom = round(y + line.down) + 1
        self.draw_image(gc, round(x + line.right), round(float(own.height) - bottom), image)


class QuickCanvas(FigureCanvasAgg):
    """The Agg canvas with the renderer above."""

    _known: tuple[tuple[float, float, float], _Renderer] | None = None

    def get_renderer(self) -> RendererAgg:
        """Return the renderer for the size that the figure has now."""
        width, height = (float(size) for size in self.figure.bbox.size)
        key = (width, height, float(self.figure.dpi))
        if self._known is None or self._known[0] != key:
            self._known = (key, _Renderer(*key))
        return self._known[1]
