"""Typed text that is no record yet survives, is offered to its own account, and goes away."""

from datetime import datetime

from app.domain.draft import Draft
from app.services.drafts import drafts, drop_draft, keep_draft

NINE = datetime(2026, 11, 23, 9, 0)
TEN = datetime(2026, 11, 23, 10, 0)


def keep(draft, new_uow, *, at=NINE, owner="周明"):
    return keep_draft(draft, owner=owner, uow=new_uow(), clock=lambda: at)


def test_a_draft_is_found_again_with_what_was_typed(new_uow):
    draft = Draft(kind="人员", title="𬱖某", content={"name": "𬱖", "parts": [1, None, "。"]})
    keep(draft, new_uow)
    [found] = drafts(owner="周明", uow=new_uow())
    assert (found.kind, found.title, found.target_id) == ("人员", "𬱖某", None)
    assert found.content == {"name": "𬱖", "parts": [1, None, "。"]}
    assert found.saved_at == NINE


def test_keeping_again_takes_the_place_of_the_former_text(new_uow):
    draft = Draft(kind="人员", content={"name": "张"})
    keep(draft, new_uow)
    draft.content = {"name": "张三"}
    keep(draft, new_uow, at=TEN)
    [found] = drafts(owner="周明", uow=new_uow())
    assert (found.content, found.saved_at) == ({"name": "张三"}, TEN)


def test_everybody_sees_only_their_own_newest_first(new_uow):
    keep(Draft(kind="人员", title="旧"), new_uow)
    keep(Draft(kind="人员", title="新"), new_uow, at=TEN)
    keep(Draft(kind="人员", title="别人的"), new_uow, owner="李静")
    assert [draft.title for draft in drafts(owner="周明", uow=new_uow())] == ["新", "旧"]


def test_a_draft_that_is_dropped_is_gone_and_may_be_dropped_again(new_uow):
    draft = Draft(kind="人员")
    keep(draft, new_uow)
    assert drop_draft(draft, uow=new_uow())
    assert drop_draft(draft, uow=new_uow()) == frozenset()
    assert drafts(owner="周明", uow=new_uow()) == []


def test_a_draft_that_was_dropped_elsewhere_is_no_mishap(new_uow):
    draft = Draft(kind="人员")
    keep(draft, new_uow)
    [same] = drafts(owner="周明", uow=new_uow())
    drop_draft(same, uow=new_uow())
    assert drop_draft(draft, uow=new_uow()) == frozenset()


def test_a_dropped_draft_can_be_kept_anew(new_uow):
    draft = Draft(kind="人员", content={"name": "张"})
    keep(draft, new_uow)
    drop_draft(draft, uow=new_uow())
    keep(draft, new_uow)
    assert len(drafts(owner="周明", uow=new_uow())) == 1
