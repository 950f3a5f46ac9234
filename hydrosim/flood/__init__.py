"""The flood engine: config to primitives to arrays, events through the kernel to a Dataset."""

from __future__ import annotations
