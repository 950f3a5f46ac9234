"""Build the manual: ``python -m tools.manual [--out FOLDER] [--fresh]``.

Any warning of Sphinx ends the build. Nothing is fetched: the pages need no network, neither to be
built nor to be read.
"""

from __future__ import annotations

import argparse
import gc
import shutil
import sys
from pathlib import Path

from sphinx.cmd.build import main as sphinx

from tools.manual.outside import fetched_from_elsewhere
from tools.messages import compile_catalogues

ROOT = Path(__file__).parents[2]
OPTIONS = ("-W", "--keep-going", "-q", "-j", "2", "-b", "html")


def main(arguments: list[str] | None = None) -> int:
    """Build the manual and return the exit code: 0 where nothing was warned of."""
    parser = argparse.ArgumentParser(prog="python -m tools.manual", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "manual", metavar="FOLDER")
    parser.add_argument("--fresh", action="store_true", help="forget what was built before")
    options = parser.parse_args(arguments)
    compile_catalogues(only_stale=True)
    gc.disable()  # a search for unused objects takes a sixth of the time, and finds few
    trees = options.out.with_name(f"{options.out.name}-trees")
    if options.fresh:
        for folder in (options.out, trees):
            shutil.rmtree(folder, ignore_errors=True)
    code = sphinx([*OPTIONS, "-d", str(trees), str(ROOT / "docs"), str(options.out)])
    if code:
        return code
    for reference in (outside := fetched_from_elsewhere(options.out)):
        print(f"loaded from elsewhere: {reference}", file=sys.stderr)
    print(f"the manual: {options.out / 'index.html'}")
    return 1 if outside else 0


if __name__ == "__main__":
    sys.exit(main())
