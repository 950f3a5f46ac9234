"""The report of an ensemble: standards by share of members, shortage, storage, failures, proof."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from hydrosim.handout.proof import certificate_table, file_table
from hydrosim.handout.sections import named, report_of, result_title, said, section
from hydrosim.locale import Language, Message, _, capital, listed, sentences
from hydrosim.reading.words import word
from hydrosim.report.ensemble import SHOWN, failed_lines, guarantee_lines, verdict_frame
from hydrosim.report.table import Cell, Column, Number, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import xarray as xr

    from hydrosim.handout.model import Picture, Report

__all__ = ["ensemble_report"]

_QUANTILES = tuple(f"P{100 * share:.0f}" for share in SHOWN)


def ensemble_report(
    dataset: xr.Dataset,
    pictures: Sequence[Picture],
    sums: Mapping[str, str],
    language: Language,
) -> Report:
    """Return the report of an ensemble.

    Parameters
    ----------
    dataset
        Its statistics, ``ensemble.nc``.
    pictures
        Its pictures, as far as they were drawn.
    sums
        SHA-256 of the files of its folder.
    language
        "en" or "zh".
    """
    sections = (
        section(
            "summary", _("Summary"),
            [*_sentences(dataset, language), *guarantee_lines(dataset, language),
             *failed_lines(dataset, language)],
            language,
        ),
        section("verdicts", _("Verdicts"), [_verdict_table(dataset, language)], language),
        section(
            "results", _("Shortage and storage"),
            [_shortage_table(dataset, language), _storage_table(dataset, language),
             *named(pictures)("ensemble")],
            language,
        ),
        section(
            "proof", _("Certificate and check sums"),
            [certificate_table(dataset, language), file_table(sums, language)], language,
        ),
    )  # fmt: skip
    subtitle = _("Report of an ensemble by hydrosim {version}",
                 version=dataset.attrs.get("hydrosim_version", ""))  # fmt: skip
    return report_of(result_title(dataset, language), subtitle, sections, language)


def _scenarios(dataset: xr.Dataset) -> list[str]:
    return [str(name) for name in dataset["scenario"].to_numpy()]


def _sentences(dataset: xr.Dataset, language: Language) -> list[str]:
    members = dataset.sizes["member"]
    lengths = sorted(set(json.loads(str(dataset.attrs.get("record_years", "[]")))))
    found: list[Message] = [_("{members} possible waters were run", members=members)]
    if lengths:
        found = [
            _("{members} possible waters were run, made from a record of {years} years",
              members=members, years=listed([str(one) for one in lengths]))
        ]  # fmt: skip
    for at, name in enumerate(_scenarios(dataset)):
        if "shortage" not in dataset:
            break
        lacking = dataset["shortage"].to_numpy()[at]
        lacking = lacking[np.isfinite(lacking)]
        if lacking.size and not lacking.any():
            found.append(_("in {scenario} users lack nothing in any member", scenario=name))
        elif lacking.size:
            found.append(
                _(
                    "in {scenario} users lack, over the whole run, {half:.0f} × 10⁴ m³ or more in "
                    "half of the members, and {much:.0f} × 10⁴ m³ or more in one of ten",
                    scenario=name, half=float(np.median(lacking)) / 1e4,
                    much=float(np.quantile(lacking, 0.9)) / 1e4,
                )
            )  # fmt: skip
    return [sentences(one).in_language(language) for one in found]


def _verdict_table(dataset: xr.Dataset, language: Language) -> Table | None:
    """Return each standard with the share of members in which it holds, and what they achieve."""
    frame = verdict_frame(dataset)
    if frame.empty:
        return None
    suffix = "_zh" if language == "zh" else ""
    subjects = dataset[f"verdict_subject{suffix}"].to_numpy()
    quantities = dataset[f"verdict_quantity{suffix}"].to_numpy()
    rows: list[tuple[Cell, ...]] = []
    keys: list[str] = []
    marks: list[str] = []
    for at, row in enumerate(frame.to_dict("records")):
        which = at % len(subjects)
        share = float(row["members_passing"])
        judged = int(row["members_judged"])
        numbers = [_known(float(row[key])) for key in
                   ("required", "achieved_10", "achieved_50", "achieved_90")]  # fmt: skip
        rows.append((
            str(row["scenario"]), capital(str(subjects[which]), language), str(quantities[which]),
            *numbers, str(row["unit"]), judged,
            Number(share, 0, 0.01) if judged and np.isfinite(share) else None,
        ))  # fmt: skip
        keys.append(f"{row['scenario']}/{row['id']}")
        whole = "pass" if share == 1.0 else "fail" if share < 0.5 else ""
        marks.append(whole if judged else "not judged")
    heads = (
        (_("scenario"), "", 0), (word("subject"), "", 0), (word("quantity"), "", 0),
        (word("required"), "", 2), *((name, "", 2) for name in _QUANTILES), (word("unit"), "", 0),
        (_("members judged"), "", 0), (_("holds in"), "%", 0),
    )  # fmt: skip
    note = _(
        "P10, P50 and P90: what is achieved is not more than this in 10, 50 and 90 % of the "
        "members judged. Marked: standards that hold in all members, and in less than half."
    ).in_language(language)
    return Table(
        "verdicts", _("Standards over all members").in_language(language),
        tuple(Column(said(head, language), unit, digits) for head, unit, digits in heads),
        tuple(rows), notes=(note,), keys=tuple(keys), marks=tuple(marks),
    )  # fmt: skip


def _known(value: float) -> Cell:
    if not np.isfinite(value):
        return None
    return Number(value, 0 if abs(value) >= 1000.0 else 2)


def _shortage_table(dataset: xr.Dataset, language: Language) -> Table | None:
    """Return the shortage that is not exceeded in parts of the members, and the worst members."""
    if "shortage" not in dataset:
        return None
    rows: list[tuple[Cell, ...]] = []
    for at, name in enumerate(_scenarios(dataset)):
        lacking = dataset["shortage"].to_numpy()[at]
        lacking = lacking[np.isfinite(lacking)]
        numbers = np.quantile(lacking, SHOWN) / 1e4 if lacking.size else [np.nan] * len(SHOWN)
        worst = [str(m) for m in dataset["worst_member"].to_numpy()[at].tolist() if m >= 0]
        rows.append((name, *(_known(float(one)) for one in numbers), ", ".join(worst) or "-"))
    unit = _("10⁴ m³").in_language(language)
    columns = (
        Column(said(_("scenario"), language)),
        *(Column(name, unit, 2) for name in _QUANTILES),
        Column(said(_("worst members"), language)),
    )
    title = _("Shortage over the run that is not exceeded in 10, 50 and 90 % of the members")
    return Table("shortage", title.in_language(language), columns, tuple(rows))


def _storage_table(dataset: xr.Dataset, language: Language) -> Table | None:
    """Return the quantiles of storage by store, at the end of each month."""
    if "storage_of_day" not in dataset:
        return None
    from hydrosim.standards.titles import item_title

    values = dataset["storage_of_day"]
    quantiles = [float(one) for one in dataset["quantile"].to_numpy()]
    chosen = [quantiles.index(share) for share in SHOWN]
    rows: list[tuple[Cell, ...]] = []
    for at, scenario in enumerate(_scenarios(dataset)):
        for place, store in enumerate(dataset["store"].to_numpy()):
            own = values.isel(scenario=at, store=place).transpose("day_of_year", "quantile")
            for month, number in enumerate(_last_of_months(own.to_numpy()[:, chosen]), start=1):
                name = said(item_title(dataset, str(store)), language)
                rows.append((scenario, name, str(month), *(_known(float(one) / 1e4)
                                                           for one in number)))  # fmt: skip
    unit = _("10⁴ m³").in_language(language)
    columns = (
        Column(said(_("scenario"), language)), Column(said(_("store"), language)),
        Column(said(_("month"), language)), *(Column(name, unit, 1) for name in _QUANTILES),
    )  # fmt: skip
    title = _("Storage at the end of each month, over members and years").in_language(language)
    return Table("storage", title, columns, tuple(rows), beside=True)


def _last_of_months(values: np.ndarray) -> list[np.ndarray]:
    """Return the values of the last day of each month that is known, by day of the year."""
    lasts = (31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366)
    found: list[np.ndarray] = []
    before = 0
    for last in lasts:
        own = values[before:last]
        known = own[np.isfinite(own).any(axis=1)]
        found.append(known[-1] if len(known) else np.full(values.shape[1], np.nan))
        before = last
    return found
