"""Settings shared by all tests."""

import gc
import os
import signal
import sys
from functools import cache
from hashlib import sha256
from pathlib import Path

import matplotlib as mpl
import pytest
from filelock import FileLock
from hypothesis import settings

from tools.messages import compile_catalogues

# A runner in the background may ignore Ctrl-C, and the processes that tests start would inherit it.
signal.signal(signal.SIGINT, signal.default_int_handler)
mpl.use("Agg")
settings.register_profile("steady", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("steady")
compile_catalogues(only_stale=True)
os.environ["LANGUAGE"] = "en"  # what is printed does not depend on who runs the tests
# Tests start a hundred processes: each would compile all sources anew where this is set.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

ROOT = Path(__file__).parents[1]
SHARED_DATA = ROOT.parent / "shared" / "data"
WITHOUT_KERNELS = frozenset(
    (
        "config", "plot", "report", "rules", "standards", "test_architecture.py",
        "test_calendar.py", "test_errors.py", "test_forcing.py", "test_units.py",
    )
)  # fmt: skip
"""Folders and files whose tests run no compiled kernel, or a small one."""


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Run single files in this process: starting others takes longer than most files."""
    named = all(argument.partition("::")[0].endswith(".py") for argument in config.args)
    return 0 if named else None


def _runs_kernels(item: pytest.Item) -> bool:
    return item.path.relative_to(Path(__file__).parent).parts[0] not in WITHOUT_KERNELS


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests without kernels first: one process has them to do while another compiles."""
    items.sort(key=_runs_kernels)


def pytest_collection_finish() -> None:
    """Let the search for unused objects pass over the tests themselves, and come less often.

    By its default it takes a tenth of the time; the command line has the same threshold.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if _runs_kernels(item) and "PYTEST_XDIST_WORKER" in os.environ:
        _compile_in_turn()


@cache
def _compile_in_turn() -> None:
    """Let the first process that needs the kernels compile them, and the others wait for it."""
    from hydrosim.kernels import _jit

    if os.environ.get("NUMBA_DISABLE_JIT", "0") != "0":
        return
    folder = _jit.cache_folder()
    if folder is None:  # nothing can be kept: each process compiles for itself
        return
    # Numba keeps apart what is compiled for each place of the sources.
    place = sha256(str(Path(_jit.__file__).parent).encode()).hexdigest()[:12]
    compiled = folder / f"tests-{place}"
    with FileLock(folder / f"tests-{place}.lock"):
        if not compiled.exists():
            import hydrosim

            hydrosim.run(hydrosim.load_config(ROOT / "configs" / "minimal.yaml"))
            compiled.touch()


@pytest.fixture
def chinese_font() -> str:
    """Name of an installed font with Chinese characters; the test is skipped where none is."""
    from hydrosim.errors import DataError
    from hydrosim.plot import fonts

    try:
        return fonts.chinese_font()
    except DataError:
        pytest.skip("no font with Chinese characters is installed, such as fonts-wqy-microhei")


@pytest.fixture
def font_of_language(request: pytest.FixtureRequest, language: str) -> None:
    """Skip the Chinese case of a test over ``language`` where no font has its characters."""
    if language == "zh":
        request.getfixturevalue("chinese_font")


@pytest.fixture
def shared_data() -> Path:
    """Folder of reference data beside the project; the test is skipped where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the reference data beside the project are absent")
    return SHARED_DATA
