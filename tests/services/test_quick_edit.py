"""One cell changed in the list: kept with its line in the log, refused when stale, and taken back."""

from __future__ import annotations

import json

import pytest

from app.domain.subject import Subject
from app.services import quick_edit
from app.services.ports import MissingRecord, StaleData
from app.services.quick_edit import QUICK, CannotEdit, CellEdit
from tests.services.plan_world import RULES, TODAY


@pytest.fixture
def her(world):
    return world.person("单小芳", phone="13812345678", unit="文学院")


def edit(world, subject_id, field, before, after, **more):
    return quick_edit.edit_cell(
        CellEdit(subject_id, "", field, before, after), uow=world.new_uow(), rules=RULES,
        settings=world.law.settings, today=TODAY, **more,
    )  # fmt: skip


def test_a_cell_is_changed_and_taken_back_and_both_stand_in_the_log(world, her, acts):
    done = edit(world, her, "phone", "13812345678", " 139 0000 0000 ")
    assert (done.words, done.after) == ("单小芳的联系电话", "139 0000 0000")
    assert world.all(Subject)[0].phone == "139 0000 0000"
    back = quick_edit.edit_cell(
        done.reverse, undoing=True, uow=world.new_uow(), rules=RULES,
        settings=world.law.settings, today=TODAY,
    )  # fmt: skip
    assert back.after == "13812345678" and world.all(Subject)[0].phone == "13812345678"
    assert [row.act for row in acts()[-2:]] == ["修改人员", "撤销修改"]
    assert json.loads(acts()[-2].details) == {
        "回访对象": {"联系电话": ["13812345678", "139 0000 0000"]}
    }


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(world, her):
    edit(world, her, "unit", "文学院", "史学院")
    with pytest.raises(StaleData, match="已被另行改为“史学院”"):
        edit(world, her, "unit", "文学院", "法学院")
    assert world.all(Subject)[0].unit == "史学院"


def test_another_cell_of_the_same_person_may_change_meanwhile(world, her):
    edit(world, her, "unit", "文学院", "史学院")
    edit(world, her, "address", "", "大学西路5号")
    assert world.all(Subject)[0].address == "大学西路5号"


@pytest.mark.parametrize(
    ("field", "before", "value", "why"),
    [
        ("person_type", "专业技术人员", "外星人", "不在可选范围内"),
        ("phone", "13812345678", "1" * 20_000, "最多60字"),
        ("name", "单小芳", "单大芳", "打开此人编辑"),
        ("born_on", "", "1985", "打开此人编辑"),
    ],
)
def test_what_a_field_cannot_hold_is_refused_and_nothing_changes(
    world, her, acts, field, before, value, why
):
    number = len(acts())
    with pytest.raises(CannotEdit, match=why):
        edit(world, her, field, before, value)
    assert len(acts()) == number


def test_a_doubtful_number_is_kept_and_said_to_be_doubtful(world, her):
    assert "不像电话号码" in edit(world, her, "phone", "13812345678", "138").doubts[0]
    assert world.all(Subject)[0].phone == "138"


def test_the_same_again_is_no_act(world, her, acts):
    number = len(acts())
    assert edit(world, her, "unit", "文学院", "文学院 ").changes == frozenset()
    assert len(acts()) == number


def test_somebody_gone_is_named(world):
    with pytest.raises(MissingRecord):
        edit(world, 99, "unit", "", "文学院")


def test_every_quick_field_is_a_plain_text_of_the_person():
    assert {type(getattr(Subject(), name)) for name in QUICK} == {str}
