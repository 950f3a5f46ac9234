"""Places on the ground, in degrees, longitude first as in GeoJSON."""

from __future__ import annotations

from math import isfinite
from typing import Any, NamedTuple

from pydantic_core import core_schema

from hydrosim.errors import shown
from hydrosim.locale import _
from hydrosim.units.scalars import reject

__all__ = ["LonLat"]

_EXPECTED = _("[longitude, latitude] in degrees, such as [115.48, 38.87]")


class LonLat(NamedTuple):
    """A place, written ``[115.48, 38.87]``: degrees east and north of WGS 84."""

    lon: float
    lat: float

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(cls.read)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        number = {"type": "number"}
        return {
            "type": "array", "minItems": 2, "maxItems": 2, "examples": [[115.48, 38.87]],
            "prefixItems": [
                {**number, "minimum": -180, "maximum": 180},
                {**number, "minimum": -90, "maximum": 90},
            ],
        }  # fmt: skip

    @classmethod
    def read(cls, value: object) -> LonLat:
        """Return an entry as a place, or refuse it with the reason."""
        if isinstance(value, LonLat):
            return value
        if not isinstance(value, (list, tuple)) or len(value) != 2:
            reject(value, _EXPECTED)
        for one in value:
            if isinstance(one, bool) or not isinstance(one, (int, float)) or not isfinite(one):
                reject(value, _EXPECTED, found=_list(value), note=_("degrees are plain numbers"))
        lon, lat = (float(one) for one in value)
        if abs(lat) > 90.0 and abs(lon) <= 90.0 and abs(lat) <= 180.0:
            reject(value, _EXPECTED, found=_list(value), note=_("longitude comes first"))
        if abs(lon) > 180.0:
            reject(value, _("a longitude from -180 to 180"), found=_list(value))
        if abs(lat) > 90.0:
            reject(value, _("a latitude from -90 to 90"), found=_list(value))
        return cls(lon, lat)


def _list(value: list[Any] | tuple[Any, ...]) -> str:
    return f"[{', '.join(shown(one) for one in value)}]"
