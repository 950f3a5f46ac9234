"""Who computes the chunks: threads of this process, or the workers of a Dask cluster.

The kernels let go of the interpreter, so threads run members side by side. Workers have to see
the folder of the ensemble under the same name. Both write the same bits.
"""

from __future__ import annotations

import threading
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from hydrosim.ensemble.chunk import ChunkOutcome, Stopped, run_chunk
from hydrosim.ensemble.local_cluster import LOCAL, open_cluster
from hydrosim.errors import DataError
from hydrosim.io.state import machine
from hydrosim.locale import _, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from hydrosim.ensemble.plan import EnsemblePlan, Part

    Advance = Callable[[int], None]

__all__ = ["machine_of_worker", "on_dask", "on_threads", "unlike_workers"]

PATIENCE_S = 0.2
"""How long the main thread waits before it looks for an interrupt."""


def on_threads(
    plan: EnsemblePlan, parts: Sequence[Part], threads: int, advance: Advance
) -> Iterator[ChunkOutcome]:
    """Yield the outcome of each chunk as it is done.

    Parameters
    ----------
    plan, parts
        The ensemble, and the chunks that are still to be run.
    threads
        Number of threads.
    advance
        Called with the number of members done since the last call, from any thread.

    Raises
    ------
    KeyboardInterrupt
        After the threads have given up their chunks.
    """
    stop = threading.Event()
    with ThreadPoolExecutor(threads, thread_name_prefix="members") as pool:
        waiting = {
            pool.submit(run_chunk, plan, part, stop.is_set, lambda: advance(1)) for part in parts
        }
        try:
            while waiting:
                done, waiting = wait(waiting, PATIENCE_S, FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        except BaseException:
            stop.set()
            for future in waiting:
                future.cancel()
            _finished(waiting)
            raise


def _finished(waiting: Any) -> None:
    """Wait until running chunks have given up; errors after the first are not reported."""
    for future in waiting:
        if not future.cancelled():
            try:
                future.result()
            except (Exception, Stopped):
                continue


def on_dask(
    plan: EnsemblePlan,
    parts: Sequence[Part],
    address: str,
    advance: Advance,
    *,
    workers: int,
    allow_unlike: bool = False,
) -> Iterator[ChunkOutcome]:
    """Yield the outcome of each chunk as a worker of a Dask cluster has done it.

    Parameters
    ----------
    address
        Address of the scheduler, or ``local`` for a cluster of this machine.
    workers
        Number of workers of a local cluster.
    allow_unlike
        Take workers of other versions or processors too: bits may differ then.

    Raises
    ------
    DataError
        If Dask is not installed, nothing answers, or a worker is unlike this process.
    """
    with _client(address, workers) as client:
        unlike = unlike_workers(client.run(machine_of_worker))
        if unlike and not allow_unlike:
            worker, what = next(iter(unlike.items()))
            raise DataError(
                file=worker,
                found=_("a worker with another {what}", what=what),
                expected=_("workers of the same versions and processor, or --allow-unlike"),
            )
        from dask.distributed import as_completed

        shared = client.scatter(plan, broadcast=True)
        futures = {
            client.submit(
                run_chunk, shared, part, key=f"{plan.key[:12]}-{part.name}", retries=2
            ): part
            for part in parts
        }
        for future in as_completed(list(futures), loop=client.loop):
            outcome: ChunkOutcome = future.result()
            part = futures[future]
            advance(part.last - part.first)
            yield outcome


@contextmanager
def _client(address: str, workers: int) -> Iterator[Any]:
    try:
        from dask.distributed import Client
    except ImportError:
        expected = _("the extra: pip install 'hydrosim[dask]'")
        raise DataError(file="--dask", found=_("no Dask"), expected=expected) from None
    if address == LOCAL:
        with (
            open_cluster(workers) as cluster,
            Client(cluster, set_as_default=False) as client,
        ):
            yield client
        return
    try:
        # As the default of the process it would stay behind where nothing answers.
        client = Client(address, timeout="10s", set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else _("no answer")
        raise DataError(file=address, found=reason, expected=_("a Dask scheduler")) from None
    with client:
        yield client


def machine_of_worker() -> dict[str, str]:
    """Return what the bits of a worker depend on: versions and processor."""
    from importlib.metadata import version

    return {**machine(), **{name: version(name) for name in ("numpy", "scipy", "numba")}}


def unlike_workers(found: dict[str, dict[str, str]]) -> dict[str, str]:
    """Return the workers that differ from this process, each with what differs."""
    own = machine_of_worker()
    unlike = {}
    for worker, theirs in sorted(found.items()):
        differ = [
            _("{part} ({there}, here {here})", part=key, there=theirs.get(key), here=own[key])
            for key in own
            if theirs.get(key) != own[key]
        ]
        if differ:
            unlike[worker] = listed(differ)
    return unlike
