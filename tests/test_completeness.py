"""Each type of node, link, rule and standard is tested, described and shown; new ones fit in."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from pydantic import BaseModel, Field

from hydrosim.builders.primitives import Ports
from hydrosim.config.describe import describe, keys_of, registries
from hydrosim.config.load import config_from_text, load_config
from hydrosim.nodes import NODE_TYPES
from hydrosim.nodes.base import Node
from hydrosim.rules import RULE_TYPES
from hydrosim.rules.base import Rule
from hydrosim.standards import STANDARD_TYPES
from hydrosim.standards.base import Standard
from hydrosim.standards.board import check
from hydrosim.standards.verdict import Verdict
from hydrosim.supply.simulation import run
from hydrosim.units import Flow, Fraction, dimension_of

TESTS = Path(__file__).parent
ROOT = TESTS.parent
FOLDERS = {
    "node": "nodes",
    "link": "nodes",
    "rule": "rules",
    "standard": "standards",
    "method": "members",
}
TYPES = [(kind, name) for kind, members in registries().items() for name in members]


@pytest.fixture(scope="module")
def shown_configs():
    """Text of all configs that ship or stand among the tests, the invalid ones apart."""
    files = [*ROOT.glob("configs/*.yaml"), *ROOT.glob("examples/*"), *TESTS.glob("models/*.*")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files if path.is_file())


@pytest.mark.parametrize(("kind", "name"), TYPES)
def test_each_type_has_a_test_that_names_it(kind, name):
    files = sorted((TESTS / FOLDERS[kind]).glob("test_*.py"))
    named = re.compile(rf"\b{name}\b|\b{registries()[kind][name].__name__}\b")
    assert any(named.search(path.read_text(encoding="utf-8")) for path in files)


@pytest.mark.parametrize(("kind", "name"), TYPES)
def test_each_key_is_described_with_its_unit(kind, name):
    for block in blocks_of(registries()[kind][name]):
        for key in keys_of(block):
            assert len(key.description) > 5, f"{block.__name__}.{key.name}"
            assert key.description.endswith("."), f"{block.__name__}.{key.name}"
        for field_name, field in block.model_fields.items():
            dimension = dimension_of(field.annotation, tuple(field.metadata))
            told = next(k for k in keys_of(block) if k.name == (field.alias or field_name))
            if dimension is not None and not dimension.bare:
                assert told.unit == dimension.unit
                assert dimension.example in told.form


@pytest.mark.parametrize(("kind", "name"), TYPES)
def test_the_reference_tells_each_type(kind, name):
    text = describe(name)
    model = registries()[kind][name]
    assert text.startswith(f"{kind} {name}") or f"\n\n{kind} {name}" in text
    assert model.__doc__
    assert model.__doc__.split("\n")[0].rstrip() in text
    for key in keys_of(model):
        assert key.name == "type" or f"  {key.name}" in text


@pytest.mark.parametrize(("kind", "name"), TYPES)
def test_each_type_occurs_in_a_config(kind, name, shown_configs):
    del kind
    written = re.compile(rf"[\"']?type[\"']?:\s*[\"']?{name}\b")
    default = name == "canal" and "{from:" in shown_configs
    assert written.search(shown_configs) or default


def test_the_config_of_the_remaining_types_runs():
    config = load_config(TESTS / "models" / "coast.yaml")
    result = run(config)
    assert json.loads(result.attrs["certificate"])["largest_row_closure"] < 1e-12
    (verdict,) = check(result, config.standards)
    assert verdict.outcome in ("pass", "fail")


def blocks_of(model, seen=None):
    """A schema and the blocks inside it, each once."""
    seen = set() if seen is None else seen
    if model in seen:
        return
    seen.add(model)
    yield model
    for field in model.model_fields.values():
        for inner in models_in(field.annotation):
            yield from blocks_of(inner, seen)


def models_in(annotation):
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from models_in(argument)


# -- a new type is one class in one place --------------------------------------------------------


class Fountain(Node):
    """A well that gives a steady flow."""

    type: Literal["fountain"]
    flow: Flow = Field(description="What it gives.")

    def declare(self, name: str, builder: Any) -> None:
        builder.ports[name] = Ports(outlet=builder.junction(name))
        builder.item("origin", name, kind="surface")

    def lower_supply(self, name: str, builder: Any) -> None:
        volume = builder.volume(self.flow)
        builder.force(builder.rows[name], volume, name)
        builder.enters(f"{name}.flow", "local_inflow", volume)
        builder.overflow(name, builder.rows[name], None)


class EverySecondStep(Rule):
    """One on even steps, a share on odd ones."""

    type: Literal["every_second_step"]
    share: Fraction = Field(description="What holds on odd steps.")

    def lower(self, builder: Any) -> Any:
        odd = np.arange(len(builder.calendar)) % 2
        return builder.graph.series(np.where(odd == 1, self.share, 1.0))


class MeanSupply(Standard):
    """A supply that is to be reached in the mean."""

    type: Literal["mean_supply"]
    least: Flow = Field(description="Smallest mean supply.")

    def check(self, dataset: Any) -> list[Verdict]:
        mean = float(dataset["supplied"].sum("claim").mean("time"))
        known = {field: "" for field in Verdict.__dataclass_fields__}
        told = {"id": "mean_supply", "subject": "all", "quantity": "supply", "unit": "m3/s"}
        numbers = {"required": self.least, "achieved": mean, "margin": mean - self.least}
        outcome = "pass" if mean >= self.least else "fail"
        return [Verdict(**{**known, **told, **numbers, "outcome": outcome})]


CONFIG = """\
hydrosim: 1
period: {start: 2001-01-01, end: 2001-01-10}
ladder: [domestic]
rules:
  works: {type: every_second_step, share: 50 %}
nodes:
  well: {type: fountain, flow: 2 m3/s}
  town: {type: demand, use: domestic, flow: 3 m3/s}
links:
  - {from: well, to: town, capacity: 2 m3/s, availability: works}
standards:
  mean: {type: mean_supply, least: 1.4 m3/s}
"""


def test_new_types_are_known_described_and_run(monkeypatch):
    monkeypatch.setitem(NODE_TYPES, "fountain", Fountain)
    monkeypatch.setitem(RULE_TYPES, "every_second_step", EverySecondStep)
    monkeypatch.setitem(STANDARD_TYPES, "mean_supply", MeanSupply)
    assert "[m3/s]; required" in describe("fountain")
    config = config_from_text(CONFIG)
    result = run(config).isel(scenario=0, member=0)
    supplied = result["supplied"].sel(claim="town").to_numpy()
    np.testing.assert_allclose(supplied, [2.0, 1.0] * 5, rtol=1e-12)
    (verdict,) = check(result, config.standards)
    assert (verdict.outcome, verdict.achieved) == ("pass", pytest.approx(1.5))


def test_an_unknown_type_is_not_described():
    with pytest.raises(KeyError, match="the nearest is 'reservoir'"):
        describe("resevoir")
