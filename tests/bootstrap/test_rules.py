"""The office's own rule files: used when in order, told about when not, never in the way."""

from __future__ import annotations

import pytest

from app.bootstrap.rules import OWN_RULES, load_rules


def test_without_files_of_its_own_an_office_uses_the_shipped_rules(tmp_path):
    rules = load_rules(tmp_path)
    assert rules.notice == ""
    assert rules.book.versions


def test_a_later_version_of_the_office_wins(tmp_path):
    shipped = load_rules(tmp_path)
    folder = tmp_path / OWN_RULES
    folder.mkdir()
    (folder / "measures.toml").write_text(
        'instrument = "measures"\ntitle = "本校实施办法"\ngoverns = []\n'
        '[[version]]\nsince = 2030-01-01\nedition = "2030年修订"\ncite = "办法"\n'
        'source = "校内文件"\ncertainty = "A"\n',
        "utf-8",
    )
    rules = load_rules(tmp_path)
    assert rules.notice == ""
    assert rules.book.digest != shipped.book.digest
    assert len(rules.book.versions) == len(shipped.book.versions) + 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("party.toml", b"\xff\xfe not utf-8"),
        ("party.toml", "这不是规则".encode()),
        ("working_days.toml", b"[[year]]\nyear = 'x'\n"),
    ],
)
def test_a_file_that_is_not_in_order_is_told_about_and_not_used(tmp_path, name, content):
    folder = tmp_path / OWN_RULES
    folder.mkdir()
    (folder / name).write_bytes(content)
    rules = load_rules(tmp_path)
    assert "未采用" in rules.notice
    assert rules.book.digest == load_rules(tmp_path / "nowhere").book.digest
