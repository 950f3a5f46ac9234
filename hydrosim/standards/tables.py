"""National numbers: YAML tables under ``tables/``, each entry with source, clause, confidence.

A table holds ``title``, ``source``, ``clause``, ``confidence``, ``overridable`` and ``rows``; a row
may state its own source, clause and confidence. The numbers are as entered, not a copy of a text.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from hydrosim.errors import DataError, nearest
from hydrosim.locale import _
from hydrosim.standards.telling import Basis

__all__ = ["basis_of", "load_table", "row_of", "table_names"]

_KEYS = ("title", "source", "clause", "confidence", "overridable", "rows")
_FOLDER = "hydrosim.standards"


def table_names() -> list[str]:
    """Return the names of the tables, sorted."""
    listed = [entry.name for entry in (files(_FOLDER) / "tables").iterdir()]
    return sorted(name.removesuffix(".yaml") for name in listed if name.endswith(".yaml"))


@cache
def load_table(name: str) -> dict[str, Any]:
    """Return a table by name. It is shared: do not change it.

    Raises
    ------
    DataError
        When there is no such table or it lacks one of its keys.
    """
    names = table_names()
    file = f"tables/{name}.yaml"
    if name not in names:
        expected = _("one of the tables {names}", names=", ".join(names))
        raise DataError(file, found=_("nothing"), expected=expected, nearest=nearest(name, names))
    text = (files(_FOLDER) / "tables" / f"{name}.yaml").read_text(encoding="utf-8")
    table = _read(text)
    missing = [key for key in _KEYS if key not in table]
    if missing:
        raise DataError(
            file,
            found=_("no {missing}", missing=missing[0]),
            expected=_("keys {KEYS}", KEYS=", ".join(_KEYS)),
        )
    return table


def _read(text: str) -> dict[str, Any]:
    """Return a table; by libyaml where it is there, which reads these files as YAML 1.2 does."""
    import yaml

    table: dict[str, Any]
    loader = getattr(yaml, "CSafeLoader", None)
    if loader is not None:
        table = yaml.load(text, Loader=loader)
        return table
    from ruamel.yaml import YAML

    table = YAML(typ="safe").load(text)
    return table


def row_of(name: str, key: str) -> dict[str, Any] | None:
    """Return the row of a table by its ``name``, or None when the table has no such row."""
    return next((row for row in load_table(name)["rows"] if row["name"] == key), None)


def basis_of(name: str, row: dict[str, Any]) -> Basis:
    """Return where a row's numbers come from; "as entered" means that no text was copied."""
    table = load_table(name)
    source, clause, confidence = (
        str(row.get(key, table[key])) for key in ("source", "clause", "confidence")
    )
    return Basis(f"{source} (as entered)", clause, confidence)
