from __future__ import annotations

from pathlib import Path

import pytest

from simulators.replay_profile import Channel, Profile, ProfileError, load_profile
from tests.reference import ROOT

GOOD = """
[time]
column = "t"
zone = "UTC"
[publish]
topic = "p/{device}/up"
shape = "values"
[columns]
a = "m1/kwh"
"b c" = "m1/kvarh"
"""


def load(tmp_path: Path, text: str) -> Profile:
    path = tmp_path / "replay.toml"
    path.write_text(text, encoding="utf-8")
    return load_profile(path)


def test_a_short_profile_gets_the_usual_defaults(tmp_path: Path) -> None:
    profile = load(tmp_path, GOOD)
    assert profile.columns == {"a": Channel("m1", "kwh"), "b c": Channel("m1", "kvarh")}
    assert (profile.file.encoding, profile.file.delimiter, profile.file.decimal) == ("utf-8-sig", ",", ".")
    assert (profile.time.column, profile.time.format, profile.time.midnight) == (("t",), "iso", "opens")
    assert (profile.publish.time_unit, profile.publish.qos, profile.publish.empty) == ("ms", 1, "omit")
    assert profile.topic_of(Channel("m1", "kwh")) == "p/m1/up"


@pytest.mark.parametrize("name", ["melbourne", "steel-kr", "cossmic"])
def test_the_examples_load(name: str) -> None:
    assert load_profile(ROOT / "examples" / name / "replay.toml").columns


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('zone = "UTC"', 'zone = "Asia/Soul"', '[time] zone = "Asia/Soul": wanted a time zone by its IANA name'),
        ('zone = "UTC"\n', "", "[time] zone is missing: wanted the time zone of labels without an offset"),
        ('column = "t"', "column = []", "[time] column = (): wanted the column of the label"),
        ('zone = "UTC"', 'zone = "UTC"\nformat = "%d/%m %H"', '[time] format = "%d/%m %H": wanted "iso" or a strptime'),
        ('zone = "UTC"', 'zone = "UTC"\nformat = "ISO"', '[time] format = "ISO": wanted "iso" or a strptime'),
        ('zone = "UTC"', 'zone = "UTC"\nmidnight = "ends"', '[time] midnight = "ends": wanted "closes" where 00:00'),
        (
            'zone = "UTC"',
            'zone = "UTC"\nzoen = 1',
            "[time] zoen is unknown: wanted one of column, format, zone, midnight",
        ),
        ('shape = "values"', 'shape = "many"', '[publish] shape = "many": wanted "values"'),
        ('shape = "values"', 'shape = "values"\nqos = 2', "[publish] qos = 2: wanted 0 or 1"),
        ('shape = "values"', 'shape = "values"\nqos = "1"', '[publish] qos = "1": wanted 0 or 1'),
        ('shape = "values"', 'shape = "values"\nempty = "zero"', '[publish] empty = "zero": wanted "omit"'),
        ("{device}", "{meter}", '[publish] topic = "p/{meter}/up": wanted a topic without wildcards'),
        ("{device}", "+", "wanted a topic without wildcards"),
        ("{device}", "{key}", "[publish] topic: wanted no {key}"),
        (
            'shape = "values"',
            'shape = "single"',
            '"b c" and "a" both go to topic p/m1/up: wanted a topic or key for each',
        ),
        ('"m1/kvarh"', '"m1/kwh"', '"b c" and "a" both go to topic p/m1/up as kwh'),
        ('a = "m1/kwh"', 'a = "kwh"', '[columns] "a" = "kwh": wanted "device/key"'),
        ('a = "m1/kwh"', "a = 7", '[columns] "a" = 7: wanted "device/key"'),
        ("[time]", '[file]\nencoding = "utf-9"\n[time]', '[file] encoding = "utf-9": wanted a text encoding'),
        ("[time]", '[file]\nencoding = "hex"\n[time]', '[file] encoding = "hex": wanted a text encoding'),
        ("[time]", '[file]\ndelimiter = ";;"\n[time]', '[file] delimiter = ";;": wanted one character'),
        ("[time]", '[file]\ndecimal = "x"\n[time]', '[file] decimal = "x": wanted the decimal mark'),
        ("[time]", "[file]\nskip_lines = -1\n[time]", "[file] skip_lines = -1: wanted how many lines"),
        (
            "[publish]",
            "[publsh]",
            "[publsh] is unknown: wanted one of [file], [time], [publish], [columns] (did you mean",
        ),
        ("[time]", "[time", "not TOML"),
    ],
)
def test_a_mistake_is_told_with_file_key_and_what_was_wanted(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in GOOD
    with pytest.raises(ProfileError) as caught:
        load(tmp_path, GOOD.replace(old, new))
    assert told in str(caught.value)
    assert all(line.startswith(str(tmp_path / "replay.toml")) for line in str(caught.value).splitlines())


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ProfileError) as caught:
        load(tmp_path, GOOD.replace('"UTC"', '"Utopia"').replace('"values"', '"x"').replace('"m1/kwh"', '""'))
    assert len(str(caught.value).splitlines()) == 3


def test_a_profile_without_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"\[columns\] = \{\}: wanted the table \[columns\] with at least one"):
        load(tmp_path, GOOD.partition("[columns]")[0] + "[columns]\n")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"absent\.toml: cannot be read"):
        load_profile(tmp_path / "absent.toml")
