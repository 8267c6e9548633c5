"""Staff: named once, never deleted, and an account is one person's."""

from __future__ import annotations

import pytest

from app.domain.staff import Staff
from app.services.gatekeeping import NotPossible
from app.services.staff import open_staff, save_staff, staff_list


def a_member(**changed):
    return Staff(**({"name": "赵一鸣", "department": "案件管理室"} | changed))


def test_who_left_stays_on_record_but_is_not_offered(new_uow):
    member = a_member(name="赵 一鸣")
    save_staff(member, uow=new_uow())
    assert [one.name for one in staff_list(uow=new_uow())] == ["赵一鸣"]
    member = open_staff(member.id, uow=new_uow())
    member.active = False
    save_staff(member, uow=new_uow())
    assert staff_list(uow=new_uow()) == []
    assert len(staff_list(uow=new_uow(), everybody=True)) == 1


def test_an_account_is_one_persons(new_uow):
    first = a_member(account="zhao")
    save_staff(first, uow=new_uow())
    with pytest.raises(NotPossible, match="已登记给赵一鸣"):
        save_staff(a_member(name="钱二", account=" zhao "), uow=new_uow())
    first.post = "主任"
    save_staff(first, uow=new_uow())
    assert save_staff(first, uow=new_uow()) == frozenset()


@pytest.mark.parametrize("changed", [{"name": " "}, {"department": ""}, {"name": "长" * 41}])
def test_what_is_missing_or_too_long_is_said(new_uow, changed):
    with pytest.raises(NotPossible, match=r"姓名|部门"):
        save_staff(a_member(**changed), uow=new_uow())
    assert staff_list(uow=new_uow(), everybody=True) == []
