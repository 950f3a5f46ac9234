"""A result as it is read: what a reader may ask of it, and a view of plain arrays by name.

Picking a variable of a Dataset, and what follows from names and times alone, would cost more than
judging. A view keeps the arrays of one scenario and member; what a function tells of a frame is
kept with it, and a frame serves all members that have it in common. Standards and measures take
any :class:`Result`, which a Dataset is as well as a view.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, Concatenate, NamedTuple, ParamSpec, Protocol, TypeVar

import numpy as np

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

P = ParamSpec("P")
R = TypeVar("R")

__all__ = ["Frame", "Recorded", "Result", "View", "of_frame", "of_result"]

SINGLE = ("scenario", "member")


class Recorded(Protocol):
    """A variable or coordinate: its dimensions, its numbers or texts, and its attributes."""

    @property
    def dims(self) -> tuple[Any, ...]:
        """Names of its dimensions."""
        ...

    @property
    def values(self) -> NDArray[Any]:
        """Its numbers or texts."""
        ...

    @property
    def attrs(self) -> Mapping[Any, Any]:
        """Unit, name and the like."""
        ...


class Result(Protocol):
    """What readers ask of a result of one scenario and member: a Dataset, or a view of one."""

    @property
    def attrs(self) -> Mapping[Any, Any]:
        """Attributes of the whole result."""
        ...

    @property
    def sizes(self) -> Mapping[Any, int]:
        """Length of each dimension."""
        ...

    @property
    def dims(self) -> Container[Any]:
        """Names of the dimensions."""
        ...

    @property
    def coords(self) -> Container[Any]:
        """Names of the coordinates."""
        ...

    @property
    def data_vars(self) -> Container[Any]:
        """Names of the variables that are no coordinates."""
        ...

    @property
    def variables(self) -> Mapping[Any, Recorded]:
        """Variables and coordinates by name, as plain arrays."""
        ...

    def __getitem__(self, key: str, /) -> xr.DataArray:
        """Return a variable with its coordinates; slower than ``variables``."""
        ...

    def __contains__(self, key: object, /) -> bool:
        """Return whether there is a variable or coordinate of this name."""
        ...


class Column(NamedTuple):
    """A variable: its dimensions, its numbers or texts, and its attributes."""

    dims: tuple[str, ...]
    values: NDArray[Any]
    attrs: dict[str, Any]


class Frame:
    """Names, times and attributes of items of a result, and what functions found of them.

    Attributes
    ----------
    coordinates
        The coordinates of the result.
    kept
        Results of functions, by function and arguments.
    """

    def __init__(self, coordinates: dict[str, Column]) -> None:
        self.coordinates = coordinates
        self.kept: dict[Any, Any] = {}

    def fits(self, coordinates: dict[str, Column]) -> bool:
        """Return whether a result has these coordinates, bit for bit."""
        return self.coordinates.keys() == coordinates.keys() and all(
            own.dims == coordinates[name].dims and _same(own.values, coordinates[name].values)
            for name, own in self.coordinates.items()
        )


class View:
    """One scenario and member of a result.

    Parameters
    ----------
    dataset
        A result; the dimensions scenario and member may stand in it with size 1.
    frame
        The frame of an earlier result, which is taken if it fits.

    Raises
    ------
    ValueError
        When the Dataset holds several scenarios or members.
    """

    def __init__(self, dataset: xr.Dataset, frame: Frame | None = None) -> None:
        self._whole = dataset
        self.attrs = dataset.attrs
        self.sizes = {str(dim): size for dim, size in dataset.sizes.items()}
        for dimension in SINGLE:
            size = self.sizes.pop(dimension, 1)
            if size != 1:
                msg = f"the result holds {size} items along {dimension}: choose one with isel"
                raise ValueError(msg)
        self.dims = self.sizes
        variables = dataset.variables
        self.coords = {str(name): _column(variables[name]) for name in dataset.coords}
        self.data_vars = {
            str(name): _column(variable)
            for name, variable in variables.items()
            if name not in self.coords
        }
        self.variables = {**self.coords, **self.data_vars}
        if frame is None or not frame.fits(self.coords):
            frame = Frame(self.coords)
        self.frame = frame
        self.kept: dict[Any, Any] = {}

    def __getitem__(self, key: str, /) -> xr.DataArray:
        return self._dataset[key]

    def __contains__(self, key: object, /) -> bool:
        return key in self.variables

    @cached_property
    def _dataset(self) -> xr.Dataset:
        return self._whole.isel({dim: 0 for dim in SINGLE if dim in self._whole.dims})


def _column(variable: xr.Variable) -> Column:
    dims = tuple(str(dim) for dim in variable.dims)
    data: Any = variable.data
    values = data if type(data) is np.ndarray else variable.values
    if any(dim in SINGLE for dim in dims):
        values = values[tuple(0 if dim in SINGLE else slice(None) for dim in dims)]
        dims = tuple(dim for dim in dims if dim not in SINGLE)
    return Column(dims, values, variable.attrs)


def _same(first: NDArray[Any], second: NDArray[Any]) -> bool:
    if first is second:
        return True
    if first.dtype != second.dtype or first.shape != second.shape:
        return False
    if first.dtype.hasobject:
        return first.tolist() == second.tolist()
    return first.tobytes() == second.tobytes()


def of_frame(
    function: Callable[Concatenate[Result, P], R],
) -> Callable[Concatenate[Result, P], R]:
    """Keep what a function tells of the coordinates alone, for all results of a frame.

    What it returns is shared: arrays are closed to writing, lists are only to be read.
    """
    return _keeping(function, lambda view: view.frame.kept)


def of_result(
    function: Callable[Concatenate[Result, P], R],
) -> Callable[Concatenate[Result, P], R]:
    """Keep what a function tells of a result, for all standards that ask it again."""
    return _keeping(function, lambda view: view.kept)


def _keeping(function: Any, kept_of: Callable[[View], dict[Any, Any]]) -> Any:
    @wraps(function)
    def keeping(dataset: Any, *arguments: Any, **named: Any) -> Any:
        if not isinstance(dataset, View):
            return function(dataset, *arguments, **named)
        kept = kept_of(dataset)
        key: tuple[Any, ...] = (function, *arguments, *named, *named.values())
        try:
            return kept[key]
        except TypeError:
            key = tuple(map(_hashable, key))
        except KeyError:
            pass
        if key not in kept:
            result = function(dataset, *arguments, **named)
            if isinstance(result, np.ndarray):
                result.flags.writeable = False
            kept[key] = result
        return kept[key]

    return keeping


def _hashable(argument: Any) -> Any:
    """Return a list as a tuple, an array as its bytes, all else as it is."""
    if isinstance(argument, list):
        return tuple(argument)
    if isinstance(argument, np.ndarray):
        return argument.dtype.str, argument.tobytes()
    return argument
