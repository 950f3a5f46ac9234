"""Figures as files: PNG for the screen, SVG and PDF for print, in any resolution."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hydrosim.plot.style import DPI

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

__all__ = ["FORMS", "PNG", "Form", "bytes_of", "png_of", "write_figure"]

FORMS = ("png", "svg", "pdf")
_SETTINGS: dict[Any, Any] = {"svg.fonttype": "path", "svg.hashsalt": "hydrosim", "pdf.fonttype": 42}
"""Glyphs stand in the file, as outlines or as fonts, so that any reader shows them."""


class Form(NamedTuple):
    """How a picture is written.

    Attributes
    ----------
    kind
        One of FORMS.
    dpi
        Dots per inch of PNG, and of what SVG and PDF hold as images; None for that of the screen.
    """

    kind: str = "png"
    dpi: int | None = None


PNG = Form()


def write_figure(figure: Figure, file: Path, form: Form = PNG) -> Path:
    """Write a figure; the file appears whole or not at all.

    Parameters
    ----------
    figure
        The figure.
    file
        Where it goes; the ending is that of the form.
    form
        Kind of the file and resolution.
    """
    target = file.with_name(f"{file.name.removesuffix('.png')}.{form.kind}")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        part.write_bytes(bytes_of(figure, form))
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target


def bytes_of(figure: Figure, form: Form = PNG) -> bytes:
    """Return a figure as a file.

    Parameters
    ----------
    figure
        The figure.
    form
        Kind of the file and resolution.
    """
    if form == PNG:
        return png_of(figure)
    import matplotlib as mpl

    content = io.BytesIO()
    unstamped = {"svg": {"Date": None, "Creator": None}, "pdf": {"CreationDate": None}}
    more: dict[str, Any] = {"metadata": unstamped[form.kind]} if form.kind in unstamped else {}
    with mpl.rc_context(_SETTINGS):
        figure.savefig(content, format=form.kind, dpi=form.dpi or DPI, **more)
    return content.getvalue()


def png_of(figure: Figure) -> bytes:
    """Return a figure as a PNG file in the resolution of the screen."""
    from PIL import Image

    canvas: Any = figure.canvas
    canvas.draw()
    # No alpha and a light compression: half the time of the default for a tenth more bytes.
    pixels = np.ascontiguousarray(np.asarray(canvas.buffer_rgba())[:, :, :3])
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, format="png", dpi=(DPI, DPI), compress_level=1)
    return content.getvalue()
