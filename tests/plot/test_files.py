"""Pictures as SVG and PDF, and in other resolutions."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image

from hydrosim.plot.catalogue import plot_all, plot_figures
from hydrosim.plot.files import Form, bytes_of, png_of, write_figure
from hydrosim.plot.flood_stores import pages
from hydrosim.plot.style import drawing
from tests.plot.test_floods import flood


def figure(language="en"):
    with drawing(language) as spoken:
        return pages(flood(), spoken)[0]


def test_png_has_the_resolution_that_is_asked_for():
    one = figure()
    width, height = one.get_size_inches()
    for dpi, content in ((110, png_of(one)), (300, bytes_of(one, Form("png", 300)))):
        image = Image.open(io.BytesIO(content))
        assert image.size == pytest.approx((width * dpi, height * dpi), abs=1.5)
        assert image.info["dpi"] == pytest.approx((dpi, dpi), abs=0.1)


@pytest.mark.usefixtures("chinese_font")
def test_svg_and_pdf_carry_their_glyphs():
    one = figure("zh")
    svg = bytes_of(one, Form("svg")).decode()
    assert "<text" not in svg  # outlines: no reader needs the font
    assert svg.count("<use") > 100
    pdf = bytes_of(one, Form("pdf"))
    assert pdf.startswith(b"%PDF")
    assert re.search(rb"/FontFile[23]", pdf)  # the font stands in the file
    assert b"/Type3" not in pdf
    assert bytes_of(one, Form("svg")).decode() == svg
    assert bytes_of(one, Form("pdf")) == pdf


def test_files_have_the_ending_of_their_form(tmp_path):
    drawn = plot_all(flood(), [], tmp_path, names=["flood_stores"], form=Form("svg"))
    assert [file.name for file in drawn.files] == ["flood_stores.svg"]
    assert drawn.files[0].read_bytes().startswith(b"<?xml")
    assert [file.name for file in tmp_path.iterdir()] == ["flood_stores.svg"]
    assert write_figure(figure(), tmp_path / "x.png", Form("pdf")).name == "x.pdf"


def test_pictures_of_a_function_are_numbered_by_page(tmp_path):
    several = [figure(), figure()]
    drawn = plot_figures(
        lambda _name, _language: several, ["scenarios"], tmp_path, form=Form("pdf")
    )
    assert [file.name for file in drawn.files] == ["scenarios.pdf", "scenarios_2.pdf"]
