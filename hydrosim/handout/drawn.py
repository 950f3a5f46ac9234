"""Pictures of a report: the figures of `plot` as SVG for the page and as PNG for the document."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from hydrosim.errors import DataError
from hydrosim.handout.model import Picture
from hydrosim.plot.catalogue import figures_of
from hydrosim.plot.files import png_of
from hydrosim.plot.fonts import missing_noted_once
from hydrosim.plot.style import drawing
from hydrosim.plot.text import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import xarray as xr
    from matplotlib.figure import Figure

    from hydrosim.locale import Language

__all__ = ["draw_figures", "draw_pictures", "slim_svg"]

_TITLES = {
    "network": "title_network",
    "storages": "title_storages",
    "lake_level": "title_lake_level",
    "groundwater_depth": "title_groundwater",
    "supply": "title_supply",
    "shortage": "title_shortage",
    "flow_duration": "title_flow_duration",
    "wet_dry": "title_wet_dry",
    "whose_water": "title_whose_water",
    "accounts": "title_accounts",
}
"""Pictures and the words of what they show."""
_MAPS = {"network": "title_network_map"}
"""Pictures in whose place the page has a network of its own, and what their second page shows."""
_SETTINGS: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "hydrosim"}
"""Text stays text, and the same figure has the same names inside."""
_HEAD = re.compile(r"^.*?(?=<svg)|<metadata>.*?</metadata>|<!--.*?-->", re.DOTALL)
_NAMED = re.compile(r' id="([^"]*)"')
_USED = re.compile(r'(?:url\(#|href="#)([^")]*)')
_NUMBER = re.compile(r"-?\d+\.\d{2,}")
_TAG = re.compile(r"<[^>]*>")
"""Names of the model stand between tags, never inside one."""
_BETWEEN = re.compile(r">\s+<")
_PATH = re.compile(r' (?:d|points)="[^"]*"')


def draw_pictures(
    dataset: xr.Dataset,
    names: Sequence[str],
    language: Language,
    formats: Sequence[str],
    plots: Path | None = None,
    progress: Callable[[float], None] | None = None,
) -> tuple[list[Picture], list[str]]:
    """Return pictures of a run, and notes of what is wrong with them.

    Parameters
    ----------
    dataset
        A result of one scenario and member.
    names
        Names of pictures; one that the result has nothing for is left out.
    language
        "en" or "zh".
    formats
        Forms of the report: ``html`` wants SVG, ``docx`` PNG.
    plots
        A folder with the same pictures as PNG, which are taken from there.
    progress
        Called with the done share in [0, 1].
    """

    def figures(name: str, spoken: Language) -> list[Figure]:
        return figures_of(name, dataset, [], spoken)

    return draw_figures(figures, names, language, formats, plots, progress)


def draw_figures(
    figures: Callable[[str, Language], list[Figure]],
    names: Sequence[str],
    language: Language,
    formats: Sequence[str],
    plots: Path | None = None,
    progress: Callable[[float], None] | None = None,
) -> tuple[list[Picture], list[str]]:
    """Return pictures that a function draws, and notes of what is wrong with them.

    Parameters
    ----------
    figures
        Returns the pages of a picture by its name and the language; a ``DataError`` leaves it out.
    names, language, formats, plots, progress
        As for :func:`draw_pictures`.
    """
    import matplotlib as mpl

    found: list[Picture] = []
    notes: list[str] = []
    if not {"html", "docx"} & set(formats):
        return found, notes
    with drawing(language) as spoken, missing_noted_once(notes), mpl.rc_context(_SETTINGS):
        for at, name in enumerate(names):
            if progress is not None:
                progress(at / len(names))
            try:
                pages = figures(name, spoken)
            except DataError:
                continue
            for number, figure in enumerate(pages, start=1):
                title = _title(figure, name, spoken)
                if name in _MAPS and number > 1:
                    title = say(_MAPS[name], spoken)
                elif len(pages) > 1 and name in _TITLES and name not in _MAPS:
                    page = {"title": title, "page": number, "pages": len(pages)}
                    title = say("page_of", spoken, **page)
                plain = f"{name}_{number}"
                # The page has a network of its own; the map is the second page of the picture.
                on_page = "html" in formats and (name not in _MAPS or number > 1)
                if not on_page and "docx" not in formats:
                    continue
                svg = _svg(figure, plain, title) if on_page else ""
                png = _png(figure, name, number, plots) if "docx" in formats else b""
                width_in = float(figure.get_size_inches()[0])
                found.append(Picture(plain, title, svg, png, width_in))
    return found, notes


def _title(figure: Figure, name: str, language: Language) -> str:
    """Return what a picture shows; those of floods say it in their headings, with the flood."""
    if name in _TITLES:
        return say(_TITLES[name], language)
    texts = [text.get_text() for text in figure.texts]
    return " ".join(texts[0].split()) if texts else say(f"title_{name}", language)


def _png(figure: Figure, name: str, number: int, plots: Path | None) -> bytes:
    """Return the PNG file of a figure, from a folder of pictures where it has it."""
    if plots is not None:
        file = plots / (f"{name}.png" if number == 1 else f"{name}_{number}.png")
        if file.is_file():
            return file.read_bytes()
    return png_of(figure)


def _svg(figure: Figure, name: str, title: str) -> str:
    content = io.StringIO()
    figure.savefig(content, format="svg", metadata={"Date": None, "Creator": None})
    return slim_svg(content.getvalue(), name, title)


def slim_svg(text: str, name: str, title: str) -> str:
    """Return an SVG file as an element of a page: names of its own, short numbers, its title.

    Parameters
    ----------
    text
        The file as matplotlib writes it.
    name
        Stands before all names inside, so that two pictures of a page do not share any.
    title
        What the picture is called for those who cannot see it.
    """
    body = _HEAD.sub("", text)
    used = frozenset(_USED.findall("".join(_TAG.findall(body))))
    body = _TAG.sub(lambda m: _slim_tag(m[0], name, used), body)
    label = f'role="img" aria-label="{_escaped(title)}"'
    body = re.sub(r"<svg ([^>]*)>", lambda m: f"<svg {label} {_sized(m[1])}>", body, count=1)
    return _BETWEEN.sub("><", body).strip()


def _slim_tag(tag: str, name: str, used: frozenset[str]) -> str:
    """Return a tag with names of the picture's own, and the numbers of its path short."""
    tag = _NAMED.sub(lambda m: f' id="{name}-{m[1]}"' if m[1] in used else "", tag)
    tag = _USED.sub(lambda m: f"{m[0].removesuffix(m[1])}{name}-{m[1]}", tag)
    return _PATH.sub(lambda m: _NUMBER.sub(_short, " ".join(m[0].split())).join((" ", "")), tag)


def _sized(attributes: str) -> str:
    """Return the attributes of the outer element: its size follows the page."""
    kept = re.sub(r'\b(?:width|height|version|xmlns:xlink)="[^"]*" ?', "", attributes)
    return f'{kept.strip()} xmlns:xlink="http://www.w3.org/1999/xlink"'


def _short(match: re.Match[str]) -> str:
    text = f"{float(match[0]):.1f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _escaped(text: str) -> str:
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(sign, written)
    return text
