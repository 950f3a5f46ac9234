"""The peers of the benchmark `benchmarks/peers.py`: networks, translations and runners.

Nothing here imports hydrosim except `own.py`; the runners import their peer and are started by the
Python of that peer's own environment.
"""
