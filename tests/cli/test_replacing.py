"""Which results a command may replace: its own, never whole ones by a part, never another's."""

from __future__ import annotations

import json

import pytest

from hydrosim.cli.arguments import COMMANDS
from hydrosim.cli.main import main
from hydrosim.errors import DataError
from hydrosim.io.folder import MADE_BY, MAIN_FILES, Made, check_replaced, result_folder
from tests.cli.test_output import config


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a config, a state and one result of `run` and of `flood`."""
    folder = tmp_path_factory.mktemp("replacing")
    file = str(config(folder))
    state = ["--save-state", str(folder / "state.npz"), "--at", "1994-03-01"]
    assert main(["run", file, "--out", str(folder / "run"), "--no-plots", *state]) == 0
    assert main(["flood", file, "--out", str(folder / "flood"), "--no-plots"]) == 0
    return folder


@pytest.fixture
def say(place, capsys):
    """Return a function from a command to its exit code and complaint."""

    def told(command, *arguments):
        code = main([command, str(place / "town.yaml"), *arguments])
        return code, capsys.readouterr().err

    return told


def made(folder):
    return json.loads((folder / MADE_BY).read_text(encoding="utf-8"))


def test_a_folder_says_what_it_was_made_by(place):
    assert made(place / "run") == {"command": "run", "narrowed": [], "widened": []}
    assert made(place / "flood") == {"command": "flood", "narrowed": [], "widened": []}


@pytest.mark.parametrize(
    ("command", "folder", "narrowed"),
    [
        ("flood", "flood", ["--event", "storm"]),
        ("flood", "flood", ["--scenario", "nodes.town.flow=1 m3/s"]),
        ("run", "run", ["--scenario", "nodes.town.flow=1 m3/s"]),
        ("run", "run", ["--from-state", "state.npz"]),
        ("tradeoff", "run", ["--reservoir", "lake"]),
        ("ensemble", "run", ["--members", "4"]),
        ("outlook", "flood", ["--from-state", "state.npz"]),
        ("run", "flood", []),
        ("flood", "run", []),
    ],
)
def test_what_a_command_may_not_replace(say, place, monkeypatch, command, folder, narrowed):
    monkeypatch.chdir(place)
    before = {path: path.stat().st_mtime_ns for path in (place / folder).iterdir()}
    code, err = say(command, "--out", folder, *narrowed)
    assert code == 2
    assert err.startswith(f"{folder}\n  found     results of `hydrosim {folder}`, which those of ")
    assert f"of `hydrosim {command}" in err
    assert err.endswith(
        "would replace\n  expected  another folder (--out DIR), or --replace to give up what is "
        "there\n"
    )
    assert {path: path.stat().st_mtime_ns for path in (place / folder).iterdir()} == before


def test_a_whole_run_replaces_a_part_and_the_same_part_itself(say, place):
    part = ["--event", "storm", "--out", str(place / "part"), "--no-plots"]
    assert say("flood", *part)[0] == 0
    assert made(place / "part")["narrowed"] == ["--event storm"]
    assert say("flood", *part)[0] == 0
    assert say("flood", "--out", str(place / "part"), "--no-plots")[0] == 0
    assert made(place / "part")["narrowed"] == []
    code, err = say("flood", *part)
    assert code == 2
    assert "those of `hydrosim flood --event storm` would replace" in err
    assert say("flood", *part, "--replace") == (0, "")
    assert made(place / "part")["narrowed"] == ["--event storm"]


def test_replace_takes_results_of_another_command_but_no_other_files(say, place):
    target = place / "mixed"
    assert say("run", "--out", str(target), "--no-plots")[0] == 0
    assert say("flood", "--out", str(target), "--no-plots", "--replace") == (0, "")
    assert not (target / "results.nc").exists()
    (target / "letter.txt").write_text("mine", encoding="utf-8")
    code, err = say("flood", "--out", str(target), "--no-plots", "--replace")
    assert code == 2
    assert "a folder with other files: letter.txt" in err
    assert (target / "letter.txt").read_text(encoding="utf-8") == "mine"


def test_an_ensemble_is_replaced_by_none_with_fewer_members(say, place):
    out = ["--out", str(place / "ensemble")]
    assert say("ensemble", *out)[0] == 0
    few = [*out, "--members", "4"]
    code, err = say("ensemble", *few)
    assert code == 2
    assert "results of `hydrosim ensemble`, which those of `hydrosim ensemble --members 4`" in err
    assert say("ensemble", *few, "--replace")[0] == 0
    assert say("ensemble", *few)[0] == 0
    assert say("ensemble", *out)[0] == 0


# -- the rule itself -----------------------------------------------------------------------------


@pytest.mark.parametrize(("file", "command"), MAIN_FILES.items())
def test_results_that_do_not_say_so_are_known_by_their_main_file(tmp_path, file, command):
    """Those of an earlier version, which count as whole."""
    (tmp_path / file).write_text("", encoding="utf-8")
    check_replaced(tmp_path, Made(command))
    with pytest.raises(DataError, match=f"results of `hydrosim {command}`, which those of"):
        check_replaced(tmp_path, Made(command, ["--event a"]))
    with pytest.raises(DataError, match=f"results of `hydrosim {command}`, which those of"):
        check_replaced(tmp_path, Made("check"))


def test_what_is_added_may_not_be_lost():
    plain, added = Made("flood"), Made("flood", widened=["--start-from"])
    assert added.may_replace(plain)
    assert not plain.may_replace(added)


def test_a_broken_record_counts_as_none(tmp_path):
    (tmp_path / "flood.nc").write_text("", encoding="utf-8")
    for broken in ("{", "[1]", '{"other": 1}'):
        (tmp_path / MADE_BY).write_text(broken, encoding="utf-8")
        check_replaced(tmp_path, Made("flood"))
        with pytest.raises(DataError, match="which those of `hydrosim run` would replace"):
            check_replaced(tmp_path, Made("run"))


def test_an_empty_folder_and_one_without_results_are_taken(tmp_path):
    assert result_folder(tmp_path / "new", Made("run", ["--scenario a=1"])) == tmp_path / "new"
    (tmp_path / "old" / "plots").mkdir(parents=True)
    assert result_folder(tmp_path / "old", Made("run")) == tmp_path / "old"


def test_every_command_that_writes_results_has_the_flag():
    writing = {name for name, command in COMMANDS.items() if "--replace" in command.options}
    assert writing == {*MAIN_FILES.values(), "export-excel"}


def test_a_report_stays_out_of_other_results(place, capsys):
    before = sorted(path.name for path in (place / "flood").iterdir())
    code = main(["report", str(place / "run"), "--out", str(place / "flood"), "--lang", "en"])
    assert code == 2
    assert capsys.readouterr().err == (
        f"{place / 'flood'}\n  found     other results, of `hydrosim flood`\n"
        "  expected  a folder of its own for the report\n"
    )
    assert sorted(path.name for path in (place / "flood").iterdir()) == before
