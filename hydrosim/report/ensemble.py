"""Tables of an ensemble: which standards hold in how many members, supply, the worst members."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from hydrosim.locale import Language, _, in_language, language_of, number, short
from hydrosim.reading.words import word

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from rich.table import Table
    from rich.text import Text

__all__ = ["ensemble_tables", "failed_lines", "guarantee_lines", "verdict_frame"]

SHOWN = (0.1, 0.5, 0.9)
M3_PER_YI = 1e8
MOST_FAILED = 5


def verdict_frame(dataset: xr.Dataset) -> pd.DataFrame:
    """Return one row a scenario and verdict: members that pass, and what they achieve."""
    import pandas as pd

    rows = []
    if "verdict" not in dataset.dims:
        return pd.DataFrame(rows)
    for s, scenario in enumerate(dataset["scenario"].to_numpy().tolist()):
        achieved = dataset["achieved"].to_numpy()[s]
        required = dataset["required"].to_numpy()[s]
        for v, name in enumerate(dataset["verdict"].to_numpy().tolist()):
            known = achieved[:, v][np.isfinite(achieved[:, v])]
            low, middle, high = np.quantile(known, SHOWN) if known.size else [np.nan] * 3
            asked = required[:, v][np.isfinite(required[:, v])]
            rows.append(
                {
                    "scenario": scenario,
                    "id": name,
                    "subject": str(dataset["verdict_subject"].to_numpy()[v]),
                    "quantity": str(dataset["verdict_quantity"].to_numpy()[v]),
                    "unit": str(dataset["verdict_unit"].to_numpy()[v]),
                    "required": float(np.median(asked)) if asked.size else np.nan,
                    "members_judged": int(dataset["members_judged"].to_numpy()[s, v]),
                    "members_passing": float(dataset["members_passing"].to_numpy()[s, v]),
                    "achieved_10": float(low),
                    "achieved_50": float(middle),
                    "achieved_90": float(high),
                }
            )
    return pd.DataFrame(rows)


def guarantee_lines(dataset: xr.Dataset, language: str) -> list[str]:
    """Return sentences such as "the guarantee of 95 % holds in 87 % of members", by scenario.

    For the guarantee of each use of the whole network, or of each tier's where those are missing.
    """
    if "verdict" not in dataset.dims:
        return []
    ids = dataset["verdict"].to_numpy().tolist()
    chosen = [v for v, name in enumerate(ids) if name.startswith("guarantee/use_")]
    chosen = chosen or [v for v, name in enumerate(ids) if name.startswith("guarantee/tier_")]
    chosen = [v for v in chosen if ids[v].endswith("/guarantee")]
    suffix = "_zh" if language == "zh" else ""
    lines = []
    for s, scenario in enumerate(dataset["scenario"].to_numpy().tolist()):
        for v in chosen:
            share = float(dataset["members_passing"].to_numpy()[s, v])
            asked = dataset["required"].to_numpy()[s, :, v]
            asked = asked[np.isfinite(asked)]
            if not (asked.size and np.isfinite(share)):
                continue
            subject = str(dataset[f"verdict_subject{suffix}"].to_numpy()[v])
            required = _rate_text(
                float(np.median(asked)), str(dataset["verdict_unit"].to_numpy()[v])
            )
            line = _(
                "{scenario}: {subject}: the guarantee of {required} holds in {share:.0f} % of "
                "members",
                scenario=scenario, subject=subject, required=required, share=100.0 * share,
            )  # fmt: skip
            lines.append(line.in_language(language_of(language)))
    return lines


def _rate_text(number: float, unit: str) -> str:
    return (
        f"{100.0 * number:.0f} %"
        if unit in ("1", "%", "") and 0.0 <= number <= 1.0
        else f"{number:g} {unit}"
    )


def ensemble_tables(dataset: xr.Dataset, language: str) -> list[Table | Text]:
    """Return tables for the terminal: guarantees and other verdicts, supply, worst members."""
    spoken = language_of(language)
    return [
        *(_verdicts(dataset, s, spoken) for s in range(dataset.sizes["scenario"])),
        *_shortages(dataset, spoken),
    ]


def _verdicts(dataset: xr.Dataset, scenario: int, language: Language) -> Table | Text:
    """Return the standards that do not hold in all members; how many hold in all is the caption."""
    from rich.table import Table
    from rich.text import Text

    name = str(dataset["scenario"].to_numpy()[scenario])
    members = dataset.sizes["member"]
    title = _("{scenario}: {members} members", scenario=name, members=members)
    table = Table(title=title.in_language(language), title_justify="left", caption_justify="left")
    heads = (
        word("subject"), word("quantity"), word("required"), _("holds in"), "P10", "P50", "P90",
        word("unit"),
    )  # fmt: skip
    for place, head in enumerate(heads):
        justify = "left" if place in (0, 1, 7) else "right"
        table.add_column(in_language(head, language), justify=justify)
    if "verdict" not in dataset.dims:
        return Text(str(table.title))
    frame = verdict_frame(dataset.isel(scenario=[scenario]))
    suffix = "_zh" if language == "zh" else ""
    subjects = dataset[f"verdict_subject{suffix}"].to_numpy()
    quantities = dataset[f"verdict_quantity{suffix}"].to_numpy()
    held, judged = 0, 0
    for v, row in enumerate(frame.to_dict("records")):
        if row["members_judged"] == 0:
            continue
        judged += 1
        if row["members_passing"] == 1.0:
            held += 1
            continue
        numbers = [row[key] for key in ("required", "achieved_10", "achieved_50", "achieved_90")]
        required, *achieved = (number(n) if np.isfinite(n) else "-" for n in numbers)
        share = f"{100.0 * row['members_passing']:.0f} %"
        table.add_row(str(subjects[v]), str(quantities[v]), required, share, *achieved, row["unit"])
    caption = _(
        "{held} of {judged} standards hold in all members; all are in verdicts.csv",
        held=held, judged=judged,
    ).in_language(language)  # fmt: skip
    if not table.row_count:
        return Text(f"{table.title}\n{caption}")
    table.caption = caption
    return table


def _shortages(dataset: xr.Dataset, language: Language) -> list[Table]:
    from rich.table import Table

    if "shortage" not in dataset:
        return []
    title = _("Shortage, not exceeded in 10, 50 and 90 % of members, and worst members")
    table = Table(title=title.in_language(language), title_justify="left")
    heads = (_("scenario"), _("P10, 10⁸ m³"), "P50", "P90", _("worst members"))
    for place, head in enumerate(heads):
        justify = "left" if place in (0, 4) else "right"
        table.add_column(in_language(head, language), justify=justify)
    for s, name in enumerate(dataset["scenario"].to_numpy().tolist()):
        lacking = dataset["shortage"].to_numpy()[s]
        lacking = lacking[np.isfinite(lacking)]
        numbers = np.quantile(lacking, SHOWN) / M3_PER_YI if lacking.size else [np.nan] * 3
        worst = [str(m) for m in dataset["worst_member"].to_numpy()[s].tolist() if m >= 0]
        table.add_row(str(name), *(short(volume) for volume in numbers), ", ".join(worst) or "-")
    return [table]


def failed_lines(dataset: xr.Dataset, language: str) -> list[str]:
    """Return a line for each of the first members that failed, and how many there are."""
    failed = json.loads(dataset.attrs["failed_zh" if language == "zh" else "failed"])
    every = [(s, m, why) for s, members in failed.items() for m, why in members.items()]
    if not every:
        return []
    lines = [
        _("member {member} of {scenario} failed: {why}", member=member, scenario=scenario, why=why)
        for scenario, member, why in every[:MOST_FAILED]
    ]
    if len(every) > MOST_FAILED:
        lines.append(_("and {count} members more", count=len(every) - MOST_FAILED))
    return [line.in_language(language_of(language)) for line in lines]
