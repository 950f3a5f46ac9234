"""The glossary has each number that readers see: of verdicts, and of the variables of results."""

from __future__ import annotations

import pytest

from hydrosim.cli.main import main
from hydrosim.flood.variables import FLOOD_VARIABLES
from hydrosim.reading.glossary import GLOSSARY, term_of, terms_of
from hydrosim.standards import STANDARD_TYPES
from hydrosim.standards.flood_works import LEVEL_BOUNDS
from hydrosim.standards.rates import DEPTHS, RATES
from hydrosim.variables import VARIABLES


@pytest.mark.parametrize("kind", STANDARD_TYPES)
def test_every_type_of_standard_has_a_number(kind: str) -> None:
    assert terms_of(kind)


def test_terms_name_types_that_there_are() -> None:
    assert {term.standard for term in GLOSSARY.values()} - {""} == set(STANDARD_TYPES)


@pytest.mark.parametrize("quantity", [*RATES.values(), *DEPTHS.values(), *LEVEL_BOUNDS.values()])
def test_quantities_of_tables_of_words_have_an_entry(quantity: str) -> None:
    assert term_of(f"kind/place/{quantity.replace(' ', '_')}#2") is not None


def test_verdicts_find_their_number() -> None:
    assert term_of("low_flow/bed/low_flow_30Q5") is GLOSSARY["low_flow"]
    assert term_of("flood_reservoir/dam/check_flood_level#2") is GLOSSARY["peak_level"]
    assert (
        term_of("flood_reservoir/dam/check_flood_level,_yearly_chance")
        is (GLOSSARY["yearly_chance"])
    )
    assert term_of("guarantee/town/nothing_known") is None


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_variable_of_results_is_described(language: str, capsys) -> None:
    assert main(["describe", "numbers", "--lang", language]) == 0
    lines = capsys.readouterr().out.splitlines()
    for name, one in {**VARIABLES, **FLOOD_VARIABLES}.items():
        meaning = one.long_name.in_language(language)
        assert [line for line in lines if line.startswith(f"  {name} [") and meaning in line], name
