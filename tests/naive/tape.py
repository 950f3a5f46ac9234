"""Plain Python twin of the tape: evaluates values by walking the graph."""

import math

import numpy as np

from hydrosim.expressions.operations import OPERATIONS

BY_CODE = {operation.code: operation.function for operation in OPERATIONS.values()}


def evaluate(graph, value, step, states, flows):
    """Value of the graph in a step, for given states (by value) and flows (by number)."""
    if value.known is not None:
        row = value.known[0]
        return float(row[step] if row.size > 1 else row[0])
    kind = value.key[0]
    if kind == "state":
        return states[value]
    if kind == "flow":
        return flows[value.key[1]]
    if kind == "deferred":
        return evaluate(graph, graph.bound[value], step, states, flows)
    arguments = [evaluate(graph, a, step, states, flows) for a in value.arguments]
    if kind == "curve":
        curve = graph.curves[value.key[1]]
        return arguments[0] if math.isnan(arguments[0]) else float(curve.at(arguments[0]))
    return float(BY_CODE[value.key[1]](*(np.float64(a) for a in arguments)))
