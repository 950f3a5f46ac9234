"""Pipes: capacity and loss, like a canal."""

from __future__ import annotations

import numpy as np

from hydrosim.nodes.pipe import Pipe
from tests.nodes.test_canal import model, simulated


def test_a_pipe_carries_up_to_its_capacity():
    dataset = simulated(model(type="pipe", capacity="2 m3/s", loss="5 %", length="12 km"))
    np.testing.assert_allclose(dataset.supplied.sel(claim="town"), 1.9, rtol=1e-12)
    assert dataset.link_type.sel(link="upper->town").item() == "pipe"


def test_every_key_is_described():
    assert all(field.description for field in Pipe.model_fields.values())
