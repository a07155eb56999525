"""Settings: which one wins, and what is refused."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from index.errors import SettingsError
from index.location import Folder
from ui import settings, settings_checks
from ui.settings import Settings, load, settings_table


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(text: str, name: str = "byline.toml") -> Path:
    file = Path(name)
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return file


def test_the_default_archive_is_a_folder_here() -> None:
    assert load(environment={}) == Settings()
    assert Settings().archive == Folder(Path("archive"))


def test_a_flag_beats_the_environment_which_beats_the_file_which_beats_the_default() -> None:
    variables = {"BYLINE_PORT": "3"}
    flags: dict[str, object] = {"port": 4}
    assert load(environment={}).port == 7860
    write("port = 2")
    assert load(environment={}).port == 2
    assert load(environment=variables).port == 3
    assert load(flags, environment=variables).port == 4


def test_a_flag_that_was_not_given_sets_nothing() -> None:
    assert load({"title": None}, environment={"BYLINE_TITLE": "Desk"}).title == "Desk"


def test_an_empty_variable_counts_as_not_set() -> None:
    assert load(environment={"BYLINE_TITLE": ""}).title == "Byline"


def test_another_file_is_read_when_it_is_named() -> None:
    write('title = "Here"')
    other = write('title = "There"', "conf/other.toml")
    assert load(environment={"BYLINE_CONFIG": str(other)}).title == "There"
    assert load(config=other, environment={}).title == "There"


def test_a_file_that_is_named_must_be_there() -> None:
    with pytest.raises(SettingsError, match=r"there is no settings file nosuch\.toml"):
        load(config=Path("nosuch.toml"), environment={})


def test_a_folder_in_a_file_is_meant_from_where_the_file_lies(folder: Path) -> None:
    other = write('archive = "press"', "conf/other.toml")
    here = Folder(folder / "conf" / "press")
    assert load(config=folder / other, environment={}).archive == here
    write('archive = "/srv/press"', "conf/other.toml")
    assert load(config=other, environment={}).archive == Folder(Path("/srv/press"))


def test_a_home_folder_is_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/reader")
    found = load(environment={"BYLINE_ARCHIVE": "~/press"}).archive
    assert found == Folder(Path("/home/reader/press"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("prot = 1", r"byline\.toml: unknown setting 'prot'; did you mean port\?"),
        ("[chat]\nport = 1", r"unknown setting 'chat'"),
        ("xyzzy = 1", r"unknown setting 'xyzzy'; known are archive, model"),
        ('port = "7860"', r"byline\.toml: port: expected a whole number, found '7860'"),
        ("port = true", r"port: expected a whole number, found True"),
        ("port = 7860.0", r"port: expected a whole number"),
        ("port = 70000", r"port: expected 1 to 65535, found 70000"),
        ("title = 5", r"title: expected text, found 5"),
        ("archive = 5", r"archive: expected a folder or an address, found 5"),
        ('archive = ""', r"archive: expected a folder or an address, found ''"),
        ("threshold = 1.5", r"threshold: expected 0 to 1, found 1\.5"),
        ("reader = 5", r"reader: expected text, found 5"),
        ("threshold = nan", r"threshold: expected 0 to 1, found nan"),
        ("delay = -1", r"delay: expected 0 to 3600, found -1"),
        ("llm = 5", r"llm: expected text, found 5"),
        ("llm_timeout = 0", r"llm_timeout: expected 1 to 3600, found 0"),
        ('llm_price = "cheap"', r"llm_price: expected two prices in dollars, as 0\.15,0\.60"),
        ('llm_price = "1"', r"llm_price: expected two prices"),
        ('llm_price = "1,nan"', r"llm_price: expected two prices"),
        ('llm_price = "-1,2"', r"llm_price: expected two prices"),
        ('llm_url = "ftp://models"', r"llm_url: expected an http or https address"),
        ('llm_url = "http://"', r"llm_url: expected an http or https address"),
        ('llm_url = "http://[x"', r"llm_url: expected an http or https address"),
        ("port = ", r"byline\.toml cannot be read as TOML"),
        ("workers = 0", r"workers: expected 1 to 64, found 0"),
        ("access_log = 1", r"access_log: expected true or false, found 1"),
        ('api = "all"', r"api: expected open or sites, found 'all'"),
        ('trusted_proxies = "*"', r"trusted_proxies: expected addresses or networks, .*'\*'"),
        ('public_url = "chat.example"', r"public_url: expected an http or https address"),
        ('public_url = "https://a.example/?q"', r"public_url: expected an address alone"),
        ('public_url = "https://a.example/a;b"', r"public_url: expected an address alone"),
        ('public_url = "https://me:key@a.example"', r"public_url: expected an address alone"),
    ],
)
def test_a_file_that_is_wrong_is_refused(text: str, message: str) -> None:
    write(text)
    with pytest.raises(SettingsError, match=message):
        load(environment={})


def test_the_reader_is_the_shipped_one_unless_another_is_named() -> None:
    assert load(environment={}).reader is None
    assert load(environment={"BYLINE_READER": "none"}).reader == "none"
    write('reader = "cross-encoder/ms-marco-MiniLM-L6-v2"')
    assert load(environment={}).reader == "cross-encoder/ms-marco-MiniLM-L6-v2"
    assert load({"reader": "models/mine"}, environment={}).reader == "models/mine"
    with pytest.raises(SettingsError, match=r"BYLINE_READRE; did you mean BYLINE_READER\?"):
        load(environment={"BYLINE_READRE": "none"})


@pytest.mark.parametrize(
    "url", ["https://desk:s3cret@models.example/v1", "https://models.example/v1?key=s3cret"]
)
def test_a_key_in_the_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(SettingsError, match="a key is read from BYLINE_LLM_KEY") as refused:
        load({"llm_url": url}, environment={})
    assert "s3cret" not in str(refused.value)


def test_the_key_is_no_setting_and_shown_nowhere() -> None:
    found = load(environment={"BYLINE_LLM_KEY": "s3cret", "BYLINE_LLM": "small"})
    assert found.llm == "small"
    assert "s3cret" not in repr(found)
    write('llm_key = "s3cret"')
    with pytest.raises(SettingsError, match="unknown setting 'llm_key'") as refused:
        load(environment={})
    assert "s3cret" not in str(refused.value)


def test_a_price_is_that_of_reading_and_that_of_writing() -> None:
    assert load({"llm_price": "0.15, 0.60"}, environment={}).llm_price == "0.15, 0.60"
    assert settings_checks.prices("0.15, 0.60") == (0.15, 0.6)


def test_a_report_in_a_file_is_meant_from_where_the_file_lies(folder: Path) -> None:
    other = write('report = "out/report.html"', "conf/other.toml")
    assert load(config=folder / other, environment={}).report == folder / "conf/out/report.html"


def test_a_file_that_is_not_text_is_refused() -> None:
    Path("byline.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="cannot be read as TOML"):
        load(environment={})


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("BYLINE_ARCHVIE", "x", r"BYLINE_ARCHVIE; did you mean BYLINE_ARCHIVE\?"),
        ("BYLINE_CONFIGS", "x", r"did you mean BYLINE_CONFIG\?"),
        ("BYLINE_PORT", "many", r"BYLINE_PORT: expected a whole number, found 'many'"),
        ("BYLINE_THRESHOLD", "2", r"BYLINE_THRESHOLD: expected 0 to 1, found 2"),
    ],
)
def test_a_variable_that_is_wrong_is_refused(variable: str, value: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        load(environment={variable: value})


@pytest.mark.parametrize(
    ("said", "meant"), [("true", True), ("1", True), ("Yes", True), ("off", False), ("no", False)]
)
def test_a_switch_is_set_in_the_words_that_people_use(said: str, meant: bool) -> None:
    assert load(environment={"BYLINE_LOG_QUESTIONS": said}).log_questions is meant
    write(f"log_questions = {str(meant).lower()}")
    assert load(environment={}).log_questions is meant
    assert load({"log_questions": not meant}, environment={}).log_questions is not meant


def test_a_switch_that_is_neither_on_nor_off_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"BYLINE_ACCESS_LOG: expected true or false, found"):
        load(environment={"BYLINE_ACCESS_LOG": "perhaps"})


def test_other_programs_variables_are_left_alone() -> None:
    variables = {"PATH": "/bin", "_BYLINE_COMPLETE": "bash", "XBYLINE_PORT": "no"}
    assert load(environment=variables) == Settings()


def test_the_table_tells_of_every_setting() -> None:
    table = settings_table()
    for each in fields(Settings):
        (row,) = [line for line in table.splitlines() if line.startswith(f"| `{each.name}` |")]
        assert settings.flag_of(each.name) in row
        assert settings.variable_of(each.name) in row
        assert settings.about(each.name) in row
        if each.default is not None:
            told = str(each.default).lower() if each.type == "bool" else each.default
            assert f"`{told}`" in row
