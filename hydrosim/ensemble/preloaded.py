"""What the workers of a local cluster need, loaded once by importing this module.

Workers are copies of a process that has imported it. What fails to import here fails
again where it is used, and the error is reported there.
"""

from contextlib import suppress
from importlib import import_module

MODULES = (
    "hydrosim.ensemble.chunk", "hydrosim.supply.results", "hydrosim.hydrology.synthetic",
    "hydrosim.hydrology.climate_factors", "hydrosim.hydrology.resampling", "zarr",
    "distributed.nanny",
)  # fmt: skip

for module in MODULES:
    with suppress(Exception):
        import_module(module)
with suppress(Exception):
    from hydrosim.supply.loop import compile_time_loop

    compile_time_loop()
