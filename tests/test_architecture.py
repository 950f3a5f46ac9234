"""The shape of the package: who may import whom, how long things are, what stands nowhere."""

from __future__ import annotations

import ast
import re
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tools.messages import tree_of

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "hydrosim"
FILES = sorted(PACKAGE.rglob("*.py"))
LONGEST_MODULE = 420  # "about 400"
LONGEST_FUNCTION = 66  # "about 60"
# Longer on purpose.
LONG_MODULES: dict[str, str] = {}

MOST_LOOSE = 8
MOST_ROOMS = 32
LONGEST_CHAIN = 14
MOST_BY_TEXT = 30
# What the order of the rooms would allow and the house does not: room -> what it may import.
AT_MOST: dict[str, set[str]] = {
    "_version": set(),
    "calendar": {"locale"},
    "errors": {"locale"},
    "expressions": {"kernels"},
    "handout": {
        "calendar", "errors", "io", "locale", "plot", "reading", "report", "scenarios",
        "standards",
    },
    "hydrology": {"kernels", "errors", "locale"},
    "io": {"_version", "calendar", "errors", "kernels", "locale", "units"},
    "kernels": set(),
    "locale": set(),
    "members": {"registry", "errors", "hydrology", "locale"},
    "plot": {"errors", "variables", "standards", "reading", "locale"},
    "reading": {"variables", "errors", "locale"},
    "registry": {"errors", "locale"},
    "report": {"errors", "variables", "standards", "reading", "locale"},
    "standards": {
        "registry", "units", "errors", "variables", "hydrology", "io", "reading", "locale",
    },
    "variables": {"locale"},
}  # fmt: skip
OPENERS = {"floats", "integers", "indices", "open_book"}
# Where numba may be compiled, where it may be called, and what loads it late.
CALLS_KERNELS = {
    "hydrosim/supply/engine.py",
    "hydrosim/supply/solver_ranges.py",
    "hydrosim/supply/loop.py",
    "hydrosim/supply/failures.py",
    "hydrosim/io/state.py",
    "hydrosim/supply/simulation.py",
    "hydrosim/supply/build.py",
    "hydrosim/hydrology/gr4j.py",
    "hydrosim/cli/run.py",
    "hydrosim/cli/floods.py",
    "hydrosim/cli/kernel_cache.py",
    "hydrosim/flood/simulation.py",
}
PLAIN_KERNEL_MODULES = {
    "hydrosim.kernels.arrays",
    "hydrosim.kernels.opcodes",
    "hydrosim.kernels.codes",
    "hydrosim.kernels.flood",
    "hydrosim.kernels.flood.arrays",
    "hydrosim.kernels.flood.codes",
}
LONG_FUNCTIONS = {
    "hydrosim/kernels/simulate.py:simulate": "the one loop that owns the indexing",
    "hydrosim/kernels/flood/route.py:route_event": "the one loop that owns the indexing",
    "hydrosim/kernels/flood/pool.py:step_pool": "one chain of minima and maxima, told in order",
    "hydrosim/kernels/flood/operate.py:run_pool": "a further call level costs compile time",
}


@cache
def nodes_of(path):
    return list(ast.walk(tree_of(path)))


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
        for node in nodes_of(path)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    for node in nodes_of(path):
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


def name(path):
    return str(path.relative_to(ROOT))


def module_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def known_modules():
    return frozenset(module_of(one) for one in FILES)


def imported_modules(path):
    """Modules of hydrosim that a file names in imports, those for type checkers among them."""
    known = known_modules()
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] == "hydrosim":
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in known else str(node.module)


@cache
def import_graphs():
    """Imports between files, and between rooms; the public names of the package are left out."""
    files, rooms = {}, {}
    for path in FILES:
        module, room = module_of(path), part_of(path)
        files[module] = {other for other in imported_modules(path) if other != module}
        rooms.setdefault(room, set()).update(
            other.split(".")[1] for other in files[module] if other != "hydrosim"
        )
    for room in rooms:
        rooms[room].discard(room)
    del rooms["__main__"]  # what `python -m hydrosim` starts is no room
    return files, rooms


def circles(graph):
    """Groups of two or more that lead to each other."""
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        return [error.args[1]]
    return []


def longest_chain(graph):
    lengths = {}
    for one in TopologicalSorter(graph).static_order():
        lengths[one] = 1 + max((lengths[other] for other in graph.get(one, ())), default=0)
    return max(lengths.values())


def test_rooms_chain_and_circles():
    files, rooms = import_graphs()
    assert circles(rooms) == [], "an import runs back up"
    assert circles(files) == []
    loose = sorted(path.name for path in PACKAGE.glob("*.py"))
    chain = longest_chain(rooms)
    print(f"rooms {len(rooms)}, loose modules {len(loose)}, longest chain of imports {chain}")
    assert len(loose) <= MOST_LOOSE, loose
    assert len(rooms) <= MOST_ROOMS
    assert chain <= LONGEST_CHAIN


def test_rooms_import_at_most():
    _, rooms = import_graphs()
    wrong = {room: sorted(rooms[room] - allowed) for room, allowed in AT_MOST.items()
             if room in rooms and rooms[room] - allowed}  # fmt: skip
    assert not wrong


def test_the_architecture_page_names_exactly_the_rooms():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    table = text.split("## Rooms", 1)[1].split("\n## ", 1)[0]
    named = re.findall(r"^\| `([a-z_]+)/?`", table, re.MULTILINE)
    assert sorted(named) == sorted({part_of(path) for path in FILES} - {"__init__", "__main__"})


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
        for node in nodes_of(path):
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
        if "cli" not in path.parts
        for node in nodes_of(path)
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
        for node in nodes_of(path):
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


# Names of types that are words of their own as well: dimensions, variables, kinds of ways.
ALSO_WORDS = {"demand", "import", "inflow", "outlet", "reach", "river"}
# Words for readers, and symbols that types name, some of which are words for types as well.
TELLS_TYPES = {
    "hydrosim/plot/flood_network.py",
    "hydrosim/plot/network.py",
    "hydrosim/plot/text.py",
    "hydrosim/reading/words.py",
}


def test_no_type_of_node_or_link_is_named_outside_its_file():
    """Code asks what a type answers; a name in a comparison, list or table would miss new types."""
    from hydrosim.nodes import LINK_TYPES, NODE_TYPES

    types = (NODE_TYPES.keys() | LINK_TYPES.keys()) - ALSO_WORDS
    wrong = []
    for path in FILES:
        if name(path) in TELLS_TYPES:
            continue
        for node in nodes_of(path):
            said, least = [], 2
            if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
                said = node.elts
            elif isinstance(node, ast.Dict):
                said = [key for key in node.keys if key is not None]
            elif isinstance(node, ast.Compare):
                said, least = [node.left, *node.comparators], 1
            told = {one.value for one in said if isinstance(one, ast.Constant)} & types
            if len(told) >= least:
                wrong.append(f"{name(path)}:{node.lineno}: {', '.join(sorted(told))}")
    assert not wrong, "\n".join(wrong)


def test_what_is_asked_is_typed():
    """A configuration is never anything, and few names of attributes are text."""
    asked = 0
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        assert "config: Any" not in text, path
        if "kernels" not in path.parts:
            asked += len(re.findall(r"(?<!_)\bgetattr\(", text))
    print(f"attributes asked for by text: {asked}")
    assert asked <= MOST_BY_TEXT


# A mapping that isinstance has found, and what SciPy returns.
CASTS = {"hydrosim/hydrology/copula.py", "hydrosim/rules/unit_check.py"}


def test_nothing_poses_as_what_it_is_not():
    """A protocol says what is asked of a thing; a cast would only silence the type checker."""
    wrong = [
        f"{name(path)}:{node.lineno}"
        for path in FILES
        if name(path) not in CASTS
        for node in nodes_of(path)
        if isinstance(node, ast.ImportFrom)
        and node.module == "typing"
        and "cast" in [alias.name for alias in node.names]
    ]
    assert not wrong, wrong


def test_kinds_of_claims_are_listed_in_one_table():
    """What follows from a kind is asked of reading/kinds.py; lists elsewhere drift apart."""
    from hydrosim.reading.kinds import KINDS

    wrong = []
    for path in FILES:
        if name(path) == "hydrosim/reading/kinds.py":
            continue
        for node in nodes_of(path):
            if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
                told = {one.value for one in node.elts if isinstance(one, ast.Constant)}
                if len(told & (KINDS.keys() - {"demand", "minimum"})) >= 2:
                    wrong.append(f"{name(path)}:{node.lineno}: {sorted(map(str, told))}")
    assert not wrong, "\n".join(wrong)
