"""The people who do the visiting: the staff from whom work groups are chosen (工作人员)."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.fields import choice, flag, text

DEPARTMENTS = ("案件管理室", "综合处", "纪检监察室", "学校纪委领导", "其他")
"""Who takes part by article 3, the leaders who approve by article 8(2), and room for others."""


@dataclass(eq=False, kw_only=True)
class Staff:
    """A member of staff (工作人员). Who has left stays, inactive: old plans still name them."""

    id: int | None = None
    revision: int = 0

    name: str = text("姓名", max_length=40, required=True)
    department: str = choice("部门", *DEPARTMENTS, free=True, max_length=60, required=True)
    post: str = text("职务", max_length=60)
    unit: str = text(
        "所在单位", max_length=80, help="人事关系所在单位；与回访对象同单位时，程序会提示回避"
    )
    phone: str = text("联系电话", max_length=60)
    principal: bool = flag("学校纪委主要负责人", help="审核同意回访方案的人（办法第八条第二项）")
    account: str = text("登录账户", max_length=40, help="本人用自己的账户审批方案时填写")
    active: bool = flag("在岗", default=True)
    note: str = text("备注", max_length=200)
