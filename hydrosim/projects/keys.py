"""What the schemas say of a place in a configuration: its unit, its form and its description."""

from __future__ import annotations

import types
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel

from hydrosim.config.by_type import ByType
from hydrosim.config.ladder_line import LadderLine
from hydrosim.projects.headings import COUNT, NUMBERS
from hydrosim.units import Dimension, MonthDay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hydrosim.errors import Path

__all__ = ["Known", "known_at", "unknown_step"]

_PLAIN = (str, int, float, bool, type(None))
Place = tuple[Any, tuple[Any, ...], str]
"""Annotation, metadata that pydantic took off it, and description."""


class Known(NamedTuple):
    """What may stand at a place, over all the forms that it can have."""

    places: tuple[Place, ...]

    @property
    def found(self) -> bool:
        """Whether there is such a place."""
        return bool(self.places)

    @property
    def description(self) -> str:
        """What the schema says of it."""
        return next((text for _form, _data, text in self.places if text), "")

    @property
    def dimension(self) -> Dimension | None:
        """Its dimension, if it is a number with one."""
        for annotation, metadata, _text in self.places:
            for data in (*metadata, *_metadata(annotation)):
                if isinstance(data, Dimension):
                    return data
        return None

    @property
    def is_map(self) -> bool:
        """Whether its names are free."""
        return any(get_origin(_bare(annotation)) is dict for annotation, *_rest in self.places)

    @property
    def is_text(self) -> bool:
        """Whether it is text and nothing else."""
        return self.found and all(_bare(one) in (str, type(None)) for one, *_rest in self.places)

    @property
    def is_month_day(self) -> bool:
        """Whether it is a day of the year."""
        return any(_bare(annotation) is MonthDay for annotation, *_rest in self.places)

    def names(self) -> list[str]:
        """Return the keys of the blocks that may stand there."""
        models = (_bare(annotation) for annotation, *_rest in self.places)
        return [field.alias or name for model in models
                if isinstance(model, type) and issubclass(model, BaseModel)
                for name, field in model.model_fields.items()]  # fmt: skip

    def key(self) -> Known:
        """Return what may stand as a name of its entries."""
        inner = (get_args(_bare(one))[0] for one, *_rest in self.places
                 if get_origin(_bare(one)) is dict)  # fmt: skip
        return Known(tuple(place for one in inner for place in _forms(one, (), "")))


@lru_cache(maxsize=8192)
def known_at(models: tuple[type[BaseModel], ...], path: Path) -> Known:
    """Return what the schema has at a path from a block.

    Parameters
    ----------
    models
        Schemas that the block may have.
    path
        Keys, numbers of entries, or what stands for any of them.
    """
    places: list[Place] = [(model, (), "") for model in models]
    for step in path:
        places = [child for place in places for child in _children(place, step)]
    return Known(tuple(places))


@lru_cache(maxsize=8192)
def unknown_step(models: tuple[type[BaseModel], ...], path: Path) -> int | None:
    """Return which step of a path no schema has; None where some form might take it."""
    known = known_at(models, ())
    for number, step in enumerate(path):
        after = Known(tuple(child for place in known.places for child in _children(place, step)))
        if not after.found:
            forms = [_bare(annotation) for annotation, *_rest in known.places]
            blocks = all(isinstance(one, type) and (issubclass(one, BaseModel) or one in _PLAIN)
                         for one in forms)  # fmt: skip
            return number if blocks else None
        known = after
    return None


def _children(place: Place, step: str | int) -> Iterator[Place]:
    annotation, metadata, _text = place
    bare = _bare(annotation)
    if bare is Any or (bare is LadderLine and step == "spare"):
        yield Any, (), ""
    elif isinstance(bare, type) and issubclass(bare, BaseModel):
        for name, field in bare.model_fields.items():
            if (field.alias or name) == step:
                yield from _forms(field.annotation, tuple(field.metadata), field.description or "")
    elif get_origin(bare) is dict and isinstance(step, str) and step not in (NUMBERS, COUNT):
        yield from _forms(get_args(bare)[1], (), "")
    elif get_origin(bare) in (tuple, list) and (isinstance(step, int) or step in (NUMBERS, COUNT)):
        yield from _forms(get_args(bare)[0], _dimensions(metadata), "")


def _forms(annotation: Any, metadata: tuple[Any, ...], text: str) -> Iterator[Place]:
    """Yield the forms of a choice, each by itself; a block that its type names is unknown."""
    if any(isinstance(data, ByType) for data in (*metadata, *_metadata(annotation))):
        yield Any, (), text
        return
    bare = _bare(annotation)
    if get_origin(bare) in (Union, types.UnionType):
        own = (*_metadata(annotation), *metadata)
        for part in get_args(bare):
            yield from _forms(part, own, text)
    else:
        yield annotation, metadata, text


def _bare(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def _metadata(annotation: Any) -> tuple[Any, ...]:
    return annotation.__metadata__ if get_origin(annotation) is Annotated else ()


def _dimensions(metadata: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(data for data in metadata if isinstance(data, Dimension))
