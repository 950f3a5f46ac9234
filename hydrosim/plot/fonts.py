"""A font that carries Chinese, or an error that says which to install."""

from __future__ import annotations

import logging
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hydrosim.errors import DataError
from hydrosim.locale import _
from hydrosim.plot.text import PLOTS

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = [
    "CHINESE_FONTS",
    "chinese_font",
    "installed_fonts",
    "lent_font",
    "missing_noted_once",
    "refresh_fonts",
]

CHINESE_FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Noto Sans CJK JP",
    "Noto Sans Mono CJK SC",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
    "Heiti SC",
    "Hiragino Sans GB",
    "Droid Sans Fallback",
    "Arial Unicode MS",
    "SimSun",
    "Noto Serif CJK SC",
)


_MISSING = _(
    "drawn with boxes where no installed font has the character (names in Chinese): install "
    "fonts-noto-cjk, or another of its kind, and draw again"
)
_noted: set[str] = set()


@contextmanager
def missing_noted_once(notes: list[str]) -> Generator[None]:
    """Turn matplotlib's warnings of missing characters into one note, once in a process.

    That a font has no bold face is not worth a message: the plain one is drawn.

    Parameters
    ----------
    notes
        Where the note is added at the end; other warnings go their way.
    """
    logger = logging.getLogger("matplotlib.font_manager")
    logger.addFilter(_says_no_weight)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("default")
            yield
    finally:
        logger.removeFilter(_says_no_weight)
    missing = False
    for one in caught:
        if "missing from font" in str(one.message):
            missing = True
        else:
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
    if missing and _MISSING not in _noted:
        _noted.add(_MISSING)
        notes.append(_MISSING)


def _says_no_weight(record: logging.LogRecord) -> bool:
    """Pass all messages but that a font has no bold face: Chinese fonts often have none."""
    return "Failed to find font weight" not in record.getMessage()


def installed_fonts() -> frozenset[str]:
    """Return the names of the fonts that matplotlib knows."""
    from matplotlib import font_manager

    return frozenset(entry.name for entry in font_manager.fontManager.ttflist)


def refresh_fonts() -> None:
    """Tell matplotlib of fonts installed since it last looked."""
    from matplotlib import font_manager

    manager = font_manager.fontManager
    known = {entry.fname for entry in manager.ttflist}
    for path in font_manager.findSystemFonts():
        if path not in known:
            try:
                manager.addfont(path)
            except (OSError, RuntimeError, ValueError):
                continue  # not a font that matplotlib can read


def chinese_font() -> str:
    """Return the name of an installed font with Chinese characters.

    Raises
    ------
    DataError
        If there is none; it names the packages to install.
    """
    font = lent_font()
    if font is None:
        raise DataError(
            PLOTS,
            found=_("no font with Chinese characters"),
            expected=_(
                "an installed font such as {chinese_fonts}, WenQuanYi Micro Hei or SimHei",
                chinese_fonts=", ".join(CHINESE_FONTS[:2]),
            ),
            note=_(
                "on Debian or Ubuntu 'apt-get install fonts-noto-cjk' (or "
                "fonts-wqy-microhei); without administrator rights 'pip install mplfonts' "
                "and then 'mplfonts init'; or draw in English"
            ),
        )
    return font


def lent_font() -> str | None:
    """Return a Chinese font for single Chinese names in English pictures, if there is one."""
    font = _first_chinese(installed_fonts())
    if font is None:
        refresh_fonts()
        font = _first_chinese(installed_fonts())
    return font


def _first_chinese(names: frozenset[str]) -> str | None:
    return next((name for name in CHINESE_FONTS if name in names), None)
