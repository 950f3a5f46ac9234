"""All pictures of a run as files: whole or not at all, and a note for what is left out."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import xarray as xr
from factory import judged

from hydrosim import plot
from hydrosim.errors import DataError
from hydrosim.plot import fonts, style

PNG = b"\x89PNG\r\n\x1a\n"


def test_all_pictures_are_written(days: xr.Dataset, tmp_path: Path) -> None:
    drawn = plot.plot_all(days, judged(120), tmp_path)
    names = {file.stem for file in drawn.files}
    assert names == {*plot.PLOT_NAMES, "verdicts_2"}
    assert drawn.notes == ()
    assert all(file.read_bytes().startswith(PNG) for file in drawn.files)
    assert {file.name for file in tmp_path.iterdir()} == {file.name for file in drawn.files}


def test_absent_variables_leave_a_note(months: xr.Dataset, tmp_path: Path) -> None:
    bare = months[["storage", "year_supplied", "year_demand"]].drop_attrs()
    drawn = plot.plot_all(bare, [], tmp_path)
    assert {file.stem for file in drawn.files} == {"storages", "supply"}
    told = "\n".join(drawn.notes)
    for name in set(plot.PLOT_NAMES) - {"storages", "supply"}:
        assert f"{name} left out: " in told
    assert "network left out: no attribute 'network'" in told


def test_pictures_are_the_same_bytes_each_time(months: xr.Dataset, tmp_path: Path) -> None:
    first, second = (
        plot.plot_all(months, [], tmp_path / name, names=["groundwater_depth"])
        .files[0]
        .read_bytes()
        for name in ("a", "b")
    )
    assert first == second


def test_first_of_an_ensemble_is_drawn_with_a_note(months: xr.Dataset, tmp_path: Path) -> None:
    two = xr.concat([months, months.assign_coords(member=[1])], "member")
    drawn = plot.plot_all(two, [], tmp_path, names=["lake_level"])
    assert drawn.notes == ("drawn: the first of 2 members",)
    assert len(drawn.files) == 1


def test_an_unknown_name_is_told_before_anything_is_drawn(
    months: xr.Dataset, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match="nearest   'storages'"):
        plot.plot_all(months, [], tmp_path / "plots", names=["storage"])
    assert not (tmp_path / "plots").exists()


def test_a_failed_write_leaves_no_file(
    months: xr.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Path, target: Path) -> None:
        raise OSError

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError):  # noqa: PT011
        plot.plot_all(months, [], tmp_path, names=["lake_level"])
    assert list(tmp_path.iterdir()) == []


def test_saved_run_is_drawn(months: xr.Dataset, tmp_path: Path) -> None:
    months.to_netcdf(tmp_path / "results.nc")
    (tmp_path / "verdicts.json").write_text(json.dumps(judged(8)), encoding="utf-8")
    drawn = plot.plot_file(tmp_path, ["verdicts", "wet_dry", "supply"])
    assert [file.name for file in drawn.files] == [
        "verdicts.png",
        "wet_dry.png",
        "supply.png",
    ]
    assert drawn.files[0].parent == tmp_path / "plots"
    other = plot.plot_file(tmp_path / "results.nc", ["lake_level"], folder=tmp_path / "other")
    assert other.files[0].parent == tmp_path / "other"
    with pytest.raises(DataError, match="no such file"):
        plot.plot_file(tmp_path / "missing.nc")


def test_chinese_set(months: xr.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "chinese_font", lambda: "DejaVu Sans")
    monkeypatch.setattr(fonts, "_noted", set())
    drawn = plot.plot_all(months, judged(4), tmp_path, "zh", ["lake_level", "verdicts"])
    assert len(drawn.files) == 2
    assert "install fonts-noto-cjk" in drawn.notes[0]


def test_importing_draws_in_no_matplotlib() -> None:
    code = "import sys, hydrosim.plot; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_characters_without_a_font_are_told_once_and_warn_of_nothing(
    months: xr.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = json.loads(months.attrs["network"])
    for node in network["nodes"]:
        node["title"] = "白洋淀"
    named = months.assign_attrs(network=json.dumps(network, ensure_ascii=False))
    monkeypatch.setattr(style, "lent_font", lambda: None)
    monkeypatch.setattr(fonts, "_noted", set())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        first = plot.plot_all(named, [], tmp_path, names=["lake_level", "storages"])
        again = plot.plot_all(named, [], tmp_path, names=["lake_level"])
    (note,) = first.notes
    assert "install fonts-noto-cjk" in note
    assert again.notes == ()


def test_other_warnings_go_their_way() -> None:
    notes: list[str] = []
    with pytest.warns(UserWarning, match="something else"), fonts.missing_noted_once(notes):
        warnings.warn("something else", stacklevel=1)
    assert notes == []
