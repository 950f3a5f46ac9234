"""Sphinx configuration of the manual; `python -m tools.manual` builds it."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from hydrosim._version import __version__  # noqa: E402

project = "hydrosim"
author = "hydrosim"
copyright = "hydrosim, Apache-2.0"
version = release = __version__
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "tools.manual.pages"]
source_suffix = {".md": "markdown"}
nitpicky = False
smartquotes = False  # quotes stand as they are written, as in code
toc_object_entries = False
# Words of shapes in docstrings, such as `shape (years,)`, are taken for names of attributes.
suppress_warnings = ["config.cache", "ref.python"]

myst_enable_extensions = ["deflist", "colon_fence"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_class_signature = "separated"
napoleon_google_docstring = False
napoleon_use_rtype = False

# Nothing is fetched from elsewhere: no fonts, no scripts, no lists of other projects.
html_theme = "furo"
html_title = "hydrosim"
html_static_path = ["_static"]
html_css_files = ["manual.css"]
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
