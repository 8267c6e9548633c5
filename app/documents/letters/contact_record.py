"""电话回访记录 and 信函回访记录 (办法 art. 8(3))."""

from __future__ import annotations

from collections.abc import Callable

from app.documents.letters.parts import SIGN_DATE, Gaps, grid, long_row, pair
from app.domain.fields import display
from app.domain.papers import Particulars
from app.domain.plan import BY_LETTER, BY_PHONE, PERSON
from app.domain.visit import Contact, WholeVisit, contact_label
from app.paper.letter import Letter, Table, Title

SIGNED = (f"经办人签名：　　　　　　　　　{SIGN_DATE}",)
BOTH = (
    f"通话人签名：　　　　　　　　　{SIGN_DATE}",
    f"记录人签名：　　　　　　　　　{SIGN_DATE}",
)


def phone_letters(whole: WholeVisit, particulars: Particulars) -> list[Letter]:
    """Return one record per telephone call of the visit."""
    return [letter(one, particulars) for one in whole.contacts if one.method == BY_PHONE]


def mail_letters(whole: WholeVisit, particulars: Particulars) -> list[Letter]:
    """Return one record per letter of the visit."""
    return [letter(one, particulars) for one in whole.contacts if one.method == BY_LETTER]


def letter(one: Contact, particulars: Particulars) -> Letter:
    """Return the record of one call or of one letter with its reply."""
    gaps = Gaps(one.name)
    title = "信函回访记录" if one.method == BY_LETTER else "电话回访记录"
    table = _mail(one, gaps) if one.method == BY_LETTER else _call(one, gaps)
    return Letter(
        title,
        (Title(title), table),
        name=one.name,
        mark=particulars.mark,
        gaps=tuple(gaps.found),
    )


def _role(one: Contact) -> str:
    return "回访对象本人" if one.audience == PERSON else one.audience


def _sayer(one: Contact, gaps: Gaps) -> Callable[[str], str]:
    return lambda name: gaps.of(one, name, label=contact_label(one, name))


def _call(one: Contact, gaps: Gaps) -> Table:
    said = _sayer(one, gaps)
    return grid(
        pair("通话日期", said("on"), "起止时间", said("time")),
        pair("受话人", said("name"), "身份", _role(one)),
        pair("电话号码", gaps.of(one, "phone"), "通话人员", said("staff")),
        long_row("通话内容", said("content"), least_mm=120),
        long_row("核对情况", "通话结束前已向受话人复述要点。　□ 无异议　□ 有补充：", least_mm=24),
        long_row("签名", "", least_mm=26, foot=BOTH),
    )


def _mail(one: Contact, gaps: Gaps) -> Table:
    said = _sayer(one, gaps)
    reply = display(one.replied_on)
    if not reply:
        gaps.note("回信日期：未填写，打印后为空白")
    return grid(
        pair("寄出日期", said("on"), "邮寄单号", gaps.of(one, "tracking")),
        pair("收信人", said("name"), "身份", _role(one)),
        pair("邮寄地址", gaps.of(one, "address")),
        long_row("去信内容", said("content"), least_mm=60),
        pair("回信日期", reply, "经办人", said("staff")),
        long_row("回信内容", one.reply, least_mm=80, foot=SIGNED),
    )
