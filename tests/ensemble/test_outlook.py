"""The outlook: probabilities are shares of members that are run alone; alarms by thresholds."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
import xarray as xr
from PIL import Image

from hydrosim import run, run_outlook
from hydrosim.cli.main import main
from hydrosim.config.load import config_from_text, load_config
from hydrosim.ensemble.outlook import ALARMS, coming
from hydrosim.ensemble.refold import Refold
from hydrosim.ensemble.water import fit_water
from hydrosim.errors import ConfigError, DataError
from hydrosim.plot import plot
from hydrosim.report.outlook import outlook_frame, worst_first
from hydrosim.supply.build import build_model
from tests.ensemble.small import town_text, write_data
from tests.plot.text_boxes import faults_of_picture

TODAY = "1994-03-01"
LATER = "2003-03-01"
ALARM = """\
outlook:
  shortage_frac: 10 %
  shortage: {yellow: 10 %, orange: 50 %, red: 90 %}
"""


GATE = "outlets: [{name: gate, sill: 181 m, capacity: 0.5 m3/s}]"
"""So small that the lake stays above its flood limit in wet summers."""


def town_file(folder, more=""):
    """File of the config of the town, with a small gate at the lake."""
    if not (folder / "river.csv").exists():
        write_data(folder)
    path = folder / "town.yaml"
    text = town_text(more=more).replace("initial: 60 %", f"initial: 60 %\n    {GATE}")
    path.write_text(text, encoding="utf-8")
    return path


def town(folder, more=""):
    return load_config(town_file(folder, more))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the state of the town in March 1994 and at the end of its record."""
    folder = tmp_path_factory.mktemp("outlook")
    config = town(folder)
    run(config, save_state=folder / "march.npz", save_at=TODAY)
    run(config, save_state=folder / "end.npz")
    return folder


@pytest.fixture(scope="module")
def outlook(folder):
    return run_outlook(
        town(folder, more=ALARM), folder / "march.npz", months=8, threads=2, leave_out="own"
    )


def test_probabilities_are_shares_of_members_run_alone(folder, outlook):
    config = town(folder)
    end = datetime.date(1994, 10, 31)
    water = fit_water(config, today=np.datetime64(TODAY), end=end, leave_out="own")
    refold = Refold(build_model(water.config, forced=water.base))
    short, dry, high = [], [], []
    for member in range(12):
        one = run(refold.model_of(water.numbers(member)), from_state=folder / "march.npz")
        one = one.isel(scenario=0, member=0, time=slice(0, 8))
        lacking = 1.0 - one["supplied"] / one["demand"]
        short.append((lacking.sel(claim=["farms", "town"]) > 0.1).to_numpy())
        storage = one["storage"].sel(store="lake").to_numpy()
        dead, normal = (float(one[f"store_{k}_storage_m3"][0]) for k in ("dead", "normal"))
        dry.append(storage < dead + 0.02 * (normal - dead))
        high.append((one["level"] - one["limit_level"]).sel(store="lake").to_numpy() > 0.001)
    # Nothing of a member is kept but what it brings: a view would keep all that was recorded.
    assert coming(one, config.outlook).storage.base is None
    assert outlook["warning_item"].to_numpy().tolist() == ["farms", "town", "lake", "lake"]
    dangers = outlook["warning_danger"].to_numpy().tolist()
    assert dangers == ["shortage", "shortage", "drying", "limit"]
    told = outlook["probability"].to_numpy()
    np.testing.assert_array_equal(told[:2].T, np.mean(short, axis=0))
    np.testing.assert_array_equal(told[2], np.mean(dry, axis=0))
    np.testing.assert_array_equal(told[3], np.mean(high, axis=0))
    assert 0.0 < told[3].max() < 1.0
    ever = outlook["probability_any"].to_numpy()
    np.testing.assert_array_equal(ever[:2], np.any(short, axis=1).mean(axis=0))
    assert ((told[0] > 0.0) & (told[0] < 1.0)).any()


def test_months_and_alarms(outlook):
    months = outlook["month"].to_numpy().astype("datetime64[M]").astype(str).tolist()
    assert months == [f"1994-{month:02d}" for month in range(3, 11)]
    share, alarm = outlook["probability"].to_numpy()[:2], outlook["alarm"].to_numpy()[:2]
    expected = (share >= 0.1).astype(int) + (share >= 0.5) + (share >= 0.9)
    np.testing.assert_array_equal(alarm, expected)
    assert ALARMS == ("none", "yellow", "orange", "red")
    frame = outlook_frame(outlook)
    assert frame["alarm"].tolist()[0] == ("-", *ALARMS[1:])[int(outlook["alarm_any"][0])]
    assert frame["1994-03"].tolist() == outlook["probability"].to_numpy()[:, 0].tolist()
    worst = outlook["alarm_any"].to_numpy()[worst_first(outlook)]
    assert (np.diff(worst.astype(int)) <= 0).all()


def test_the_state_goes_on_bit_for_bit_and_threads_change_nothing(folder, outlook):
    assert '"solver": "continued"' in outlook.attrs["certificate"]
    assert outlook.attrs["today"] == TODAY
    alone = run_outlook(
        town(folder, more=ALARM), folder / "march.npz", months=8, threads=1, leave_out="own"
    )
    xr.testing.assert_identical(alone, outlook)


def test_it_looks_beyond_the_end_of_the_data(folder):
    config = town(folder)
    outlook = run_outlook(config, folder / "end.npz", months=6)
    months = outlook["month"].to_numpy().astype("datetime64[M]").astype(str)
    assert (months[0], months[-1]) == ("2011-01", "2011-06")
    storage = outlook["storage_quantile"].sel(store="lake")
    assert (storage.max("quantile") > storage.min("quantile"))[1:].all()
    # The account year that began in November 2010 keeps what was announced.
    water = fit_water(config, end=datetime.date(2011, 6, 30))
    assert water.base["offered"][-1] == water.base["offered"][358]


METHODS = ["index_sequential", "block_bootstrap", "synthetic"]


@pytest.mark.parametrize("method", METHODS)
def test_no_member_of_a_hindcast_is_the_year_that_came(tmp_path, method):
    write_data(tmp_path)
    config = config_from_text(town_text(method), str(tmp_path / "town.yaml"))
    today = np.datetime64(LATER)
    later = fit_water(config, today=today)
    coming = config.calendar.starts.astype("M8[D]") >= today
    assert later.left_out == tuple(
        range(2002 if method != "index_sequential" else 2003, 2010 + (method == "index_sequential"))
    )
    for member in range(40):
        drawn = later.drawn(member)
        assert drawn.plan.record_year.max() < later.left_out[0]
    own = fit_water(config, today=today, end=datetime.date(2003, 8, 31), leave_out="own")
    years = {int(y) for member in range(40) for y in own.drawn(member).plan.record_year}
    assert own.left_out == ((2003,) if method == "index_sequential" else (2002, 2003))
    assert not years & set(own.left_out)
    assert max(years) > 2003
    none = fit_water(config, today=today, leave_out="none")
    assert none.left_out == ()
    if method == "index_sequential":
        same = [np.allclose(none.numbers(m)["river"][coming], none.base["river"][coming])
                for m in range(30)]  # fmt: skip
        assert sum(same) == 1
        # Water, weather and offer of a member come from one record year, which keeps its name.
        first = own.numbers(0)
        year = int(own.drawn(0).plan.record_year[22])
        place = (year - 1981) * 12
        np.testing.assert_allclose(
            first["river"][264 + 2 : 264 + 8], none.base["river"][place + 2 : place + 8], rtol=1e-12
        )


def test_a_hindcast_needs_ten_years_that_it_may_know(folder):
    with pytest.raises(DataError, match="9 years of the record that an outlook of 1990-12-01"):
        fit_water(town(folder), today=np.datetime64("1990-12-01"))
    end = datetime.date(1991, 5, 31)
    today = np.datetime64("1990-12-01")
    assert fit_water(town(folder), today=today, end=end, leave_out="own").left_out == (1990,)


def test_what_cannot_be_looked_at_is_refused(folder):
    config = town(folder)
    with pytest.raises(DataError, match="a state that `hydrosim run` or `flood --save-state`"):
        run_outlook(config, folder / "river.csv")
    plain = config.model_copy(update={"ensemble": None})
    with pytest.raises(ConfigError, match="a block `ensemble:`"):
        run_outlook(plain, folder / "march.npz")


@pytest.mark.usefixtures("font_of_language")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_command_tells_writes_and_draws(tmp_path, folder, capsys, language):
    path = town_file(tmp_path, more=ALARM)
    out = tmp_path / "out"
    state = str(folder / "march.npz")
    code = main(["outlook", str(path), "--from-state", state, "--months", "8", "--out", str(out),
                 "--lang", language])  # fmt: skip
    captured = capsys.readouterr()
    assert (code, captured.err) == (0, "")
    assert ("Outlook from 1994-03-01: 12 members" in captured.out) == (language == "en")
    assert ("from 1993 to 2009 are left out" in captured.out.replace("\n", " ")) == (
        language == "en"
    )
    assert ("1994-03-01 起展望：12 个成员" in captured.out) == (language == "zh")
    names = ["SHA256SUMS", "made_by.json", "outlook.csv", "outlook.nc", "plots"]
    assert sorted(file.name for file in out.iterdir()) == names
    with Image.open(out / "plots" / "outlook.png") as picture:
        assert picture.size[0] > 800


def test_the_picture_marks_each_alarm(outlook):
    axes = plot("outlook", outlook)
    shown = worst_first(outlook)
    np.testing.assert_array_equal(axes.images[0].get_array(), outlook["alarm"].to_numpy()[shown])
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert "lake: above the flood limit" in labels
    assert "farms: shortage" in labels
    quiet = outlook.assign(probability_any=outlook["probability_any"] * 0.0)
    assert "No danger" in plot("outlook", quiet).texts[0].get_text()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.usefixtures("font_of_language")
def test_texts_of_the_picture_lie_apart(outlook, language):
    assert faults_of_picture("outlook", outlook, language) == []


def test_the_report_has_each_risk_with_its_probability(outlook, tmp_path, capsys):
    from hydrosim.io.netcdf import write_dataset
    from tests.handout.reading import Page

    write_dataset(outlook, tmp_path / "outlook.nc")
    assert main(["report", str(tmp_path), "--format", "html"]) == 0
    assert "report.html" in capsys.readouterr().out
    page = Page((tmp_path / "report" / "report.html").read_text(encoding="utf-8"))
    shown = worst_first(outlook)
    rows = page.tables["risks"][1:]
    assert len(rows) == len(shown)
    for (_key, cells), at in zip(rows, shown, strict=True):
        assert cells[2][0] == str(outlook["warning_title"].values[at])
        assert float(cells[3][1]) == float(outlook["probability_any"].values[at])
        told = [float(cell[1]) for cell in cells[4:]]
        assert told == outlook["probability"].values[at].tolist()
