"""Configurations: reading, validation with all faults at once, reference and JSON Schema."""

from hydrosim.config.load import load_config
from hydrosim.config.overrides import changed
from hydrosim.config.schema import Config

__all__ = ["Config", "changed", "load_config"]
