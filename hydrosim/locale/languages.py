"""The languages of the product, and the compiled catalogue of translations of each."""

from __future__ import annotations

import gettext
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LANGUAGES", "Language", "catalogue", "language_of", "language_of_environment"]

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")

DOMAIN = "hydrosim"
FOLDERS = {"zh": "zh_CN"}
"""Folder of the catalogue of each language; English stands in the code itself."""
# In the order in which gettext looks at them.
_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def language_of(text: str) -> Language:
    """Return the language of a locale: ``zh`` for zh, zh_CN, zh-Hans ..., else ``en``."""
    return "zh" if text.lower().startswith("zh") else "en"


def language_of_environment(environment: Mapping[str, str] | None = None) -> Language:
    """Return the language that the environment asks for.

    Parameters
    ----------
    environment
        Variables and their values; default those of the process. The first of LANGUAGE, LC_ALL,
        LC_MESSAGES and LANG that is set decides.
    """
    given = os.environ if environment is None else environment
    return language_of(next((value for name in _VARIABLES if (value := given.get(name))), ""))


@cache
def catalogue(language: Language) -> gettext.NullTranslations:
    """Return the translations into a language; those of English return what they are given.

    Raises
    ------
    RuntimeError
        When the catalogue of the language was never compiled: in a tree that is not installed.
    """
    if language not in FOLDERS:
        return gettext.NullTranslations()
    try:
        return gettext.translation(DOMAIN, Path(__file__).parent, [FOLDERS[language]])
    except FileNotFoundError:
        msg = (
            f"the catalogue of {FOLDERS[language]} is not compiled: install the package, or run "
            "`python tools/messages.py compile`"
        )
        raise RuntimeError(msg) from None
