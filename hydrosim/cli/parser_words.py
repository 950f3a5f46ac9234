"""What argparse itself says, in the language of the reader."""

from __future__ import annotations

import argparse
import gettext
from typing import TYPE_CHECKING

from hydrosim.locale import _, catalogue, ngettext

if TYPE_CHECKING:
    from hydrosim.locale import Language

__all__ = ["speak"]

# The catalogue holds them by these markers; argparse asks for them with its own text.
WORDS = (
    _("%(prog)s: error: %(message)s\n"),
    _("%s: error: %s\n"),
    _("ambiguous option: %(option)s could match %(matches)s"),
    _("argument %(argument_name)s: %(message)s"),
    _("expected at least one argument"),
    _("expected at most one argument"),
    _("expected one argument"),
    _("ignored explicit argument %r"),
    _("invalid %(type)s value: %(value)r"),
    _("invalid choice: %(value)r (choose from %(choices)s)"),
    _("options"),
    _("positional arguments"),
    _("show this help message and exit"),
    _("the following arguments are required: %s"),
    _("unrecognized arguments: %s"),
    _("usage: "),
    ngettext("expected %s argument", "expected %s arguments", 1),
)


def speak(language: Language) -> None:
    """Let argparse say its own words in a language; it asks gettext by two names of its module."""
    known = gettext if language == "en" else catalogue(language)
    argparse.__dict__.update({"_": known.gettext, "ngettext": known.ngettext})
