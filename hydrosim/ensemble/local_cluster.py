"""A Dask cluster of this machine, whose workers are copies of one prepared process.

A worker that starts from nothing imports, and loads the kernels, for as long as it takes to run
some members, and all workers do so at once. Where the system can copy processes, one server does
it while the main process builds the models, and each worker begins as its copy.
"""

from __future__ import annotations

import multiprocessing
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LOCAL", "open_cluster", "prepare_workers"]

LOCAL = "local"
METHOD = "forkserver"
PRELOADED = ["hydrosim.ensemble.preloaded"]
QUIET = {"distributed.worker.profile.enabled": False}
"""Dask would look a hundred times a second at what a worker does."""


def prepare_workers() -> None:
    """Start the process that workers will be copies of; it loads while this one goes on.

    It is kept for further ensembles and ends with this process. Where there is none, workers
    start from nothing.
    """
    if METHOD not in multiprocessing.get_all_start_methods():
        return
    from multiprocessing import forkserver

    with suppress(OSError):
        forkserver.set_forkserver_preload(PRELOADED)
        forkserver.ensure_running()


@contextmanager
def open_cluster(workers: int) -> Iterator[Any]:
    """Yield a cluster of this machine, closed afterwards.

    Parameters
    ----------
    workers
        Number of workers, each of one thread.
    """
    import dask.config
    from dask.distributed import LocalCluster

    settings: dict[str, Any] = dict(QUIET)
    if METHOD in multiprocessing.get_all_start_methods():
        prepare_workers()
        settings["distributed.worker.multiprocessing-method"] = METHOD
    with (
        dask.config.set(settings),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,  # type: ignore[arg-type]
        ) as cluster,
    ):
        yield cluster
