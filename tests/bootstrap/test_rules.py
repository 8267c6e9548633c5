"""The office's own rule files: used when in order, told about when not, never in the way."""

from __future__ import annotations

import pytest

from app.bootstrap.office import Office
from app.bootstrap.rules import OWN_RULES, load_rules
from app.domain.partial_date import PartialDate
from app.domain.subject import Sanction
from app.services.people import PersonEdit
from app.services.ports import RosterFilter


def test_without_files_of_its_own_an_office_uses_the_shipped_rules(tmp_path):
    rules = load_rules(tmp_path)
    assert rules.notice == ""
    assert rules.book.versions


NEW_MEASURES = """
instrument = "measures"
title = "本校实施办法"
governs = []

[[version]]
since = 2030-01-01
edition = "2030年修订"
cite = "办法"
source = "校内文件"
certainty = "A"
"""

HARSHER = """
instrument = "party"
title = "中国共产党纪律处分条例"
governs = ["党纪"]

[[version]]
since = 2024-06-01
edition = "假想的修订"
cite = "条例"
source = "测试"
certainty = "D"

[version.kinds]
"警告" = { months = 24, article = "条例第十条" }

[[version.article]]
reference = "条例第十条"
number = "第十条"
text = "假想：警告影响期二年。"
"""


def put(folder, name, content):
    own = folder / OWN_RULES
    own.mkdir(exist_ok=True)
    (own / name).write_text(content, "utf-8")


def test_a_later_version_of_the_office_is_proposed_and_wins_once_adopted(tmp_path):
    shipped = load_rules(tmp_path)
    put(tmp_path, "measures.toml", NEW_MEASURES)
    rules = load_rules(tmp_path)
    assert rules.book.digest == shipped.book.digest
    assert "尚未采用" in rules.notice
    adopted = load_rules(tmp_path, adopted=rules.proposed.digest)
    assert adopted.notice == ""
    assert len(adopted.book.versions) == len(shipped.book.versions) + 1


def test_a_new_rule_says_whom_it_would_move_and_moves_nobody_by_itself(office, a_person):
    put(office.folder, "party.toml", HARSHER)
    session = Office(office)
    sanction = Sanction(regime="党纪", kind="警告", decided_on=PartialDate(2025, 3, 3))
    session.save_person(PersonEdit(a_person(), sanctions=(sanction,)))
    [row] = office.roster().page(RosterFilter(), 0, 10)
    assert row.verdict == "期满"

    [moved] = session.rule_moves()
    assert moved.name == row.name
    assert office.roster().page(RosterFilter(), 0, 10)[0].verdict == "期满"

    assert session.adopt_rules() == 1
    assert office.roster().page(RosterFilter(), 0, 10)[0].verdict == "应回访"
    assert Office(office).rules.notice == ""


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
