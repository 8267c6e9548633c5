"""What a paper's file name says about it."""

from __future__ import annotations

import pytest

from app.domain.attachment import APPROVAL_SCAN, KINDS, OTHER, kind_from


@pytest.mark.parametrize(
    ("file_name", "kind"),
    [
        ("处分决定.pdf", "处分决定"),
        ("关于给予张三警告处分的决定（扫描）.PDF", "处分决定"),
        ("谈话记录.docx", "谈话记录"),
        ("20260508与王某谈话.jpg", "谈话记录"),
        ("回执.pdf", "送达回执"),
        ("处分决定送达回执.pdf", "送达回执"),
        ("告知书回执.png", "送达回执"),
        ("回访工作方案审批表.pdf", "审批件扫描"),
        ("受处分人员回访关爱工作情况登记表-签字.pdf", "登记表签字扫描"),
        ("纪律检查委员会通知函.pdf", "通知函及告知书"),
        ("文学院复函.pdf", "单位回复"),
        ("现实表现鉴定材料.doc", "所在单位评价材料"),
        ("思想汇报2026年第三季度.txt", "思想汇报及检查材料"),
        ("关于某同志免职的通知.pdf", "通知函及告知书"),
        ("整改报告.docx", "整改材料"),
        ("scan0001.pdf", OTHER),
    ],
)
def test_the_name_of_a_file_proposes_what_it_is(file_name, kind):
    assert kind_from(file_name) == kind
    assert kind in KINDS


def test_a_name_that_says_nothing_leaves_what_the_place_expects():
    assert kind_from("scan0001.pdf", APPROVAL_SCAN) == APPROVAL_SCAN
    assert kind_from("征求意见材料.pdf", APPROVAL_SCAN) == "征求意见材料"
