"""The gallery: examples with what they print, pictures of a step of the tutorial."""

from __future__ import annotations

import ast
import io
import logging
import runpy
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl

import hydrosim
from hydrosim.plot import plot

if TYPE_CHECKING:
    from hydrosim.locale import Language

__all__ = ["EXAMPLES", "PRINTED", "drawn", "example_text"]

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
PRINTED = frozenset(("run_from_script", "scenarios"))
"""Examples that take a second or two, and are run when the manual is built."""
_CONFIG = ROOT / "docs" / "tutorial" / "step_6.yaml"


def example_text(name: str) -> str:
    """Return what an example is about, its code and, where it is quick, what it prints."""
    source = (EXAMPLES / f"{name}.py").read_text(encoding="utf-8")
    tree = ast.parse(source)
    about = (ast.get_docstring(tree) or "").strip()
    code = "\n".join(source.splitlines()[tree.body[0].end_lineno :]).strip()
    parts = [about, f"```python\n{code}\n```"]
    if name in PRINTED:
        parts.append(f"```text\n{_printed(name)}\n```")
    return "\n\n".join(parts) + "\n"


def drawn(what: str, folder: Path, language: Language) -> str:
    """Draw a picture of the tutorial's sixth step into a folder, and return its image.

    Parameters
    ----------
    what : str
        Name of the picture and, where it is of one item, its name: ``storage north``.
    folder : Path
        Folder of images of the built manual; it is made when absent.
    language : {"en", "zh"}
        Language of the picture.

    Returns
    -------
    str
        Text of the image, its address from a page beside that folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name, *items = what.split()
    file = folder / f"gallery_{'_'.join((name, *items, language))}.png"
    mpl.use("Agg")
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    axes = plot(name, _result(), *items, language=language)
    axes.figure.savefig(file, dpi=110)
    return f'<img src="{folder.name}/{file.name}" alt="{what}" loading="lazy">\n'


@cache
def _result() -> Any:
    return hydrosim.run(hydrosim.load_config(_CONFIG))


def _printed(name: str) -> str:
    said = io.StringIO()
    with redirect_stdout(said):
        runpy.run_path(str(EXAMPLES / f"{name}.py"))["main"]()
    return said.getvalue().rstrip()
