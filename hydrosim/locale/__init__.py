"""One way to say things in several languages: English in the code, the others in catalogues."""

from hydrosim.locale.composed import (
    COMMA,
    EMPTY,
    SEMICOLON,
    amount,
    capital,
    counted,
    listed,
    sentences,
    unit_scale,
    volume,
)
from hydrosim.locale.languages import (
    LANGUAGES,
    Language,
    catalogue,
    language_of,
    language_of_environment,
)
from hydrosim.locale.message import (
    Bilingual,
    Composed,
    Message,
    Phrase,
    _,
    in_all_languages,
    in_language,
    ngettext,
    pgettext,
)
from hydrosim.locale.numbers import number, percent

__all__ = [
    "COMMA",
    "EMPTY",
    "LANGUAGES",
    "SEMICOLON",
    "Bilingual",
    "Composed",
    "Language",
    "Message",
    "Phrase",
    "_",
    "amount",
    "capital",
    "catalogue",
    "counted",
    "in_all_languages",
    "in_language",
    "language_of",
    "language_of_environment",
    "listed",
    "ngettext",
    "number",
    "percent",
    "pgettext",
    "sentences",
    "unit_scale",
    "volume",
]
