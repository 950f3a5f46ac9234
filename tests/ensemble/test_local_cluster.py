"""What the workers of a local cluster begin with."""

import multiprocessing
from importlib import import_module
from multiprocessing import forkserver

import pytest

from hydrosim.ensemble.local_cluster import METHOD, PRELOADED, prepare_workers


def test_all_that_is_loaded_beforehand_is_there():
    (name,) = PRELOADED
    for module in import_module(name).MODULES:
        import_module(module)


@pytest.mark.skipif(
    METHOD not in multiprocessing.get_all_start_methods(), reason="no copies of processes here"
)
def test_workers_are_prepared_once():
    prepare_workers()
    first = forkserver._forkserver._forkserver_pid
    prepare_workers()
    assert first is not None
    assert forkserver._forkserver._forkserver_pid == first
