"""The header of a result: where it comes from, its proof, and what pictures and checks need."""

from __future__ import annotations

import json
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from hydrosim.locale import in_all_languages
from hydrosim.supply.provenance import water_records

if TYPE_CHECKING:
    from hydrosim.config.schema import Config
    from hydrosim.kernels.arrays import LedgerBook
    from hydrosim.nodes.base import Link, Node
    from hydrosim.supply.build import Model
    from hydrosim.supply.resumed import Resumed
    from hydrosim.supply.run_record import RunRecord

__all__ = ["base_attributes", "proof_attributes", "result_attributes"]

CONVENTIONS = "CF-1.12"


def base_attributes(config: Config) -> dict[str, Any]:
    """Return what the Dataset of a run and of floods say alike of where they come from."""
    from hydrosim._version import __version__

    title = config.title
    return {
        "Conventions": CONVENTIONS,
        "title": _title(title, "en"),
        "title_en": _title(title, "en"),
        "title_zh": _title(title, "zh"),
        "source": f"hydrosim {__version__}",
        "hydrosim_version": __version__,
        "config_hash": config.hash,
        "network": json.dumps(_network(config), ensure_ascii=False),
        "policies": json.dumps(_policies(config), ensure_ascii=False),
    }


def result_attributes(model: Model, record: RunRecord) -> dict[str, Any]:
    """Return the attributes of the Dataset of a run: text and numbers, blocks as JSON."""
    config = model.config
    return {
        **base_attributes(config),
        "mode": config.mode,
        "step": config.period.step,
        "planning_year": config.planning_year if config.planning_year is not None else -1,
        "ladder": json.dumps(model.lines, ensure_ascii=False),
        "economy": json.dumps(_plain(config.economy), ensure_ascii=False),
        "standards": json.dumps(
            {name: _plain(standard) for name, standard in sorted(config.standards.items())},
            ensure_ascii=False,
        ),
        "water_records": json.dumps(water_records(config, model.builder)),
        **proof_attributes(model, record),
    }


def proof_attributes(model: Model, record: RunRecord) -> dict[str, Any]:
    """Return the attributes that each run of a model has of its own: the proof of its balance."""
    from hydrosim._version import __version__

    certificate = record.certificate
    step, row = (int(number) for number in certificate.row_place)
    proof = {
        "largest_row_closure": float(certificate.row_closure[0]),
        "largest_row_closure_at": [_date(model, step), model.rows[row] if model.rows else ""],
        "largest_network_closure": float(certificate.network_closure[0]),
        "largest_network_closure_at": _date(model, int(certificate.network_place[0])),
        "largest_bound_overshoot_m3": record.counters["largest_overshoot_m3"],
        "widened_steps": int(record.counters["widened"]),
        "ledger_correction": _correction(record.book),
        "cycles_of_start": record.cycles,
        "restart": _restart(model, record.resumed),
        "config_hash": model.config.hash,
        "hydrosim_version": __version__,
    }
    return {
        "widened_steps": proof["widened_steps"],
        "certificate": json.dumps(proof, ensure_ascii=False),
    }


def _correction(book: LedgerBook | None) -> float | None:
    """Part of the water passed by which rounding made its tags differ."""
    if book is None:
        return None
    corrected, passed = (float(volume) for volume in book.correction)
    return corrected / passed if passed > 0.0 else 0.0


def _restart(model: Model, resumed: Resumed | None) -> dict[str, Any] | None:
    """Where a run went on from a state, how its solver started, and further notes."""
    if resumed is None:
        return None
    return {
        "from": _date(model, resumed.first),
        "solver": resumed.solver,
        "notes": [in_all_languages(note) for note in resumed.notes],
    }


def _title(title: Any, language: str) -> str:
    if title is None:
        return ""
    if isinstance(title, str):
        return title
    content = _plain(title)
    return str(content.get(language) or content.get("en") or "")


def _plain(content: Any) -> Any:
    if content is None:
        return {}
    return content.model_dump(mode="json") if hasattr(content, "model_dump") else content


def _date(model: Model, step: int) -> str:
    return str(model.calendar.starts[step].astype("datetime64[D]"))


def _policies(config: Config) -> dict[str, dict[str, str]]:
    """Return the titles of the policies that have one."""
    return {
        name: {"title": _title(policy.title, "en"), "title_zh": _title(policy.title, "zh")}
        for name, policy in sorted(config.policies.items())
        if policy.title is not None
    }


def _facts(part: Node | Link) -> dict[str, dict[str, float]]:
    """Return what a node or link says of itself that changes no flow, in SI."""
    found = {key: attrgetter(key)(part) for key in part.fact_keys}
    facts = {key: value for key, value in found.items() if value is not None}
    return {"facts": facts} if facts else {}


def _network(config: Config) -> dict[str, list[dict[str, Any]]]:
    return {
        "nodes": [
            {
                "name": name,
                "type": node.type_name,
                "symbol": node.symbol,
                "title": _title(node.title, "en") or name,
                "title_zh": _title(node.title, "zh") or name,
                "tier": node.tier or "",
                "river": node.river or "",
                "unit": node.unit or "",
                "keeps_water": node.keeps_water,
                "conveys": node.conveys,
                "loss": node.loss_within,
                **({"at": list(node.at)} if node.at is not None else {}),
                **_facts(node),
            }
            for name, node in sorted(config.nodes.items())
        ],
        "links": [
            *(
                {
                    "name": link.label,
                    "from": link.start,
                    "to": link.end,
                    "type": link.type_name,
                    "symbol": link.symbol,
                    **({"course": [list(one) for one in link.course]} if link.course else {}),
                    **_facts(link),
                }
                for link in sorted(config.links, key=lambda one: one.label)
            ),
            *(
                {"name": f"{name}->{end}", "from": name, "to": end, "type": way, "symbol": way}
                for name, node in sorted(config.nodes.items())
                for way, end in node.further_ways().items()
            ),
        ],
    }
