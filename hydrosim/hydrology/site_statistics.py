"""Design-flood statistics of a site: curves of peak and volumes, from which design values come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from hydrosim.errors import ConfigError
from hydrosim.hydrology.curves import FrequencyCurve, at_return_period
from hydrosim.hydrology.design_flood import DesignValues
from hydrosim.hydrology.hydrographs import SECONDS_PER_DAY
from hydrosim.hydrology.refusal import check_choice, check_positive, refuse
from hydrosim.locale import _

Floats = NDArray[np.float64]
Confidence = Literal["H", "M", "L"]
# Return periods of tables and of the first look for the standard reached [year].
RETURN_PERIODS = (2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10000.0)


@dataclass(frozen=True)
class SiteStatistics:
    """Curves of annual (or seasonal) flood peaks and volumes of one site.

    Attributes
    ----------
    name : str
        Name of the site.
    peak : FrequencyCurve or None
        Curve of peaks [m3/s].
    volumes : tuple of (float, FrequencyCurve)
        Durations [s], ascending, each with the curve of its volumes [m3].
    source : str
        Where the numbers come from.
    confidence : {"H", "M", "L"}
        High, medium or low.

    Raises
    ------
    ConfigError
        If there is no curve, or the confidence is not one of the three letters.
    """

    name: str
    peak: FrequencyCurve | None
    volumes: tuple[tuple[float, FrequencyCurve], ...] = ()
    source: str = ""
    confidence: Confidence = "L"

    def __post_init__(self) -> None:
        if self.peak is None and not self.volumes:
            refuse(f"{self.name}.statistics", _("no curve"), _("a curve of peaks or of volumes"))
        check_choice("confidence", self.confidence, get_args(Confidence))

    def design_values(self, return_period_years: float) -> DesignValues:
        """Peak and volumes of one return period.

        Parameters
        ----------
        return_period_years : float
            Return period [year], above 1.

        Returns
        -------
        DesignValues

        Raises
        ------
        ConfigError
            If the curves contradict each other there (a longer duration with less water, or more
            than its duration can carry), with the name of the site and the return period.
        """
        peak = None
        if self.peak is not None:
            peak = float(at_return_period(self.peak, return_period_years))
        volumes = tuple(
            (duration, float(at_return_period(curve, return_period_years)))
            for duration, curve in self.volumes
        )
        try:
            return DesignValues(peak, volumes, return_period_years)
        except ConfigError as error:
            place = f"{self.name}.T{return_period_years:g}"
            raise ConfigError(fault.under(place) for fault in error.faults) from None

    def quantile_table(self, return_period_years: Sequence[float] = RETURN_PERIODS) -> Floats:
        """Design values of many return periods, and a check that curves do not cross.

        Parameters
        ----------
        return_period_years : sequence of float
            Return periods [year].

        Returns
        -------
        ndarray, shape (t, 1 + durations)
            Peak [m3/s] (not a number without a curve) and volumes [m3], a row per return period.

        Raises
        ------
        ConfigError
            With all return periods at which curves contradict each other.
        """
        rows, faults = [], []
        for years in return_period_years:
            try:
                values = self.design_values(years)
            except ConfigError as error:
                faults.extend(error.faults)
                continue
            peak = np.nan if values.peak_m3s is None else values.peak_m3s
            rows.append([peak, *(volume for _unused, volume in values.volumes_m3)])
        if faults:
            raise ConfigError(faults)
        return np.array(rows)

    def transferred(
        self,
        name: str,
        area_ratio: float,
        *,
        peak_exponent: float = 2.0 / 3.0,
        volume_exponent: float = 1.0,
        source: str = "",
    ) -> SiteStatistics:
        """Carry the curves to another catchment by area (水文比拟法); Cv and Cs stay.

        Peaks grow with area to the power of `peak_exponent`, volumes to `volume_exponent`; of a
        volume in between the power falls with the logarithm of its duration from that of the peak
        (0.1 d and below) to that of volumes (7 d and above), so that small catchments do not get
        volumes that their peaks cannot carry.

        Parameters
        ----------
        name : str
            Name of the other site.
        area_ratio : float
            Area of the other catchment over that of this one [1], above 0.
        peak_exponent, volume_exponent : float
            Powers of the area ratio [1].
        source : str
            Where the numbers come from.

        Returns
        -------
        SiteStatistics
            With confidence L.

        Raises
        ------
        ConfigError
            If the ratio is not above 0.
        """
        check_positive("area_ratio", area_ratio, "")
        peak = None
        if self.peak is not None:
            peak = self.peak.scaled(area_ratio**peak_exponent)
        volumes = []
        for duration, curve in self.volumes:
            days = duration / SECONDS_PER_DAY
            weight = float(np.clip(np.log(days / 0.1) / np.log(70.0), 0.0, 1.0))
            power = peak_exponent + weight * (volume_exponent - peak_exponent)
            volumes.append((duration, curve.scaled(area_ratio**power)))
        return SiteStatistics(name, peak, tuple(volumes), source, "L")
