"""Design floods of a configuration: for any return period, an event to route."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.config.design_flood import Scheme
from hydrosim.errors import ConfigError, Fault
from hydrosim.flood.build import build_flood_model
from hydrosim.flood.checks import check_config_events
from hydrosim.flood.design_hydrograph import DesignFlood
from hydrosim.flood.design_sites import upstream
from hydrosim.flood.events import Event, config_events
from hydrosim.flood.record_fits import fit_notes
from hydrosim.flood.statistics import ANNUAL, site_statistics
from hydrosim.hydrology.composition import (
    SubArea,
    compose_same_frequency,
    compose_typical_year,
)
from hydrosim.hydrology.design_flood import (
    DesignValues,
    ratio_of_peaks,
    same_frequency,
    same_ratio,
)
from hydrosim.hydrology.hydrographs import Hydrograph
from hydrosim.hydrology.refusal import impossible_for
from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hydrosim.config.design_flood import Composed, Design
    from hydrosim.config.schema import Config
    from hydrosim.errors import Places
    from hydrosim.flood.build import FloodModel
    from hydrosim.flood.record_fits import RecordFit
    from hydrosim.hydrology.site_statistics import SiteStatistics

__all__ = ["DesignFloods", "FloodCase", "build_design_floods", "flood_warnings"]

SITE = "site"
MADE_STEPS_S = (3600.0, 1800.0, 900.0, 600.0, 300.0, 60.0)


@dataclass(frozen=True, order=True)
class FloodCase:
    """One way in which the flood of a return period comes to a control point.

    Attributes
    ----------
    control
        Site whose flood it is.
    season
        Season of the flood, and so the stage of the limits; ``annual`` without seasons.
    scheme
        ``site`` where the flood enters at the site itself, else the composition:
        ``typical_year`` or ``same_frequency:AREA``.
    typical
        Name of the typical flood.
    """

    control: str
    season: str
    scheme: str
    typical: str


@dataclass(eq=False)
class DesignFloods:
    """The design floods of a configuration; ``event`` makes them, each once.

    Attributes
    ----------
    cases
        All cases, sorted.
    return_periods
        Return periods of the first scan [year], ascending.
    tolerance
        Relative width to which a return period reached is narrowed.
    statistics
        Curves by site and season.
    impossible
        Reason why a flood cannot be composed, by case and return period.
    annual
        Curves of the year by site.
    fits
        Curves that were fitted to records, with their points.
    """

    cases: tuple[FloodCase, ...]
    return_periods: tuple[float, ...]
    tolerance: float
    statistics: dict[str, dict[str, SiteStatistics]]
    impossible: dict[tuple[FloodCase, float], str] = field(default_factory=dict)
    annual: dict[str, SiteStatistics] = field(default_factory=dict)
    fits: tuple[RecordFit, ...] = ()
    _design: Any = None
    _typical: dict[str, Event] = field(default_factory=dict)
    _forms: dict[str, Event] = field(default_factory=dict)
    _starts: dict[str, np.datetime64] = field(default_factory=dict)
    _season_titles: dict[str, dict[str, str]] = field(default_factory=dict)
    _step_s: float = 3600.0
    _every: int = 1
    _made_step_s: float = 3600.0
    _places: Places | None = None
    _floods: dict[tuple[FloodCase, float], dict[str, DesignFlood]] = field(default_factory=dict)
    _first: dict[str, dict[str, float]] = field(default_factory=dict)

    def event(
        self,
        case: FloodCase,
        return_period_years: float,
        start_levels_m: dict[str, float] | None = None,
    ) -> Event | None:
        """Return the flood of a return period as an event, None where it cannot be composed.

        Parameters
        ----------
        case
            One of ``cases``.
        return_period_years
            Return period [year], within the range of ``return_periods``.
        start_levels_m
            Levels of stores at its start [m]; by default the limit of the season.

        Raises
        ------
        ConfigError
            If curves contradict each other at the return period.
        """
        key = (case, return_period_years)
        if key in self.impossible:
            return None
        floods = self._floods.get(key)
        if floods is None:
            with self._placed(case):
                floods = self._made(case, return_period_years)
            if floods is None:
                return None
            self._floods[key] = floods
        typical = self._typical[case.typical]
        name = f"{case.control}/T{return_period_years:.10g}/{case.season}/{case.scheme}"
        return Event(
            f"{name}/{case.typical}",
            self._starts[case.season],
            {place: flood.end_m3s for place, flood in floods.items()},
            {place: flood.mean_m3s for place, flood in floods.items()},
            dict(typical.start_levels_m if start_levels_m is None else start_levels_m),
            {},
            typical.operation,
            {
                "return_period": float(return_period_years),
                "control": case.control,
                "season": case.season,
                "season_title": self._season_titles.get(case.season),
                "scheme": case.scheme,
                "typical": case.typical,
                "source": self.statistics[case.control][case.season].source,
                "confidence": self.statistics[case.control][case.season].confidence,
            },
            recession_s=typical.recession_s,
            step_s=self._step_s,
        )

    @contextmanager
    def _placed(self, case: FloodCase) -> Iterator[None]:
        """Say at the typical flood of a case what is wrong with its floods."""
        try:
            yield
        except ConfigError as error:
            path = ("flood", "design", "typical", case.typical)
            faults: list[Fault] = []
            for fault in error.faults:
                found = f"{case.control}: {'.'.join(map(str, fault.path))}: {fault.found}"
                faults.append(Fault(path, found, fault.expected, note=fault.note))
            raise ConfigError(faults, self._places) from None

    def _made(self, case: FloodCase, years: float) -> dict[str, DesignFlood] | None:
        values = self._values(case.control, case.season, years)
        if case.scheme == SITE:
            return {case.control: self._scaled(case, values)}
        composed: Composed = self._design.composition[case.control]
        areas = [
            SubArea(name, self._hydrograph(case.typical, name), area.travel_time)
            for name, area in sorted(composed.areas.items())
        ]
        smoothing = self._design.smoothing
        try:
            if case.scheme == "typical_year":
                made = compose_typical_year(areas, values, smoothing_s=smoothing)
            else:
                leader = case.scheme.partition(":")[2]
                own = self._values(leader, case.season, years)
                made = compose_same_frequency(areas, values, leader, own, smoothing_s=smoothing)
        except ConfigError as error:
            fault = error.faults[0]
            self.impossible[case, years] = impossible_for(fault)
            return None
        steps = self._step_s, self._every
        return {place: DesignFlood.of(flood, *steps) for place, flood in made.hydrographs.items()}

    def _scaled(self, case: FloodCase, values: DesignValues) -> DesignFlood:
        """Return the flood of a site; by one factor it keeps points and means of the typical one.

        The factor of the peak is that of the hydrograph itself, not of its mean in a step, so a
        design peak equal to the typical one gives the typical flood in steps of any length.
        """
        scaling = self._design.scaling
        typical = self._hydrograph(case.typical, case.control)
        if scaling == "same_frequency":
            made = same_frequency(typical, values, smoothing_s=self._design.smoothing)
            return DesignFlood.of(made.hydrograph, self._step_s, self._every)
        event, place = self._typical[case.typical], self._form(case.typical, case.control)
        if scaling.same_ratio == "peak":
            factor = ratio_of_peaks(values, event.peak_of(place))
        else:
            factor = dict(same_ratio(typical, values, scaling.same_ratio).factors).popitem()[1]
        return DesignFlood(event.end_m3s[place] * factor, event.mean_m3s[place] * factor)

    def _values(self, site: str, season: str, years: float) -> DesignValues:
        return self.statistics[site][season].design_values(years)

    def _form(self, typical: str, site: str) -> str:
        """Return the place whose hydrograph gives the form at a site."""
        return str(self._design.typical[typical].shapes.get(site, site))

    def _hydrograph(self, typical: str, site: str) -> Hydrograph:
        means = self._forms[typical].mean_m3s
        return Hydrograph(means[self._form(typical, site)], self._made_step_s)


def build_design_floods(model: FloodModel) -> DesignFloods:
    """Return the design floods of a model's configuration; one of each case is tried.

    Raises
    ------
    ConfigError
        With all that is wrong with statistics, typical floods and compositions.
    """
    config = model.config
    assert config.flood is not None
    design = config.flood.design
    if design is None:
        fault = Fault(("flood", "design"), _("no design floods"), _("`design:` in the flood block"))
        raise ConfigError([fault], config.source)
    _refuse_sites(model, design)
    curves = site_statistics(config)
    events = {
        event.name: event.refined(model.dt_s, model.every)
        for event in config_events(config, _typical_names(design))
    }
    typical = {name: events[one.event] for name, one in sorted(design.typical.items())}
    made_step_s = _made_step_s(design)
    own = {one.name: one for one in config_events(config, _typical_names(design), made_step_s)}
    days = design.season_days(config.nodes)
    year = min(str(event.start)[:4] for event in typical.values())
    starts: dict[str, np.datetime64] = {
        name: np.datetime64(f"{year}-{day}", "s") for name, day in days.items()
    }
    if not days:
        starts = {ANNUAL: next(iter(typical.values())).start}
    made = DesignFloods(
        tuple(sorted(_cases(design, list(starts), list(typical)))),
        design.return_periods,
        design.tolerance,
        curves.by_season,
        annual=curves.annual,
        fits=curves.fits,
        _design=design,
        _typical=typical,
        _forms={name: own[one.event] for name, one in design.typical.items()},
        _starts=starts,
        _season_titles=design.season_titles(config.nodes),
        _step_s=model.dt_s,
        _every=model.every,
        _made_step_s=made_step_s,
        _places=config.source,
    )
    _try_each(model, made)
    noted = model.builder.faults
    noted.extend(fault for fault in fit_notes(curves.fits) if fault not in noted)
    return made


def flood_warnings(config: Config) -> list[Fault]:
    """Build network, hydrographs and design floods of a config without routing; return warnings.

    Raises
    ------
    ConfigError
        With all that is wrong.
    """
    model = build_flood_model(config)
    check_config_events(model)
    if config.flood is not None and config.flood.design is not None:
        build_design_floods(model)
    return model.builder.warnings


def _made_step_s(design: Design) -> float:
    """Return the step in which design floods are made [s]: an hour, whatever the flood's step.

    It is shorter where a volume or a time of travel is no whole number of hours.
    """
    times = [area.travel_time for one in design.composition.values() for area in one.areas.values()]
    for site in design.statistics.values():
        times.extend(site.volumes)
        times.extend(time for season in site.seasons.values() for time in season.volumes)
    if design.scaling != "same_frequency" and design.scaling.same_ratio != "peak":
        times.append(design.scaling.same_ratio)
    return next(
        (step for step in MADE_STEPS_S if all(time % step < 1e-6 for time in times)),
        MADE_STEPS_S[-1],
    )


def _typical_names(design: Design) -> list[str]:
    return sorted({one.event for one in design.typical.values()})


def _cases(design: Design, seasons: list[str], typical: list[str]) -> list[FloodCase]:
    found: list[FloodCase] = []
    for site in design.statistics:
        composed = design.composition.get(site)
        schemes = [SITE]
        if composed is not None:
            schemes = [
                f"same_frequency:{one.same_frequency}" if isinstance(one, Scheme) else one
                for one in composed.schemes
            ]
        found.extend(
            FloodCase(site, season, scheme, flood)
            for season in seasons
            for scheme in schemes
            for flood in typical
        )
    return found


def _refuse_sites(model: FloodModel, design: Design) -> None:
    faults = [
        Fault(
            ("flood", "design", "statistics", site),
            _("{site!r}, which no flood passes", site=site),
            _("a place in the flood network"),
        )
        for site in design.statistics
        if site not in model.elements
    ]
    above = upstream(model)
    for control, composed in design.composition.items():
        faults.extend(
            Fault(
                ("flood", "design", "composition", control, "areas", area),
                _("{area!r}, from which no river leads to {control!r}", area=area, control=control),
                _("a site above it"),
            )
            for area in composed.areas
            if control in above and area in above and area not in above[control]
        )
    if faults:
        raise ConfigError(faults, model.config.source)


def _try_each(model: FloodModel, floods: DesignFloods) -> None:
    """Make floods before anything is routed: what cannot be made is an error or a warning.

    The smallest and the largest of each case; of compositions all, for some may be impossible.
    """
    faults: list[Fault] = []
    for case in floods.cases:
        years = floods.return_periods
        if case.scheme == SITE:
            years = (min(years), max(years))
        try:
            for one in years:
                floods.event(case, one)
        except ConfigError as error:
            faults += error.faults
    if faults:
        raise ConfigError(list(dict.fromkeys(faults)), model.config.source)
    noted = model.builder.faults
    noted.extend(fault for fault in _impossible_faults(floods) if fault not in noted)


def _impossible_faults(floods: DesignFloods) -> list[Fault]:
    """Return a warning for each composition of which some return periods cannot be made."""
    found: list[Fault] = []
    for case in floods.cases:
        missing = [(years, why) for (one, years), why in floods.impossible.items() if one == case]
        if not missing:
            continue
        periods = ", ".join(f"{years:g}" for years, _unused in sorted(missing))
        of_all = len(missing) == len(floods.return_periods)
        found.append(
            Fault(
                ("flood", "design", "composition", case.control),
                _(
                    "no flood by {scheme} in season {season}, form of {typical}, for T = {periods} "
                    "years: {missing}",
                    scheme=case.scheme,
                    season=case.season,
                    typical=case.typical,
                    periods=periods,
                    missing=min(missing)[1],
                ),
                _("volumes of which each area brings a part of 0 or more"),
                note=_("the scheme judges nothing")
                if of_all
                else _("the scheme judges without them"),
                severity="warning",
            )
        )
    return found
