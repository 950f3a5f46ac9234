"""LibreOffice opens the document and computes the workbook anew; Chromium prints the page."""

from __future__ import annotations

import base64
import io
import os
import re
import shutil
import subprocess

import pytest
from openpyxl import load_workbook

from tests.handout.chromium import browser

LONG = pytest.mark.skipif(
    os.environ.get("HYDROSIM_LONG") != "1", reason="long: an office takes seconds to start"
)


def converted(content: bytes, name: str, form: str, folder):
    """Return a file as LibreOffice writes it in another form."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no LibreOffice is installed (apt-get install libreoffice-writer, -calc)")
    (folder / name).write_bytes(content)
    subprocess.run(
        [office, "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}",
         "--convert-to", form, "--outdir", str(folder / "out"), str(folder / name)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return (folder / "out" / f"{name.partition('.')[0]}.{form.partition(':')[0]}").read_bytes()


@LONG
@pytest.mark.parametrize("language", ["english", "chinese"])
def test_the_document_becomes_pages(language, request, tmp_path):
    report = request.getfixturevalue(language)
    pages = converted(report.docx, "report.docx", "pdf", tmp_path)
    assert pages.startswith(b"%PDF")
    assert pages.count(b"/Type/Page\n") + pages.count(b"/Type/Page/") >= 4


@LONG
def test_the_workbook_computed_anew_has_the_same_sums(english, tmp_path):
    anew = converted(english.xlsx, "report.xlsx", "xlsx:Calc MS Excel 2007 XML", tmp_path)
    formulas = load_workbook(io.BytesIO(english.xlsx))
    before = load_workbook(io.BytesIO(english.xlsx), data_only=True)
    after = load_workbook(io.BytesIO(anew), data_only=True)
    assert after.sheetnames == before.sheetnames
    count = 0
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    found = after[sheet.title][cell.coordinate].value
                    shown = before[sheet.title][cell.coordinate].value
                    assert found == pytest.approx(shown, rel=1e-12, abs=1e-12), cell
                    count += 1
    assert count > 20


@LONG
def test_the_page_prints_to_a4(english, tmp_path):
    file = tmp_path / "report.html"
    file.write_text(english.html, encoding="utf-8")
    with browser(tmp_path / "profile") as tab:
        tab.open(file, 1400)
        made = base64.b64decode(tab.call("Page.printToPDF", preferCSSPageSize=True)["data"])
    sizes = {tuple(map(round, map(float, one))) for one in
             re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", made)}  # fmt: skip
    assert sizes == {(595, 842)}
