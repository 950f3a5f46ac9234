"""hydrosim: hydrological scenario simulation for cities that live on several waters.

The public names stand in ``__init__.pyi``; each is imported when it is first used, so that the
command line starts fast.
"""

import lazy_loader

from hydrosim._version import __version__ as __version__

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
