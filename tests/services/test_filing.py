"""Filing (办法 art. 10): what is missing is named, the volume closes, and what lies in it stays as it is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.domain import filing as papers
from app.domain.attachment import UNIT_REPLY, Attachment
from app.domain.filing import (
    FILED,
    OPEN,
    FilingEntry,
    FilingPaper,
    filing_obstacles,
    missing_papers,
    page_side,
    page_spans,
)
from app.domain.form_life import FormVersion
from app.domain.gates import (
    ACTS_OPEN,
    FORM_UNSIGNED,
    INCOMPLETE,
    NO_FORM,
    NO_UNIT_REPLY,
    NOT_DECIDED,
    NOT_FED_BACK,
    PAPERS_MISSING,
    REQUESTS_OPEN,
)
from app.domain.outcome import ENCOURAGE, SUPPORT, TO_PERSON, TO_UNIT, URGE
from app.domain.registration_form import FILED as FORM_FILED
from app.domain.registration_form import FINAL, SIGNED, RegistrationForm
from app.domain.request import Request
from app.domain.visit import Visit
from app.services.attachments import remove_attachment, save_attachment
from app.services.feedback import record_feedback
from app.services.filing import (
    file_visit,
    open_filing,
    propose_papers,
    save_filing,
    unfile_visit,
)
from app.services.filing_lock import AlreadyFiled
from app.services.filing_papers import add_missing_papers
from app.services.form_life import revise_form
from app.services.gatekeeping import GateClosed, NotPossible
from app.services.ports import NoReason
from app.services.results import open_result, reopen_outcome, save_act
from app.services.visits import open_visit, save_visit
from tests.services.plan_world import TODAY
from tests.services.test_results import begun, decided, feed_back, send, visited


def volume(world, outcome_id):
    return open_filing(outcome_id, uow=world.new_uow())


def file(world, outcome_id, *exemptions, seen=None):
    return file_visit(
        outcome_id, exemptions=exemptions, seen=seen, uow=world.new_uow(), law=world.law
    )


def ready(world, visit_id, item=ENCOURAGE):
    """Return the id of a result whose volume lacks nothing."""
    whole = open_visit(visit_id, uow=world.new_uow())
    whole.visit.unit_party = "表现良好"
    save_visit(whole, "补记单位意见", uow=world.new_uow())
    outcome_id = decided(world, visit_id, item)
    for audience in (TO_PERSON, TO_UNIT):
        feed_back(world, outcome_id, audience)
    filled(world, outcome_id)
    return outcome_id


def filled(world, outcome_id):
    whole = volume(world, outcome_id)
    entry = whole.entry
    entry.file_number, entry.handed_to, entry.filed_on = "2026-SL-012", "档案室李芳", TODAY
    proposed = propose_papers(outcome_id, uow=world.new_uow(), law=world.law)
    whole.papers = add_missing_papers(whole.papers, proposed)
    for paper in whole.papers:
        paper.pages = paper.pages or 2
    save_filing(whole, uow=world.new_uow())


def closed_gates(world, outcome_id):
    return {one.gate for one in filing_obstacles(volume(world, outcome_id), today=world.law.today)}


# ------------------------------------------------------------------ closing


def test_a_volume_that_lacks_nothing_is_closed_with_its_form(world, acts):
    visit_id = visited(world)
    [form] = world.all(RegistrationForm)
    world.put(FormVersion(form_id=form.id, number=1, state=SIGNED, pages=2))
    outcome_id = ready(world, visit_id)
    file(world, outcome_id)
    assert volume(world, outcome_id).entry.state == FILED
    assert world.all(RegistrationForm)[0].state == FORM_FILED
    [version] = world.all(FormVersion)
    assert (version.filed_on, version.file_number) == (TODAY, "2026-SL-012")
    assert acts()[-1].act == "归档"
    with pytest.raises(NotPossible, match="已经归档"):
        file(world, outcome_id)


def test_everything_that_is_missing_is_named_at_once(world):
    outcome_id = begun(world, visited(world, form=FINAL))
    assert closed_gates(world, outcome_id) == {
        INCOMPLETE,
        NOT_DECIDED,
        FORM_UNSIGNED,
        NOT_FED_BACK,
        PAPERS_MISSING,
    }
    assert NO_FORM in closed_gates(world, begun(world, visited(world, "李冰", form=None)))


def test_open_acts_replies_and_requests_hold_the_volume_open(world):
    visit_id = visited(world)
    outcome_id = ready(world, visit_id, SUPPORT)
    send(world, outcome_id, URGE)
    [visit] = world.all(Visit, id=visit_id)
    world.put(Request(subject_id=visit.subject_id, visit_id=visit_id, content="职称材料"))
    assert {ACTS_OPEN, NO_UNIT_REPLY, REQUESTS_OPEN} <= closed_gates(world, outcome_id)


@pytest.mark.parametrize(
    "name", ["file_number", "handed_by", "handed_to", "filed_on", "compiled_by", "custody", "title"]
)
def test_number_custody_and_hands_are_never_passed_over(world, name):
    outcome_id = ready(world, visited(world))
    whole = volume(world, outcome_id)
    setattr(whole.entry, name, None if name == "filed_on" else "")
    save_filing(whole, uow=world.new_uow())
    with pytest.raises(GateClosed) as closed:
        file(world, outcome_id)
    assert not closed.value.passable
    assert f"filing.{name}" in {one.field for one in closed.value.obstacles}


def test_what_is_missing_may_be_passed_with_a_reason_that_stays(world):
    outcome_id = decided(world, visited(world))
    filled(world, outcome_id)
    with pytest.raises(GateClosed) as closed:
        file(world, outcome_id)
    assert closed.value.passable
    reasons = [one.exemption("本人在国外，无法联系") for one in closed.value.obstacles]
    file(world, outcome_id, *reasons)
    assert {one.reason for one in volume(world, outcome_id).result.exemptions} == {
        "本人在国外，无法联系"
    }


def test_a_day_in_the_future_or_before_the_visit_is_refused(world):
    outcome_id = ready(world, visited(world))
    for day in (TODAY + timedelta(days=1), date(2020, 1, 1)):
        whole = volume(world, outcome_id)
        whole.entry.filed_on = day
        save_filing(whole, uow=world.new_uow())
        with pytest.raises(GateClosed, match="归档日期"):
            file(world, outcome_id)


# ------------------------------------------------------------------ the lock


def test_what_is_filed_refuses_every_change_until_it_is_reopened_with_a_reason(world, acts):
    visit_id = visited(world)
    outcome_id = ready(world, visit_id)
    file(world, outcome_id)
    [form] = world.all(RegistrationForm)
    visit = open_visit(visit_id, uow=world.new_uow())
    visit.visit.conduct = "改写"
    act = open_result(outcome_id, uow=world.new_uow()).acts[0]
    act.waived = "不办了"
    scan = world.put(
        Attachment(
            owner_kind="Outcome",
            owner_id=outcome_id,
            title="评价意见",
            kind="其他",
            file_name="1.png",
        )
    )
    [renamed] = world.all(Attachment, id=scan)
    renamed.title = "另一份意见"
    tries = (
        lambda: save_visit(visit, "更正", uow=world.new_uow()),
        lambda: revise_form(form.id, "更正", uow=world.new_uow()),
        lambda: reopen_outcome(outcome_id, "更正", uow=world.new_uow()),
        lambda: feed_back(world, outcome_id, TO_PERSON),
        lambda: send(world, outcome_id, URGE),
        lambda: save_act(act, uow=world.new_uow(), today=TODAY),
        lambda: save_attachment(renamed, uow=world.new_uow()),
        lambda: remove_attachment(scan, "附错了", uow=world.new_uow(), today=TODAY),
        lambda: save_filing(_changed(volume(world, outcome_id)), uow=world.new_uow()),
    )
    for attempt in tries:
        with pytest.raises(AlreadyFiled, match="撤销归档"):
            attempt()
    with pytest.raises(NoReason):
        unfile_visit(outcome_id, " ", uow=world.new_uow())
    unfile_visit(outcome_id, "单位补交了材料", uow=world.new_uow())
    assert acts()[-1].reason == "单位补交了材料"
    assert volume(world, outcome_id).entry.state == OPEN
    assert world.all(RegistrationForm)[0].state == SIGNED
    save_visit(visit, "更正", uow=world.new_uow())


def _changed(whole):
    whole.entry.remarks = "补充"
    return whole


def test_reopening_what_is_open_is_refused(world):
    with pytest.raises(NotPossible, match="还没有归档"):
        unfile_visit(begun(world, visited(world)), "x", uow=world.new_uow())


# ------------------------------------------------------------------ the list of papers


def test_the_list_is_proposed_in_the_order_of_the_file_and_not_twice(world):
    outcome_id = ready(world, visited(world))
    whole = volume(world, outcome_id)
    sorts = [paper.sort for paper in whole.papers]
    assert sorts == sorted(sorts, key=papers.ORDER.index)
    assert {papers.PLAN, papers.OUTLINE, papers.RECORD, papers.OPINION, papers.FORM} < set(sorts)
    assert sorts.count(papers.FEEDBACK) == 2
    again = propose_papers(outcome_id, uow=world.new_uow(), law=world.law)
    assert add_missing_papers(whole.papers, again) == whole.papers
    assert missing_papers(whole) == []


def test_a_reply_that_comes_later_is_listed_after_the_letter_of_the_same_day(world):
    outcome_id = ready(world, visited(world))
    sent = {"on": TODAY, "sort": papers.REMINDER}
    letter = FilingPaper(title="督促提醒函", id=7, **sent)
    reply = FilingPaper(title="所在单位党组织的回复", **sent)
    listed = [*volume(world, outcome_id).papers, letter]
    titles = [one.title for one in add_missing_papers(listed, [letter, reply])]
    assert titles.index("督促提醒函") + 1 == titles.index("所在单位党组织的回复")


def a_scan(owner_kind, owner_id, title, pages, kind="其他", **more):
    return Attachment(
        owner_kind=owner_kind, owner_id=owner_id, title=title, pages=pages, kind=kind, **more
    )


def test_the_pages_of_a_paper_are_those_of_its_scan_and_typed_only_without_one(world):
    visit_id = visited(world)
    outcome_id = ready(world, visit_id)
    told = open_result(outcome_id, uow=world.new_uow()).feedbacks[0]
    world.put(
        a_scan("Feedback", told.id, "签收回执", 3, "送达回执"),
        a_scan("Feedback", told.id, "背面", 1),
        a_scan("Visit", visit_id, "思想汇报", 4, "思想汇报及检查材料"),
        a_scan("Visit", visit_id, "不要了", 9, removed_on=TODAY),
    )
    whole = volume(world, outcome_id)
    [receipt] = [one for one in whole.papers if one.title.startswith(f"向{told.audience}")]
    assert receipt.pages == 4
    assert all(one.pages == 2 for one in whole.papers if one is not receipt)
    proposed = propose_papers(outcome_id, uow=world.new_uow(), law=world.law)
    [fresh] = [one for one in add_missing_papers(whole.papers, proposed) if one.id is None]
    assert (fresh.sort, fresh.title, fresh.pages) == (papers.OTHER, "思想汇报", 4)
    file(world, outcome_id)  # what was counted is what lies in the file
    assert world.all(FilingPaper, id=receipt.id)[0].pages == 4


def test_the_scan_of_a_reply_counts_for_the_reply_and_not_for_the_letter(world):
    outcome_id = decided(world, visited(world), SUPPORT)
    letter_id = send(world, outcome_id, replied_on=TODAY, reply="已落实。")
    world.put(
        a_scan("UnitReminder", letter_id, "化材学院党总支回复", 2),
        a_scan("UnitReminder", letter_id, "scan0042", 1, UNIT_REPLY),
        a_scan("UnitReminder", letter_id, "督促函盖章件", 1),
    )
    found = propose_papers(outcome_id, uow=world.new_uow(), law=world.law)
    pages = {one.title: one.pages for one in found if one.sort == papers.REMINDER}
    assert pages == {f"督促提醒函（{URGE}）": 1, "所在单位党组织的回复": 3}


def test_a_paper_that_is_there_and_not_listed_is_missing_in_the_list(world):
    outcome_id = ready(world, visited(world))
    whole = volume(world, outcome_id)
    whole.papers = [one for one in whole.papers if one.sort != papers.FORM]
    save_filing(whole, uow=world.new_uow())
    [missing] = missing_papers(volume(world, outcome_id))
    assert (missing.sort, missing.opens[0]) == (papers.FORM, "RegistrationForm")


def test_pages_follow_each_other_and_stop_where_a_count_is_missing():
    listed = [FilingPaper(title=str(n), pages=pages) for n, pages in enumerate((3, 1, None, 2))]
    assert page_spans(listed) == [(1, 3), (4, 4), None, None]


def test_page_numbers_stand_right_on_front_sides_and_left_on_back_sides():
    assert [page_side(page) for page in (1, 2, 3, 4)] == ["right", "left", "right", "left"]


def test_a_volume_is_begun_with_the_result(world):
    begun(world, visited(world))
    [entry] = world.all(FilingEntry)
    assert (entry.state, entry.title, entry.custody) == (
        OPEN,
        "单小芳2026年回访关爱材料",
        "永久",
    )


def test_feedback_after_filing_is_refused_even_by_the_bare_service(world):
    outcome_id = ready(world, visited(world))
    feedback = open_result(outcome_id, uow=world.new_uow()).feedbacks[0]
    file(world, outcome_id)
    feedback.response = "无意见"
    with pytest.raises(AlreadyFiled):
        record_feedback(feedback, uow=world.new_uow(), today=TODAY)


def test_a_paper_of_a_closed_volume_is_not_taken_away(world):
    outcome_id = ready(world, visited(world))
    [feedback, _] = open_result(outcome_id, uow=world.new_uow()).feedbacks
    [receipt] = world.put(
        Attachment(owner_kind="Feedback", owner_id=feedback.id, title="回执", kind="送达回执")
    )
    file(world, outcome_id)
    with pytest.raises(AlreadyFiled):
        remove_attachment(receipt, "扫错了", uow=world.new_uow(), today=TODAY)
    unfile_visit(outcome_id, "换回执", uow=world.new_uow())
    remove_attachment(receipt, "扫错了", uow=world.new_uow(), today=TODAY)
