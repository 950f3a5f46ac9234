"""GeoJSON (RFC 7946) as it is read: points and lines by name."""

from __future__ import annotations

import json
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

from hydrosim.errors import DataError, shown
from hydrosim.io.bounded import MOST_TEXT, bytes_of
from hydrosim.io.text import NotUtf8, text_of
from hydrosim.locale import Message, _

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Feature", "features_of"]

Position = tuple[float, float]


class Feature(NamedTuple):
    """A point or a line with what is said of it; positions are longitude and latitude."""

    number: int
    is_line: bool
    positions: tuple[Position, ...]
    properties: dict[str, Any]


def features_of(file: Path) -> list[Feature]:
    """Return the points and lines of a file; features without geometry are left out.

    Parameters
    ----------
    file
        A FeatureCollection in UTF-8.

    Raises
    ------
    DataError
        If it cannot be read, is no FeatureCollection, or has another geometry or a position that
        is none; the feature is named by its number from 1.
    """
    content = _content(file)
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        kind = content.get("type") if isinstance(content, dict) else content
        raise DataError(str(file), found=shown(kind), expected=_("a FeatureCollection"))
    if content.get("crs") is not None and "CRS84" not in json.dumps(content["crs"]):
        raise DataError(
            str(file), found=_("the key 'crs' with another system"),
            expected=_("longitude and latitude of WGS 84, the only system of GeoJSON (RFC 7946)"),
        )  # fmt: skip
    given = content.get("features")
    if not isinstance(given, list):
        raise DataError(str(file), found=_("no list of features"), expected=_("`features`"))
    return [
        made
        for number, one in enumerate(given, start=1)
        if (made := _feature(file, number, one)) is not None
    ]


def _content(file: Path) -> Any:
    expected = _("a GeoJSON file")
    text = text_of(bytes_of(file, expected, MOST_TEXT))
    if isinstance(text, NotUtf8):
        raise DataError(
            str(file), found=text.found, expected=_("UTF-8"), line=text.line, note=text.note
        )
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise DataError(
            str(file), found=_("no JSON"), expected=expected, line=error.lineno
        ) from None
    except (ValueError, RecursionError):
        raise DataError(str(file), found=_("no JSON"), expected=expected) from None


def _feature(file: Path, number: int, given: Any) -> Feature | None:
    if not isinstance(given, dict) or given.get("type") != "Feature":
        raise _fault(file, number, shown(given), _("a Feature"))
    geometry = given.get("geometry")
    if geometry is None:
        return None
    properties = given.get("properties") or {}
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Point", "LineString"):
        raise _fault(file, number, shown(kind), _("a Point or a LineString"))
    places = geometry.get("coordinates")
    some = [places] if kind == "Point" else places
    if not isinstance(some, list) or (kind == "LineString" and len(some) < 2):
        raise _fault(file, number, shown(places), _("a line of two positions or more"))
    positions = tuple(_position(file, number, one) for one in some)
    return Feature(number, kind == "LineString", positions, dict(properties))


def _position(file: Path, number: int, given: Any) -> Position:
    plain = isinstance(given, list) and len(given) in (2, 3) and all(
        isinstance(one, (int, float)) and not isinstance(one, bool) and isfinite(one)
        for one in given
    )  # fmt: skip
    if not plain or abs(given[0]) > 180.0 or abs(given[1]) > 90.0:
        raise _fault(
            file, number, json.dumps(given, ensure_ascii=False)[:60],
            _("a position [longitude from -180 to 180, latitude from -90 to 90]"),
        )  # fmt: skip
    return float(given[0]), float(given[1])


def _fault(file: Path, number: int, found: str, expected: Message) -> DataError:
    where = _("feature {number}: {found}", number=number, found=found)
    return DataError(str(file), found=where, expected=expected)
