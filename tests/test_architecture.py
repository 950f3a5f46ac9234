"""The shape of the package: who may import whom, how long things are, what stands nowhere."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "hydrosim"
FILES = sorted(PACKAGE.rglob("*.py"))
LONGEST_MODULE = 420  # "about 400"
LONGEST_FUNCTION = 66  # "about 60"
# Longer on purpose.
LONG_MODULES: dict[str, str] = {}

# Layers from the lowest up: a module may import those of lower layers and of its own.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("kernels",),
    ("errors", "variables"),
    ("text_forms", "unit_table", "units", "calendar", "encoding", "csv_text", "whole_file"),
    ("operations", "simplify", "values", "forcing", "tariffs"),
    ("primitives",),
    ("matrix", "accounts", "rule_book"),
    ("builder",),
    ("registry", "hydrology"),
    ("rules", "nodes", "standards", "members"),
    ("config",),
    (
        "lowering",
        "ladder",
        "network",
        "travel",
        "ledger",
        "in_lieu",
        "tape",
        "year_quantities",
        "reasons",
        "water_records",
    ),
    ("build", "refold"),
    ("header", "monthly", "state", "recording"),
    ("workspace",),
    ("likeness",),
    ("restart",),
    ("flood",),
    ("results",),
    ("failures",),
    ("engine",),
    ("cyclic_start",),
    ("simulation",),
    ("tradeoff",),
    ("plot", "report"),
    ("ahead", "beside"),
    ("output",),
    ("scenarios",),
    ("ensemble",),
    ("comparison",),
    (
        "internal_failure",
        "arguments",
        "ensemble_commands",
        "flood_commands",
        "presenting",
        "scenario_commands",
    ),
    ("cli",),
)
# What the layers would allow and the house does not: importer -> what it may import at most.
AT_MOST: dict[str, set[str]] = {
    "kernels": set(),
    "errors": set(),
    "variables": set(),
    "calendar": set(),
    "operations": {"kernels"},
    "values": {"operations", "simplify"},
    "simplify": {"values"},
    "csv_text": {"errors"},
    "encoding": set(),
    "whole_file": set(),
    "forcing": {"errors", "calendar", "encoding", "csv_text"},
    "tariffs": set(),
    "primitives": {"values"},
    "matrix": {"primitives", "values"},
    "accounts": {"primitives", "values", "calendar"},
    "rule_book": {"values", "errors"},
    "builder": {"primitives", "matrix", "accounts", "rule_book", "values", "calendar", "errors"},
    "registry": set(),
    "hydrology": {"kernels", "errors"},
    # Of hydrology pure functions of numbers only, such as the classes of wet and dry years.
    "standards": {"registry", "units", "errors", "variables", "hydrology", "whole_file"},
    "members": {"registry", "errors", "hydrology"},
    "plot": {"errors", "variables", "standards"},
    "report": {"errors", "variables", "standards"},
}
OPENERS = {"floats", "integers", "indices", "open_book"}
# Where numba may be compiled, where it may be called, and what loads it late.
CALLS_KERNELS = {
    "hydrosim/engine.py",
    "hydrosim/failures.py",
    "hydrosim/state.py",
    "hydrosim/simulation.py",
    "hydrosim/build.py",
    "hydrosim/hydrology/gr4j.py",
    "hydrosim/cli.py",
    "hydrosim/flood_commands.py",
    "hydrosim/flood/simulation.py",
}
PLAIN_KERNEL_MODULES = {
    "hydrosim.kernels.arrays",
    "hydrosim.kernels.opcodes",
    "hydrosim.kernels.codes",
    "hydrosim.kernels.flood",
    "hydrosim.kernels.flood.codes",
}
LONG_FUNCTIONS = {
    "hydrosim/kernels/simulate.py:simulate": "the one loop that owns the indexing",
    "hydrosim/kernels/flood/route.py:route_event": "the one loop that owns the indexing",
    "hydrosim/kernels/flood/pool.py:step_pool": "one chain of minima and maxima, told in order",
    "hydrosim/kernels/flood/operate.py:run_pool": "a further call level costs compile time",
}


def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def part_of(path):
    relative = path.relative_to(PACKAGE)
    return relative.parts[0].removesuffix(".py")


def imports_of(path):
    """Modules of hydrosim that a file imports when it runs; those for type checkers are left out.

    Yields (line, module, whether it is imported when the file is loaded).
    """
    tree = tree_of(path)
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        modules = []
        if isinstance(node, ast.Import):
            modules = [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            modules = [str(node.module)]
            if node.module == "hydrosim":
                modules = [f"hydrosim.{name.name}" for name in node.names]
        for module in modules:
            if module == "hydrosim" or module.startswith("hydrosim."):
                yield node.lineno, module, node in tree.body


def layer_of(part):
    return next(number for number, layer in enumerate(LAYERS) if part in layer)


def name(path):
    return str(path.relative_to(ROOT))


def test_every_module_stands_in_a_layer():
    parts = {part_of(path) for path in FILES} - {"__init__", "__main__"}
    assert parts == {part for layer in LAYERS for part in layer}


@pytest.mark.parametrize("path", FILES, ids=name)
def test_imports_point_one_way(path):
    part = part_of(path)
    if part == "__init__":
        return  # the public names, imported when they are first used
    wrong = []
    for line, module, _ in imports_of(path):
        if module in ("hydrosim", "hydrosim.__version__"):
            continue
        other = module.split(".")[1]
        allowed = AT_MOST.get(part)
        up = layer_of(other) > layer_of(part)
        if other != part and (up or (allowed is not None and other not in allowed)):
            wrong.append(f"{name(path)}:{line}: {part} imports {other}")
    assert not wrong, "\n".join(wrong)


def test_numba_is_loaded_late_and_by_few():
    wrong = []
    for path in FILES:
        if part_of(path) == "kernels":
            continue
        for line, module, at_load in imports_of(path):
            if not module.startswith("hydrosim.kernels") or module in PLAIN_KERNEL_MODULES:
                continue
            if at_load or name(path) not in CALLS_KERNELS:
                wrong.append(f"{name(path)}:{line}: {module}")
    assert not wrong, "\n".join(wrong)


def test_only_the_decorators_of_the_house_compile():
    wrong = []
    for path in FILES:
        if name(path) == "hydrosim/kernels/_jit.py":
            continue
        for node in ast.walk(tree_of(path)):
            imported = [alias.name for alias in getattr(node, "names", ())]
            is_import = isinstance(node, (ast.Import, ast.ImportFrom))
            source = getattr(node, "module", "") or ""
            if is_import and (source.startswith("numba") or "numba" in imported):
                bare = {"njit", "jit", "vectorize", "guvectorize", "numba"} & set(imported)
                if bare:
                    wrong.append(f"{name(path)}:{node.lineno}: {', '.join(sorted(bare))}")
    assert not wrong, "\n".join(wrong)


def test_print_stands_in_the_command_line_only():
    wrong = [
        f"{name(path)}:{node.lineno}"
        for path in FILES
        if path != PACKAGE / "cli.py"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert not wrong, wrong


def told_why(path, lines, start):
    """Whether a comment above a kernel of the allocation says why it is long."""
    above = " ".join(lines[max(0, start - 6) : start]).lower()
    return "kernels/allocation" in path.as_posix() and "# one function on purpose" in above


def test_modules_and_functions_are_short():
    wrong = []
    for path in FILES:
        lines = path.read_text(encoding="utf-8").splitlines()
        exempt = "kernels/allocation" in path.as_posix() or name(path) in LONG_MODULES
        if len(lines) > LONGEST_MODULE and not exempt:
            wrong.append(f"{name(path)}: {len(lines)} lines")
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.FunctionDef):
                continue
            length = body_length(node)
            exempt = f"{name(path)}:{node.name}" in LONG_FUNCTIONS
            exempt = exempt or told_why(path, lines, node.lineno - 1)
            if length > LONGEST_FUNCTION and not exempt:
                wrong.append(f"{name(path)}:{node.lineno}: {node.name} has {length} lines")
    assert not wrong, "\n".join(wrong)


def body_length(node):
    """Lines of a function without signature, docstring and the opening of a book's arrays."""
    body = node.body
    first = body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        body = body[1:] or body
    opened = sum(
        isinstance(one, ast.Assign)
        and isinstance(one.value, ast.Call)
        and isinstance(one.value.func, ast.Name)
        and one.value.func.id in OPENERS
        for one in body
    )
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 - opened


@pytest.mark.parametrize("path", FILES, ids=name)
def test_what_stands_nowhere(path):
    text = path.read_text(encoding="utf-8")
    marks = re.findall(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|NotImplemented" r"Error)\b", text)
    assert not marks
    absolute = re.findall(r"[\"'](/(?:home|work|opt|tmp|usr|root|Users)/[^\"']*)[\"']", text)
    assert not absolute
    assert "../shared" not in text
    assert not re.findall(r"pytest\.(?:skip|xfail)", text)


def test_no_test_expects_to_fail():
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        assert not re.findall(r"mark\.x" r"fail|mark\.skip\b", text), path


def test_public_functions_say_what_they_do():
    wrong = [
        f"{name(path)}:{node.lineno}: {node.name}"
        for path in FILES
        for node in tree_of(path).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not wrong, "\n".join(wrong)


def test_shipped_configs_name_no_absolute_path():
    for path in sorted((ROOT / "configs").glob("*.yaml")):
        assert not re.findall(r":\s+/\w", path.read_text(encoding="utf-8")), path
