"""Patches on a configuration: the same checks as for the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hydrosim.config.load import config_from_source
from hydrosim.config.patches import patched
from hydrosim.errors import ConfigError, DataError, shown
from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hydrosim.config.schema import Config

__all__ = ["changed", "patch_of"]

SCENARIO = "--scenario"


def patch_of(texts: Sequence[str]) -> dict[str, Any]:
    """Return the patch that ``KEY=VALUE`` texts tell, values written as in the file.

    Parameters
    ----------
    texts
        Such as ``nodes.sha_river.safe_discharge=3000 m3/s`` or a whole block,
        ``nodes.new_basin={type: detention_basin, ...}``.

    Raises
    ------
    DataError
        If a text has no key or value, a value is no YAML, or a key is given twice.
    """
    patch: dict[str, Any] = {}
    if not texts:
        return patch
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    for text in texts:
        key, sign, value = text.partition("=")
        key = key.strip()
        if not key or not sign or not value.strip():
            expected = _("KEY=VALUE, such as nodes.sha_river.safe_discharge='3000 m3/s'")
            raise DataError(SCENARIO, found=shown(text), expected=expected)
        if key in patch:
            raise DataError(
                SCENARIO, found=_("{key!r} twice", key=key), expected=_("each key once")
            )
        try:
            patch[key] = YAML(typ="safe", pure=True).load(value)
        except YAMLError:
            expected = _("a value as it would stand in the file")
            raise DataError(SCENARIO, found=shown(value), expected=expected) from None
    return patch


def changed(config: Config, patch: Mapping[str, Any]) -> Config:
    """Return a configuration with some values replaced, checked as a whole again.

    Parameters
    ----------
    config
        A configuration read from a file or text.
    patch
        Dotted keys and their new values as they would stand in the file, such as
        ``{"policy": "hedged", "nodes.yangtze.quota": "4.2 亿m3/year"}``. A link goes by its name:
        ``links.wangkuai->sha_river.capacity``.

    Raises
    ------
    ConfigError
        If a key leads nowhere, with the nearest one, or the changed configuration has faults.
    """
    source = config.source
    if source is None:
        msg = "only a configuration that was read from a file or text can be changed"
        raise ValueError(msg)
    after, faults = patched(source, patch)
    if faults:
        raise ConfigError(faults, source)
    return config_from_source(after)
