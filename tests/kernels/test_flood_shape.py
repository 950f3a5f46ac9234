"""How the flood kernels read: few arguments, no column by its bare number."""

from __future__ import annotations

import ast

import pytest

from hydrosim.kernels.flood import codes
from tests.conftest import ROOT

FILES = sorted((ROOT / "hydrosim" / "kernels" / "flood").glob("*.py"))
MOST_ARGUMENTS = 12


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_kernel_takes_few_arguments(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    wrong = [
        f"{node.name}: {len(node.args.args)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and len(node.args.args) > MOST_ARGUMENTS
    ]
    assert not wrong


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_column_is_a_bare_number(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    wrong = [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Tuple)
        and any(isinstance(one, ast.Constant) for one in node.slice.elts[1:])
        and not _is_first_point(node)
    ]
    assert not wrong


def _is_first_point(node: ast.Subscript) -> bool:
    """Whether the number is the first point of time: of hydrographs and of recorded series."""
    array, index = ast.unparse(node.value), node.slice.elts
    return (array == "events.source_end_m3s" or array.startswith("record.")) and all(
        not isinstance(one, ast.Constant) or (place == 1 and one.value == 0)
        for place, one in enumerate(index)
    )


def test_an_indication_leads_to_its_slope_and_its_row():
    for name in ("CLOSED", "BAND", "OPEN"):
        column = getattr(codes, name)
        assert column + codes.TO_SLOPE == getattr(codes, f"{name}_SLOPE")
        assert column + codes.TO_LOOK == getattr(codes, f"LOOK_{name}")
