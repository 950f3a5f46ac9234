"""Run once, save, and draw from the saved file alone."""

import sys
import tempfile
from pathlib import Path

import hydrosim
from hydrosim.io.netcdf import write_dataset
from hydrosim.plot import plot

CONFIGS = Path(__file__).parents[1] / "configs"


def main(folder: Path) -> None:
    file = folder / "results.nc"
    write_dataset(hydrosim.run(hydrosim.load_config(CONFIGS / "minimal.yaml")), file)

    result = hydrosim.open_results(file)
    axes = plot("storage", result, "reservoir")
    axes.figure.savefig(folder / "reservoir.png", dpi=120)
    print(f"drawn: {folder / 'reservoir.png'}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as scratch:
            main(Path(scratch))
