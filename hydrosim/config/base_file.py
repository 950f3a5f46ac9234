"""A configuration that holds changes of another file: `base: city.yaml`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path as FilePath

from hydrosim.config.patches import patched
from hydrosim.config.source import Source, read_source
from hydrosim.errors import ConfigError, Fault, nearest, shown
from hydrosim.locale import _

__all__ = ["with_base"]

BASE = "base"


def with_base(source: Source, above: tuple[FilePath, ...] = ()) -> Source:
    """Return a configuration with its base file filled in; each part keeps its file and line.

    The keys of the file are changes of the base, written like those of a scenario; relative names
    of data files count from the folder of the base.

    Raises
    ------
    ConfigError
        If the base cannot be read, or a key of the file leads nowhere in it.
    """
    if BASE not in source.tree:
        return source
    path = _path_of(source, above)
    base = read_source(path)
    here = FilePath(source.file).resolve()
    base = with_base(base, (*above, here))
    if base.faults:
        raise ConfigError(base.faults, base)
    files = dict.fromkeys([*base.keys, *base.values], base.file)
    start = replace(
        base,
        file=source.file,
        files={**files, **base.files},
        folder=base.folder or path.parent,
    )
    own = {key: value for key, value in source.tree.items() if key != BASE}
    merged, faults = patched(start, own, source, kept=())
    if source.faults or faults:
        raise ConfigError([*source.faults, *faults], source)
    return merged


def _path_of(source: Source, above: tuple[FilePath, ...]) -> FilePath:
    name = source.tree[BASE]
    expected = _("the name of a configuration file, from the folder of this one")
    if not isinstance(name, str):
        raise ConfigError([Fault((BASE,), shown(name), expected)], source)
    path = FilePath(source.file).parent / name
    if path.resolve() in (*above, FilePath(source.file).resolve()):
        fault = Fault(
            (BASE,),
            _("{name}, which has this file as its base", name=shown(name)),
            _("another file"),
        )
        raise ConfigError([fault], source)
    if not path.is_file():
        beside = [one.name for one in sorted(path.parent.glob("*.yaml"))]
        fault = Fault(
            (BASE,),
            _("{name}, which is no file", name=shown(name)),
            expected,
            nearest(name, beside),
        )
        raise ConfigError([fault], source)
    return path
