"""From a file to a validated configuration: all faults of a stage are collected and raised once.

The stages are: the text, the schema of each part, and what only the whole can tell (names that
refer to nothing, the ladder, the checks of nodes, links, rules and standards).
"""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from hydrosim.config.crosscheck import config_faults
from hydrosim.config.schema import Config
from hydrosim.config.source import Source, parse_text, read_source
from hydrosim.config.translate import faults_of
from hydrosim.errors import ConfigError, Fault, shown

if TYPE_CHECKING:
    from hydrosim.units import Suspect

__all__ = ["config_from_source", "config_from_text", "load_config"]


def load_config(path: str | FilePath) -> Config:
    """Read and check a configuration.

    Parameters
    ----------
    path
        A YAML file.

    Returns
    -------
    Config
        The validated configuration in SI units, with ``path``, ``source``, ``warnings`` and
        ``hash``.

    Raises
    ------
    ConfigError
        With all faults of the first stage that has any.
    """
    return config_from_source(read_source(FilePath(path)))


def config_from_text(text: str, file: str = "configuration") -> Config:
    """Check configuration text; ``file`` is the name told in messages."""
    return config_from_source(parse_text(text, file))


def config_from_source(source: Source) -> Config:
    """Check a configuration that has been read.

    Raises
    ------
    ConfigError
        With all faults of the first stage that has any.
    """
    suspects: list[Suspect] = []
    faults = list(source.faults)
    config: Config | None = None
    try:
        config = Config.model_validate(source.tree, context={"suspects": suspects})
    except ValidationError as error:
        faults += faults_of(error.errors(include_url=False), source)
    warnings = list(dict.fromkeys(_warning(suspect) for suspect in suspects))
    if config is None or faults:
        raise ConfigError([*faults, *warnings], source)
    config.with_origin(source, ())
    for fault in config_faults(config):
        (warnings if fault.severity == "warning" else faults).append(fault)
    if faults:
        raise ConfigError([*faults, *warnings], source)
    return config.with_origin(source, tuple(warnings))


def _warning(suspect: Suspect) -> Fault:
    path: Any = getattr(suspect.text, "path", ())
    note = suspect.likely_unit and f"the likely unit is {suspect.likely_unit}"
    return Fault(path, shown(suspect.text), suspect.expected, note=note, severity="warning")
