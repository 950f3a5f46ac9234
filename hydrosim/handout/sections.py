"""What all reports share: title, sections, pictures by name, the verdict board, sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hydrosim.handout.model import Part, Picture, Report, Section
from hydrosim.locale import (
    SEMICOLON,
    Language,
    Message,
    _,
    capital,
    in_language,
    listed,
    ngettext,
)
from hydrosim.plot.text import say
from hydrosim.report.verdict_tables import (
    board_table,
    by_outcome,
    exact_table,
    in_order,
    outcome_of,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import xarray as xr

__all__ = [
    "board", "closure_sentence", "named", "report_of", "result_title", "said", "section",
    "verdict_sentence",
]  # fmt: skip

_MOST = 4
"""Names of a list in a sentence."""


def section(name: str, title: Message, parts: Iterable[Part | None], language: Language) -> Section:
    """Return a section with the parts that there are.

    Parameters
    ----------
    name, title
        Plain name and heading.
    parts
        What stands in it; None for what a result does not hold.
    language
        "en" or "zh".
    """
    kept = tuple(part for part in parts if part is not None)
    return Section(name, title.in_language(language), kept)


def report_of(
    title: str, subtitle: Message, sections: Iterable[Section], language: Language
) -> Report:
    """Return a report of the sections that have something in them.

    Parameters
    ----------
    title
        What was simulated, as the reader calls it; the subtitle takes its place where it is empty.
    subtitle
        What the report is of.
    sections
        The sections in order.
    language
        "en" or "zh".
    """
    about = subtitle.in_language(language)
    return Report(title or about, about, language, tuple(one for one in sections if one.parts))


def result_title(dataset: xr.Dataset, language: Language) -> str:
    """Return what a result is called in a language; empty where its configuration has no title."""
    return str(dataset.attrs.get(f"title_{language}") or dataset.attrs.get("title") or "")


def closure_sentence(closure: float) -> Message:
    """Return the sentence that the balance closes.

    Parameters
    ----------
    closure
        Largest error of any balance, in parts of the volumes.
    """
    return _(
        "the calculation neither loses nor makes water: its balance closes to {closure:.0e} of "
        "the volumes",
        closure=closure,
    )


def said(text: str, language: Language) -> str:
    """Return a heading or cell in a language, with a capital."""
    return capital(in_language(text, language), language)


def named(pictures: Sequence[Picture]) -> Callable[..., list[Part]]:
    """Return a function that gives the pages of pictures by the names of these."""
    shown: dict[str, list[Part]] = {}
    for picture in pictures:
        shown.setdefault(picture.name.rpartition("_")[0], []).append(picture)
    return lambda *names: [page for name in names for page in shown.get(name, [])]


def board(verdicts: Sequence[Mapping[str, Any]], language: Language) -> list[Part]:
    """Return how many verdicts have each outcome, the board, and the numbers in full.

    Parameters
    ----------
    verdicts
        Verdicts as verdicts.json holds them.
    language
        "en" or "zh".
    """
    if not verdicts:
        return []
    counts = by_outcome(verdicts)
    counted = say(
        "counts", language, passed=counts["pass"], failed=counts["fail"],
        unproven=counts["not provable"], unjudged=counts["not judged"],
    )  # fmt: skip
    return [counted, board_table(verdicts, language), exact_table(verdicts, language)]


def verdict_sentence(verdicts: Sequence[Mapping[str, Any]], language: Language) -> Message:
    """Return a sentence on how many requirements are met, and which are not.

    Parameters
    ----------
    verdicts
        Verdicts as verdicts.json holds them.
    language
        "en" or "zh".
    """
    if not verdicts:
        return _("no standard was asked for, so nothing was judged")
    counts = by_outcome(verdicts)
    text = _(
        "of {count} requirements {passed} are met, {failed} are not, {unproven} cannot be proved "
        "with a record of this length and {unjudged} were not judged",
        count=len(verdicts), passed=counts["pass"], failed=counts["fail"],
        unproven=counts["not provable"], unjudged=counts["not judged"],
    )  # fmt: skip
    subjects = [
        capital(text_of(one, "subject", language), language)
        for one in in_order(verdicts)
        if outcome_of(one) == "fail"
    ]
    failed = list(dict.fromkeys(subjects))
    if not failed:
        return text
    more = len(failed) - _MOST
    named = listed([Message(name) for name in failed[:_MOST]], SEMICOLON)
    if more > 0:
        named = ngettext(
            "{names}; and {count} other", "{names}; and {count} others", more, names=named
        )
    return _("{counts}; not met: {names}", counts=text, names=named)
