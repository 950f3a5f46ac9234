"""Frequency curves fitted to records of annual floods: what was asked, points, curve, table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hydrosim.errors import Fault
from hydrosim.flood.annual_record import read_annual_maxima
from hydrosim.hydrology.curve_fitting import FitRules
from hydrosim.hydrology.expected_moments import MomentRules
from hydrosim.hydrology.flood_samples import FloodSample, KnownRange, flood_sample
from hydrosim.hydrology.frequency import FittedCurve, FrequencyMethod, fit_frequency
from hydrosim.locale import _
from hydrosim.rules.shared import si_factor

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path as FilePath

    from hydrosim.config.annual_maxima import AnnualMaxima
    from hydrosim.errors import Path
    from hydrosim.io.table import Notice

__all__ = ["KINDS", "RecordFit", "fit_notes", "fitted_to"]

KINDS = ("ordinary", "extreme", "historical")
"""Kinds of floods: of the record, extraordinary ones of the record, from before it."""


@dataclass(frozen=True, eq=False)
class RecordFit:
    """A curve that was fitted to a record.

    Attributes
    ----------
    path
        Keys of the curve in the configuration.
    site, season
        Whose floods they are; season empty for those of the year.
    duration_s
        Duration of the volumes [s]; None for peaks.
    sample
        Record and historical floods, in m3/s or m3.
    historical
        Floods from before the record, in the same unit.
    fitted
        Curve, method, goodness and notes.
    notices
        Notices of the file of the record.
    """

    path: Path
    site: str
    season: str
    duration_s: float | None
    sample: FloodSample
    historical: tuple[float, ...]
    fitted: FittedCurve
    notices: tuple[Notice, ...] = ()


def fitted_to(
    folder: FilePath, path: Path, record: AnnualMaxima, duration_s: float | None = None
) -> RecordFit:
    """Read a record and fit the curve that the configuration asks for.

    Parameters
    ----------
    folder
        Folder of the configuration.
    path
        Keys of the curve: ``flood, design, statistics, SITE, ...``, with its season if any.
    record
        The block `annual_maxima`.
    duration_s
        Duration of the volumes [s]; None for peaks.

    Raises
    ------
    DataError
        If the file cannot be read as annual floods.
    ConfigError
        If the sample does not allow what is asked.
    """
    notices: list[Notice] = []
    values = read_annual_maxima(
        folder / record.file,
        record.column,
        layout=record.layout,
        unit=record.unit,
        days=record.rows == "days",
        notices=notices,
    )
    historical = record.historical_si
    sample = flood_sample(
        values * si_factor(record.unit),
        historical=historical,
        survey_years=record.survey_years,
        extreme_in_record=record.extreme_in_record,
        ranges=[KnownRange(*one) for one in record.ranges_si],
    )
    method = FrequencyMethod(
        distribution=record.distribution,
        method=record.method,
        plotting=record.plotting,
        skew_form=record.skew_form,
        rules=FitRules(**record.rules),
        mean_from_moments=record.mean_from_moments,
        moment_rules=MomentRules(**record.moment_rules),
    )
    keys = [str(key) for key in path]
    season = keys[keys.index("seasons") + 1] if "seasons" in keys[4:] else ""
    fitted = fit_frequency(sample, method)
    return RecordFit(
        path, keys[3], season, duration_s, sample, tuple(historical), fitted, tuple(notices)
    )


def fit_notes(fits: Iterable[RecordFit]) -> list[Fault]:
    """Return a warning for each thing that a reviewer of a fit should know."""
    fits = list(fits)
    of_files = [
        notice.fault(*fit.path, "annual_maxima", "file") for fit in fits for notice in fit.notices
    ]
    return of_files + [
        Fault(
            (*fit.path, "annual_maxima"),
            note,
            _("a curve that the record determines: look at its picture"),
            severity="warning",
        )
        for fit in fits
        for note in fit.fitted.notes
    ]
