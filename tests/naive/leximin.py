"""The allocation's oracle: sequential lexicographic max-min by HiGHS, one small LP at a time.

Class by class the common level t of the unfixed claims is maximised; claims whose row has a
nonzero dual cannot rise and are fixed; then costs are minimised, then the tie-break.
"""

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

SLACK = 5e-11
"""How far below its value a fixed claim may fall in the LPs that follow (HiGHS needs a little)."""


@dataclass(frozen=True)
class Problem:
    """One step: A x = rhs, 0 <= x <= upper, claims by class (lists of claim numbers)."""

    column_ptr: Any
    row_index: Any
    coefficient: Any
    cost: Any
    tie_break: Any
    claim_column: Any
    claim_sense: Any
    claim_share: Any
    classes: list[list[int]]
    upper: Any
    wanted: Any
    rhs: Any


class OracleError(Exception):
    """HiGHS gave no answer."""


class Leximin:
    """One step's sequence of linear programs, warm from one to the next."""

    def __init__(self, problem: Problem, slack: float = SLACK) -> None:
        self.problem = problem
        self.slack = slack
        self.rows = len(problem.rhs)
        self.columns = len(problem.upper)
        self.lower = np.zeros(self.columns)
        self.upper = np.array(problem.upper, dtype=float)
        self.best = np.ones(len(problem.claim_column))
        self.bought = 0.0
        """What the sum of tie-breaks owes to the slack of the cost that HiGHS needs."""
        for k, j in enumerate(problem.claim_column):
            if problem.claim_sense[k] > 0 and self._listed(k):
                wanted = problem.wanted[k]
                self.upper[j] = min(self.upper[j], wanted)
                self.best[k] = self.upper[j] / wanted if wanted > 0 else 1.0
        self.solver = highspy.Highs()
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("primal_feasibility_tolerance", 1e-10)
        self.solver.setOptionValue("dual_feasibility_tolerance", 1e-10)
        self.solver.setOptionValue("presolve", "off")
        self.solver.passModel(self._build())

    def _listed(self, claim: int) -> bool:
        return any(claim in members for members in self.problem.classes)

    def _build(self) -> highspy.HighsLp:
        p = self.problem
        infinity = highspy.kHighsInf
        start, index, value = [0], [], []
        claim_of = {int(j): k for k, j in enumerate(p.claim_column)}
        for j in range(self.columns):
            for e in range(p.column_ptr[j], p.column_ptr[j + 1]):
                index.append(int(p.row_index[e]))
                value.append(float(p.coefficient[e]))
            if j in claim_of:
                index.append(self.rows + claim_of[j])
                value.append(1.0)
            start.append(len(index))
        for k in range(len(p.claim_column)):
            index.append(self.rows + k)
            value.append(-p.claim_sense[k] * p.wanted[k] * p.claim_share[k])
        start.append(len(index))
        lp = highspy.HighsLp()
        lp.num_col_ = self.columns + 1
        lp.num_row_ = self.rows + len(p.claim_column)
        lp.col_cost_ = np.zeros(self.columns + 1)
        lp.col_lower_ = np.append(self.lower, 0.0)
        lp.col_upper_ = np.append(self.upper, 0.0)
        free = np.full(len(p.claim_column), infinity)
        lp.row_lower_ = np.concatenate([p.rhs, -free])
        lp.row_upper_ = np.concatenate([p.rhs, free])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.array(start)
        lp.a_matrix_.index_ = np.array(index)
        lp.a_matrix_.value_ = np.array(value)
        return lp

    def _run(self) -> None:
        self.solver.run()
        status = self.solver.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise OracleError(str(status))

    def _set_row(self, claim: int, active: bool) -> None:
        p = self.problem
        infinity = highspy.kHighsInf
        low, high = -infinity, infinity
        if active and p.claim_sense[claim] > 0:
            low = 0.0
        elif active:
            high = p.wanted[claim]
        self.solver.changeRowBounds(self.rows + claim, low, high)

    def _fix(self, claim: int, fulfilment: float) -> None:
        p = self.problem
        j = int(p.claim_column[claim])
        wanted = p.wanted[claim]
        if p.claim_sense[claim] > 0:
            value = wanted * fulfilment
            low, high = max(0.0, value - self.slack), min(self.upper[j], value + self.slack / 10)
        else:
            value = wanted * (1.0 - fulfilment)
            low, high = max(0.0, value - self.slack / 10), min(self.upper[j], value + self.slack)
        self.solver.changeColBounds(j, low, high)

    def _maximise_level(self, members: list[int], ceiling: float) -> float:
        columns = self.columns
        cost = np.zeros(columns + 1)
        cost[columns] = -1.0
        self.solver.changeColsCost(columns + 1, np.arange(columns + 1), cost)
        self.solver.changeColBounds(columns, -highspy.kHighsInf, ceiling)
        for k in members:
            self._set_row(k, True)
        self._run()
        return float(self.solver.getSolution().col_value[columns])

    def fulfilment_without_slack(self, fulfilment: FloatArray) -> FloatArray:
        """Return what the fulfilment tends to as the slack goes, from two slacks.

        Coefficients of 30 and more, one after another, may lift a later claim by 1e5 times the
        slack of an earlier one.
        """
        _, half, _ = Leximin(self.problem, self.slack / 2.0).solve()
        return 2.0 * half - fulfilment

    def solve(self) -> tuple[FloatArray, FloatArray, float]:
        """Return flows [m3], fulfilment [-] and cost [yuan] of the step."""
        p = self.problem
        fulfilment = np.ones(len(p.claim_column))
        for members in p.classes:
            open_claims = [k for k in members if p.wanted[k] > 0]
            while open_claims:
                ceiling = min(self.best[k] / p.claim_share[k] for k in open_claims)
                level = self._maximise_level(open_claims, ceiling)
                if level >= ceiling - 1e-11:
                    level = ceiling
                    limit = ceiling * (1 + 1e-12)
                    settled = [k for k in open_claims if self.best[k] / p.claim_share[k] <= limit]
                else:
                    dual = np.array(self.solver.getSolution().row_dual)[self.rows :]
                    settled = [k for k in open_claims if abs(dual[k]) * p.wanted[k] > 1e-7]
                    if not settled:
                        message = "no dual"
                        raise OracleError(message)
                for k in settled:
                    fulfilment[k] = p.claim_share[k] * level
                    self._set_row(k, False)
                    self._fix(k, fulfilment[k])
                open_claims = [k for k in open_claims if k not in settled]
        self.solver.changeColBounds(self.columns, 0.0, 0.0)
        return self._minimise_cost(fulfilment)

    def _minimise_cost(self, fulfilment: FloatArray) -> tuple[FloatArray, FloatArray, float]:
        p = self.problem
        columns = self.columns
        numbers = np.arange(columns + 1)
        cost = np.append(p.cost, 0.0)
        self.solver.changeColsCost(columns + 1, numbers, cost)
        self._run()
        least = self.solver.getObjectiveValue()
        entries = np.flatnonzero(cost)
        slack = 1e-9 * max(1.0, abs(least))
        if entries.size:
            self.solver.addRow(
                -highspy.kHighsInf, least + slack, entries.size, entries, cost[entries]
            )
        self.solver.changeColsCost(columns + 1, numbers, np.append(p.tie_break, 0.0))
        self._run()
        solution = self.solver.getSolution()
        if entries.size:
            self.bought = abs(solution.row_dual[-1]) * slack
        x = np.array(solution.col_value)[:columns]
        return x, fulfilment, float(least)


def solve_least_cost(problem: Problem) -> tuple[FloatArray, float]:
    """Return flows and cost of the plain linear program with claims as ordinary columns."""
    oracle = Leximin(problem)
    x, _, cost = oracle._minimise_cost(np.ones(len(problem.claim_column)))
    return x, cost
