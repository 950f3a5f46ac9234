"""What is made before the package is built: compiled catalogues, and the templates of `init`."""

from __future__ import annotations

import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface):
    """Compiles the catalogues; a wheel takes the configurations along as templates.

    An editable installation finds the configurations where they stand (projects/templates.py).
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write each compiled catalogue beside the one that translators edit."""
        if self.target_name == "wheel" and version == "standard":
            build_data["force_include"]["configs"] = "hydrosim/templates"
        sys.path.insert(0, self.root)
        from tools.messages import compile_catalogues

        compile_catalogues()
