"""How the benchmark talks to a peer: one JSON object a line, in and out.

A runner stays alive for the whole benchmark, so that runs of all peers can be interleaved without
paying for a start-up each time. A failure of one request is told and does not end the runner.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

Handler = Callable[..., dict[str, Any]]


def serve(handlers: dict[str, Handler]) -> None:
    """Answer requests `{"do": NAME, ...}` until the input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a peer prints is no answer
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = handlers[request.pop("do")](**request)
        except Exception as error:
            told = str(error).strip().splitlines() or [""]
            answer = {"failure": f"{type(error).__name__}: {told[0][:300]}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def timed(run: Callable[[], Any], least_s: float = 0.0) -> tuple[float, float, Any]:
    """Return processor time [s] and wall time [s] of one run, and what the last one returned.

    Short runs are repeated until `least_s` of processor time have passed.
    """
    wall, processor = time.perf_counter(), time.process_time()
    runs = 0
    while True:
        result = run()
        runs += 1
        spent = time.process_time() - processor
        if spent >= least_s:
            return spent / runs, (time.perf_counter() - wall) / runs, result
