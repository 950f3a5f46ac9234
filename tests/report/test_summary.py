from __future__ import annotations

import io
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

import hydrosim
from hydrosim.config.load import config_from_text
from hydrosim.report.summary import summary_tables, verdict_board
from hydrosim.standards.verdict import Verdict
from tests.report.test_tables import credited, result


def printed(*shown: Any, width: int = 100) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    for one in shown:
        console.print(one)
    return console.file.getvalue()  # type: ignore[attr-defined]


def verdict(**more: Any) -> Verdict:
    values = {
        "id": "guarantee/farm/guarantee", "subject": "Sha district", "quantity": "guarantee",
        "required": 50.0, "achieved": 41.25, "margin": -8.75, "unit": "%", "outcome": "fail",
        "reason": "Required at least 50 %, reached 41.25 %: missed by 8.75 percentage points."
        " Worst in 2002-05, 81.5 % of the demand missing.",
        "standard": "guarantee", "subject_zh": "沙河灌区", "quantity_zh": "供水保证率",
        "reason_zh": "要求不低于 50 %，实际 41.25 %：相差 8.75 个百分点。最严重在 2002-05。",
        "details": "Worst in 2002-05, 81.5 % of the demand missing.",
        "details_zh": "最严重在 2002-05。",
    }  # fmt: skip
    return Verdict(**{**values, **more})


BOARD = [
    verdict(),
    verdict(id="b", subject="All agriculture", subject_zh="全部农业用水"),
    verdict(id="c", quantity="pumped volume", quantity_zh="开采量", standard="groundwater",
            required=1110.0, achieved=1058.0, margin=52.0, unit="Mm3/year", outcome="pass"),
    verdict(id="d", quantity="total use per GDP", standard="efficiency", required=35.0,
            achieved=None, margin=None, unit="m3 per 10^4 yuan", outcome="not judged",
            reason="Not judged: the uses lack 7 %.", reason_zh="未评判：各用户缺水 7 %。",
            details="", details_zh=""),
    verdict(id="e", required=99.0, achieved=97.4, margin=None, outcome="not provable",
            reason="Not provable: 38 years.", reason_zh="样本不足：38 年。",
            details="", details_zh=""),
]  # fmt: skip


def test_tables_have_units_names_and_totals() -> None:
    told = printed(*summary_tables(result()))
    assert "Delivered by source and use, 10⁸ m³ a year" in told
    rows = {line.split("  ")[0].strip(): line.split()[-4:] for line in told.splitlines()}
    assert rows["Local surface water"] == ["2.000", "1.000", "1.600", "4.600"]
    assert "All reservoirs and lakes" in told
    assert "28.6 %" in told
    assert "From (in) or to (out) storage" in told


@pytest.mark.parametrize("language", ["en", "zh"])
def test_everything_fits_one_hundred_columns(language: str) -> None:
    told = printed(*summary_tables(result(), language), verdict_board(BOARD, language))
    assert max(cell_len(line) for line in told.splitlines()) <= 100


def test_chinese_tables_are_chinese() -> None:
    told = printed(*summary_tables(result(), "zh"))
    assert "分水源分用途送达水量（亿m³/年）" in told
    assert "当地地表水" in told
    assert "丰水年年均蓄入" in told
    assert "蓄变量" in told


def test_tables_that_need_what_the_run_lacks_are_left_out() -> None:
    bare = result().drop_vars(["supplied_by_origin", "year_budget", "year_storage_end"])
    assert len(list(summary_tables(bare))) == 1
    assert len(list(summary_tables(result()))) == 5


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("In-lieu credit of imports", "booked", "used", "lapsed", "standing")),
        ("zh", ("外调水置换水库水量", "置换新增", "动用", "弃损", "期末结存")),
    ],
)
def test_in_lieu_credits_have_a_table_in_both_languages(language, words) -> None:
    told = printed(*summary_tables(credited(), language))
    for expected in words:
        assert expected in told
    assert max(cell_len(row) for row in told.splitlines()) <= 100
    assert words[0] not in printed(*summary_tables(result(), language))


def test_the_board_has_one_line_a_verdict_by_family() -> None:
    lines = printed(verdict_board(BOARD)).splitlines()
    assert lines[0] == "Verdicts: 1 pass, 2 fail, 1 not provable, 1 not judged"
    board = lines[1 : lines.index("Why") - 1]
    assert len(board) == 1 + 3 + len(BOARD)  # head, families, verdicts
    first = next(line for line in board if "Sha district" in line)
    assert first.split()[-6:] == ["guarantee", "50.00", "41.25", "-8.75", "%", "fail"]
    pumped = next(line for line in board if "pumped volume" in line)
    assert pumped.split()[-5:] == ["1110", "1058", "+52", "Mm³/year", "pass"]
    families = [line.strip() for line in board if not line.startswith(" ")][1:]
    assert families == ["Supply guarantee", "Groundwater", "Efficiency"]


def test_reasons_stand_below_once_and_without_the_numbers_of_the_board() -> None:
    told = printed(verdict_board(BOARD), width=200)
    why = told.splitlines()[told.splitlines().index("Why") + 1 :]
    assert why == [
        "Sha district; All agriculture, guarantee: Worst in 2002-05, 81.5 % of the demand missing.",
        "Sha district, total use per GDP: Not judged: the uses lack 7 %.",
        "Sha district, guarantee: Not provable: 38 years.",
    ]


def test_the_board_speaks_chinese_and_takes_chinese_units() -> None:
    told = printed(verdict_board(BOARD, "zh"))
    assert "评判结果: 达标 1，不达标 2，样本不足 1，未评判 1" in told
    pumped = next(line for line in told.splitlines() if "开采量" in line)
    assert pumped.split()[-5:] == ["11.10", "10.58", "+0.52", "亿m³/年", "达标"]
    assert "沙河灌区; 全部农业用水，供水保证率：最严重在 2002-05。" in told


def test_a_small_margin_keeps_its_digits() -> None:
    one = verdict(required=80.0, achieved=79.999, margin=-0.001, unit="m")
    assert "-0.0010" in printed(verdict_board([one]))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_short_names_leave_the_names_of_families_whole(language: str) -> None:
    """A reach of one letter made the first column two signs wide, "Su bj ec t" below each other."""
    one = verdict(subject="r", subject_zh="r", standard="flood_channel")
    lines = printed(verdict_board([one], language)).splitlines()
    assert len(lines) >= 4
    assert lines[1].split()[0] in {"Subject", "对象"}
    assert lines[2].strip() in {"Reaches and sections in floods", "河道防洪"}


def test_a_board_without_verdicts_is_empty() -> None:
    assert "0 pass" in printed(verdict_board([]))


def test_a_run_without_uses_has_no_table_of_them() -> None:
    """A link's minimum passes and is no use: the table had its title alone, in narrow lines."""
    text = """
hydrosim: 1
period: {start: 2001-01-01, end: 2001-03-31, step: day}
ladder: [flood_limit, release, storage]
nodes:
  dam:
    type: reservoir
    storage_curve: {level: [0 m, 10 m], storage: [0 Mm3, 10 Mm3]}
    levels: {dead: 0 m, normal: 10 m}
    initial: 10 %
    local_inflow: 1 m3/s
  sea: {type: outlet}
links:
  - {from: dam, to: sea, type: river}
  - {from: dam, to: sea, name: treaty, type: canal, minimum: 5 m3/s, minimum_line: release}
"""
    run = hydrosim.run(config_from_text(text))
    told = printed(*summary_tables(run))
    assert "shortage by use" not in " ".join(told.split())
    claim = run.isel(scenario=0, member=0).sel(claim="treaty.minimum")
    assert claim["demand"].values[-1] == pytest.approx(5.0)
    assert claim["supplied"].values[-1] == pytest.approx(1.0)
    assert claim["reason"].values[-1] > 0
