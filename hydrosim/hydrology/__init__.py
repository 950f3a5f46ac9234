"""Hydrology: rainfall-runoff series and their calibration, flood frequency, design floods.

The public names stand in ``__init__.pyi``; each is imported when it is first used: SciPy is not
loaded before it is needed.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
