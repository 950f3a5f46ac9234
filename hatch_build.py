"""What is made before the package is built: the compiled catalogues of its messages."""

from __future__ import annotations

import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface):
    """Compiles the catalogues, for a wheel and for an editable installation alike."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write each compiled catalogue beside the one that translators edit."""
        del version, build_data
        sys.path.insert(0, self.root)
        from tools.messages import compile_catalogues

        compile_catalogues()
