"""A configuration as a mapping in a script is that of the file with the same content."""

import datetime
from pathlib import Path

import numpy as np
import pytest
import yaml

import hydrosim
from hydrosim.errors import ConfigError, DataError

ROOT = Path(__file__).parents[2]
MINIMAL = ROOT / "configs" / "minimal.yaml"


def content():
    """Return the smallest configuration as a reader of YAML gives it, dates as dates."""
    return yaml.safe_load(MINIMAL.read_text(encoding="utf-8"))


def test_a_mapping_is_the_file_with_its_content():
    given = content()
    assert isinstance(given["period"]["start"], datetime.date)
    found = hydrosim.load_config(given)
    assert found.hash == hydrosim.load_config(MINIMAL).hash
    assert found.warnings == hydrosim.load_config(MINIMAL).warnings


def test_numbers_of_numpy_tuples_and_times_are_those_of_yaml():
    given = content()
    given["rules"]["inflow"]["values"] = tuple(np.array(given["rules"]["inflow"]["values"]))
    given["period"]["start"] = datetime.datetime(2001, 1, 1)
    assert hydrosim.load_config(given).hash == hydrosim.load_config(MINIMAL).hash


def test_faults_name_the_key_and_no_line():
    given = content()
    given["nodes"]["reservoir"]["levels"]["deaf"] = "182 m"
    with pytest.raises(ConfigError) as caught:
        hydrosim.load_config(given)
    text = str(caught.value)
    assert "nodes.reservoir.levels.deaf" in text
    assert "configuration:1" not in text


@pytest.mark.parametrize(
    ("value", "said"),
    [({1, 2}, "{1, 2}"), (float("nan"), "nan"), (object(), "object"), (b"12 m", "12 m")],
    ids=["set", "nan", "object", "bytes"],
)
def test_what_no_configuration_can_hold_is_refused_by_its_path(value, said):
    given = content()
    given["nodes"]["city"]["amount"] = value
    with pytest.raises(ConfigError) as caught:
        hydrosim.load_config(given)
    (fault,) = caught.value.faults
    assert fault.path == ("nodes", "city", "amount")
    assert said in str(fault.found)


def test_a_mapping_within_itself_ends():
    given = content()
    given["nodes"]["city"]["title"] = given
    with pytest.raises(ConfigError):
        hydrosim.load_config(given)


def test_data_files_count_from_the_working_folder(tmp_path, monkeypatch):
    (tmp_path / "flow.csv").write_text("date,flow\n2001-01-01,3\n2001-01-02,5\n")
    given = content()
    given["period"] |= {"end": "2001-01-02"}
    given["series"] = {
        "flow": {"type": "series", "file": "flow.csv", "column": "flow", "unit": "m3/s"}
    }
    given["nodes"]["reservoir"]["local_inflow"] = "flow"
    del given["rules"]
    config = hydrosim.load_config(given)
    with pytest.raises((ConfigError, DataError), match=r"flow\.csv"):
        hydrosim.sanity_page(config)
    monkeypatch.chdir(tmp_path)
    assert (
        hydrosim.sanity_page(hydrosim.load_config(given)).frames["uses"].loc["domestic", "demand"]
        > 2.5
    )
