"""What a configuration may hold: frozen models in SI units.

Nodes, links, rules and standards are looked up by their ``type`` in the registries of their
packages when a configuration is validated, so a new type is known as soon as it is registered.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from functools import cached_property
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from hydrosim.builders.settings import RunSettings
from hydrosim.calendar import Calendar, EdgeError, Step, step_word
from hydrosim.config.axes import Scenarios
from hydrosim.config.by_type import ByType
from hydrosim.config.ensemble import EnsembleKeys, Outlook
from hydrosim.config.flood import Flood
from hydrosim.config.frequency import Frequency
from hydrosim.config.ladder_line import LadderLine
from hydrosim.config.ledger import Ledger
from hydrosim.config.source import Source
from hydrosim.errors import ConfigError, Fault
from hydrosim.locale import _
from hydrosim.members import METHOD_TYPES
from hydrosim.members.base import Method
from hydrosim.nodes import LINK_TYPES, NODE_TYPES
from hydrosim.nodes.base import Link, LinkEnds, Node
from hydrosim.rules import RULE_TYPES
from hydrosim.rules.base import Rule
from hydrosim.rules.unit_check import rule_uses
from hydrosim.standards import STANDARD_TYPES
from hydrosim.standards.base import Standard
from hydrosim.units import (
    Date,
    Money,
    MonthDay,
    Name,
    Persons,
    RuleKey,
    RuleRef,
    reject,
)

__all__ = [
    "AnyLink",
    "AnyMethod",
    "AnyNode",
    "AnyRule",
    "AnyStandard",
    "Config",
    "Economy",
    "Ensemble",
    "Ledger",
    "Outputs",
    "Period",
    "Policy",
    "Start",
]

STANDARD_POLICY = "standard"


AnyNode = Annotated[Node, ByType("node", NODE_TYPES)]
AnyLink = Annotated[Link, ByType("link", LINK_TYPES, default="canal")]
AnyRule = Annotated[Rule, ByType("rule", RULE_TYPES)]
AnyStandard = Annotated[Standard, ByType("standard", STANDARD_TYPES)]
AnyMethod = Annotated[Method, ByType("method", METHOD_TYPES)]


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


class Title(_Block):
    """The name of the configuration in both languages."""

    en: str = Field("", description="English title.")
    zh: str = Field("", description="Chinese title.")


class Period(_Block):
    """The steps of the run."""

    start: Date = Field(description="First day.")
    end: Date = Field(description="Last day, inclusive.")
    step: Step = Field("day", description="Length of a step.")

    @model_validator(mode="after")
    def _has_calendar(self) -> Period:
        try:
            Calendar(self.start, self.end, self.step)
        except EdgeError as error:
            whole = _("whole steps of a {step} from start to end", step=step_word(self.step))
            if self.end < self.start:
                whole = _("days in order from start to end")
            reject(None, whole, found=error.args[0], key=error.key)
        return self


NO_PERIOD = Period(start=datetime.date(2000, 1, 1), end=datetime.date(2000, 12, 31), step="day")
"""Stands where a configuration of floods alone gives no period; no supply run uses it."""


class Start(_Block):
    """The state in which the run starts."""

    state: Literal["given", "cyclic", "warm_up"] = Field(
        "given",
        description="given: as the nodes say; cyclic: the end of a first run over the whole "
        "period; warm_up: after some years of the record.",
    )
    years: int | None = Field(None, ge=1, description="Length of the warm-up in years.")

    @model_validator(mode="after")
    def _years_belong_to_warm_up(self) -> Start:
        if (self.state == "warm_up") != (self.years is not None):
            found = (
                _("no `years`")
                if self.years is None
                else _("`years` with `state: {state}`", state=self.state)
            )
            reject(None, _("`years` with `state: warm_up`, and only there"), found=found)
        return self


Ladder = Annotated[tuple[LadderLine, ...], Field(min_length=1)]


class Policy(_Block):
    """A ladder that a rule may choose."""

    title: str | Title | None = Field(None, description="Name shown to readers.")
    ladder: Ladder = Field(description="Classes and spare lines, served from the top.")


class Outputs(_Block):
    """Which quantities are kept at which resolution."""

    daily: tuple[str, ...] = Field(default=(), description="Quantities kept for every step.")
    monthly: tuple[str, ...] = Field(default=(), description="Quantities kept as means of months.")


class Economy(_Block):
    """Numbers of the planning year for verdicts on efficiency."""

    gdp: Money | None = Field(default=None, description="Gross domestic product a year.")
    industrial_value_added: Money | None = Field(
        default=None, description="Value added by industry a year."
    )
    base_year: int | None = Field(
        default=None, ge=1900, le=2200, description="Year whose prices the sums of money are in."
    )
    population: Persons | None = Field(default=None, description="People supplied.")


class Ensemble(EnsembleKeys):
    """Possible waters of the run: which series members replace, by what, and how many."""

    method: AnyMethod = Field(description="How members get their water.")


class Config(_Block):
    """A configuration: the city's water, its rules and what is asked of the run."""

    hydrosim: Literal[1] = Field(description="Version of the format.")
    base: str | None = Field(
        None,
        description="File that this one changes: all its other keys are then changes by key path, "
        "as in a scenario.",
    )
    title: str | Title | None = Field(None, description="Name shown to readers.")
    notes: str | None = Field(None, description="Remarks for readers.")
    period: Period = Field(
        NO_PERIOD,
        description="First and last day, and the step; floods alone need none.",
    )
    mode: Literal["planning_level", "trajectory"] = Field(
        "planning_level",
        description="planning_level: works, demands and quotas of one year over all hydrology; "
        "trajectory: those of each calendar year.",
    )
    planning_year: int | None = Field(
        None, ge=1900, le=2200, description="Year whose works and demands count."
    )
    start: Start = Field(Start(state="given", years=None), description="State at the start.")
    water_year: MonthDay = Field(MonthDay(6, 1), description="First day of the water year.")
    allocation: Literal["fair", "least_cost"] = Field(
        "fair", description="fair: the ladder with equal sharing; least_cost: by costs alone."
    )
    ladder: Ladder | None = Field(
        None, description="Classes and spare lines, served from the top: the policy 'standard'."
    )
    policy: RuleRef | None = Field(
        None, description="Name of the policy, or of a rule that gives its number."
    )
    policies: dict[Name, Policy] = Field({}, description="Further ladders by name.")
    series: dict[RuleKey, AnyRule] = Field({}, description="Series from files by name.")
    rules: dict[RuleKey, AnyRule] = Field({}, description="Rules by name.")
    nodes: dict[Name, AnyNode] = Field(min_length=1, description="Nodes by name.")
    links: tuple[AnyLink, ...] = Field((), description="Ways for water between nodes.")
    coordinates: str | None = Field(
        None,
        description="GeoJSON file of the places of nodes (points by `name`) and the courses of "
        "links (lines by `name`); what stands as `at` and `course` goes before it.",
    )
    standards: dict[Name, AnyStandard] = Field({}, description="Standards and goals by name.")
    ledger: Ledger = Field(Ledger(), description="Whose water, from which year.")
    outputs: Outputs = Field(Outputs(), description="What is kept of the run.")
    economy: Economy = Field(Economy(), description="Numbers for verdicts on efficiency.")
    flood: Flood | None = Field(None, description="Floods that the flood engine routes.")
    scenarios: Scenarios | None = Field(
        None, description="Axes of changes that are run side by side."
    )
    frequency: Frequency | None = Field(
        None, description="Typical years of design frequencies, as an axis of the scenarios."
    )
    ensemble: Ensemble | None = Field(None, description="Possible waters for `hydrosim ensemble`.")
    outlook: Outlook = Field(Outlook(), description="What `hydrosim outlook` warns of.")

    @field_validator("standards")
    @classmethod
    def _name_standards(cls, standards: dict[str, Standard]) -> dict[str, Standard]:
        return {name: standard.named(name) for name, standard in standards.items()}

    _source: Source | None = None
    _warnings: tuple[Fault, ...] = ()
    _supply_faults: tuple[Fault, ...] = ()

    def __repr__(self) -> str:
        title = self.title.en or self.title.zh if isinstance(self.title, Title) else self.title
        parts = f"{len(self.nodes)} nodes, {len(self.links)} links"
        period = self.period
        when = f"{period.start} to {period.end} by {period.step}" if self.has_period else "floods"
        return f"<hydrosim.Config {title or 'without title'!r}: {parts}, {when}>"

    def _repr_html_(self) -> str:
        from hydrosim.config.overview import config_html

        return config_html(self)

    def with_origin(
        self, source: Source, warnings: tuple[Fault, ...], supply_faults: tuple[Fault, ...] = ()
    ) -> Config:
        """Return the configuration itself with where it was read from and what looks unlikely.

        ``supply_faults`` are those that stop a supply run but no flood.
        """
        self._source = source
        self._warnings = warnings
        self._supply_faults = supply_faults
        return self

    @property
    def has_period(self) -> bool:
        """Whether it says over which period a supply run goes."""
        return "period" in self.model_fields_set

    @property
    def has_scenarios(self) -> bool:
        """Whether it stands for several runs: by axes of its own, or by frequencies."""
        return self.scenarios is not None or self.frequency is not None

    @property
    def floods_alone(self) -> bool:
        """Whether only floods can be meant: there is no period, or no ladder where one counts."""
        return self.flood is not None and self.lacks_supply

    @property
    def lacks_supply(self) -> bool:
        """Whether a supply run lacks its period, or a ladder where one counts."""
        orders = bool(self.ladders) or self.allocation == "least_cost"
        return not (self.has_period and orders)

    def refuse_supply(self) -> None:
        """Stop a supply run that its faults forbid; floods are routed all the same.

        Raises
        ------
        ConfigError
            With the faults of a supply run.
        """
        if self._supply_faults:
            raise ConfigError([*self._supply_faults, *self._warnings], self._source)

    @property
    def source(self) -> Source | None:
        """The configuration as written with its places; None when it was not read from text."""
        return self._source

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """What looks unlikely but does not stop the run."""
        return self._warnings

    @property
    def path(self) -> FilePath | None:
        """The file it was read from."""
        return FilePath(self._source.file) if self._source else None

    @property
    def folder(self) -> FilePath:
        """The folder from which relative names of data files count."""
        if self._source is not None and self._source.folder is not None:
            return self._source.folder
        return self.path.parent if self.path else FilePath()

    @cached_property
    def hash(self) -> str:
        """The sha256 of what was meant: values in SI with all defaults, names in order."""
        return hashlib.sha256(json.dumps(self.plain, sort_keys=True).encode()).hexdigest()

    @cached_property
    def plain(self) -> dict[str, Any]:
        """What was meant as JSON can hold it: values in SI with all defaults, floats in full."""
        return _canonical(self.model_dump(by_alias=True))

    @cached_property
    def calendar(self) -> Calendar:
        """The steps of the run."""
        return Calendar(self.period.start, self.period.end, self.period.step)

    @cached_property
    def settings(self) -> RunSettings:
        """What nodes and rules read while they lower."""
        return RunSettings(
            self.folder,
            self.mode,
            self.planning_year,
            self.water_year,
            frozenset(map(str, self.series)),
            by_cost=self.allocation == "least_cost",
            uses=rule_uses(
                {
                    "nodes": self.nodes,
                    "links": {link.label: link for link in self.links},
                    "rules": self.rules,
                    "series": self.series,
                },
                self.all_rules,
            ),
        )

    @cached_property
    def link_ends(self) -> LinkEnds:
        """The links by the nodes at their ends."""
        return LinkEnds(self.links, self.nodes)

    @cached_property
    def all_rules(self) -> dict[str, Rule]:
        """Series and rules by name."""
        return {**self.series, **self.rules}

    @property
    def node_types(self) -> Mapping[str, type[Node]]:
        """The node types that are known, by name."""
        return NODE_TYPES

    @cached_property
    def rule_names(self) -> frozenset[str]:
        """All names that stand for a value: series, rules and the members of those with parts."""
        names = set(self.all_rules)
        for name, rule in self.all_rules.items():
            names.update(f"{name}.{member}" for member in rule.members)
        return frozenset(names)

    @cached_property
    def ladders(self) -> dict[str, tuple[LadderLine, ...]]:
        """The ladder of each policy; the first is that of ``ladder`` where it is given."""
        own = {STANDARD_POLICY: self.ladder} if self.ladder else {}
        return {**own, **{name: policy.ladder for name, policy in self.policies.items()}}

    @property
    def fixed_policy(self) -> str | None:
        """The policy of all steps, or None when a rule chooses it; costs alone know none."""
        if self.allocation == "least_cost":
            return STANDARD_POLICY
        if self.policy is None:
            return next(iter(self.ladders))
        return self.policy.name if self.policy.name in self.ladders else None

    @property
    def policy_rule(self) -> RuleRef | None:
        """The rule that gives the number of the policy, counted from 0 in ``ladders``."""
        return self.policy if self.fixed_policy is None else None


def _canonical(value: Any) -> Any:
    """Return a dumped model as JSON can hold it; each float keeps all its bits."""
    if isinstance(value, dict):
        return {str(key): _canonical(item) for key, item in value.items()}
    if isinstance(value, RuleRef):
        return f"rule {value.name}"
    if isinstance(value, (list, tuple)):
        return [_canonical(item) for item in value]
    if isinstance(value, float):
        return value.hex()
    if is_dataclass(value) and not isinstance(value, type):
        return _canonical(asdict(value))
    return value if isinstance(value, (bool, int, str)) or value is None else str(value)
