"""Ready sentences: the office's for all, one's own for oneself, in an order."""

import pytest

from app.domain.phrase import Phrase
from app.services.phrases import (
    UnusablePhrase,
    keep_phrase,
    order_phrases,
    phrases,
    remove_phrase,
)
from app.services.ports import MayBeSaved


@pytest.fixture
def keep(new_uow):
    def act(wording, *, box="attitude", owner="", who="周明"):
        phrase = Phrase(box=box, wording=wording, owner=owner)
        keep_phrase(phrase, owner=who, uow=new_uow())
        return phrase

    return act


def seen(new_uow, who="周明"):
    return [(one.box, one.wording) for one in phrases(owner=who, uow=new_uow())]


def test_phrases_come_by_box_the_offices_first_and_then_ones_own(keep, new_uow):
    keep("建议继续关心。", box="proposal")
    keep("我常用的一句。", owner="周明")
    keep("认识深刻。")
    assert seen(new_uow) == [
        ("attitude", "认识深刻。"),
        ("attitude", "我常用的一句。"),
        ("proposal", "建议继续关心。"),
    ]


def test_ones_own_phrases_are_nobody_elses(keep, new_uow, acts):
    before = len(acts())
    keep("我常用的一句。", owner="周明")
    assert len(acts()) == before
    assert seen(new_uow, "李静") == []
    keep("替别人写。", owner="周明", who="李静")
    assert seen(new_uow, "李静") == [("attitude", "替别人写。")]


@pytest.mark.parametrize(
    ("wording", "box", "sentence"),
    [
        ("  ", "attitude", "请填写"),
        ("好。", "hobby", "哪一栏"),
        ("长" * 2001, "attitude", "最多2000字"),
    ],
)
def test_what_is_no_phrase_is_refused(keep, wording, box, sentence):
    with pytest.raises(UnusablePhrase, match=sentence):
        keep(wording, box=box)


def test_the_same_phrase_is_not_kept_twice(keep):
    keep("认识深刻。")
    with pytest.raises(UnusablePhrase, match="没有重复添加"):
        keep("认识深刻。 ")


def test_the_order_is_the_users(keep, new_uow):
    first, second = keep("一。"), keep("二。")
    order_phrases([second.id, first.id], uow=new_uow())
    assert [wording for _box, wording in seen(new_uow)] == ["二。", "一。"]


def test_an_altered_phrase_stands_where_it_stood_and_a_removed_one_is_gone(keep, new_uow, acts):
    first, second = keep("一。"), keep("二。")
    first.wording = "一改。"
    keep_phrase(first, owner="周明", uow=new_uow())
    assert [wording for _box, wording in seen(new_uow)] == ["一改。", "二。"]
    remove_phrase(second, uow=new_uow())
    assert [wording for _box, wording in seen(new_uow)] == ["一改。"]
    assert [row.act for row in acts()][-2:] == ["修改常用语", "删除常用语"]


def test_a_phrase_that_may_be_saved_is_kept_once_when_tried_again(new_uow, last_flush):
    phrase = Phrase(box="attitude", wording="认识深刻。", owner="")
    last_flush("kept")
    with pytest.raises(MayBeSaved):
        keep_phrase(phrase, owner="周明", uow=new_uow())
    keep_phrase(phrase, owner="周明", uow=new_uow())
    assert seen(new_uow) == [("attitude", "认识深刻。")]
