"""Draft, final, signed, filed, and the next version: every gate, on a real encrypted file."""

import hashlib
import json
from datetime import date, datetime

import pytest
import sqlalchemy as sa

from app.domain.form_life import DRAFT, FILED, FINAL, SIGNED, PaperContent, StoredPaper
from app.domain.registration_form import RegistrationForm
from app.domain.subject import Subject
from app.services import form_life
from app.services.form_life import DamagedPaper, IncompleteForm, UnusablePaper, WrongState
from app.services.forms import FormIsFinal, open_form, save_form
from app.services.ports import NoReason, StaleData

NOW = datetime(2026, 11, 23, 14, 2, 11)
PDF = b"%PDF-1.7 \xe5\xbe\x85 the pages as they were printed"
SCAN = b"%PDF-1.4 a scan of two pages"
PHOTO = b"\xff\xd8\xff\xe0 a page photographed"


def clock():
    return NOW


@pytest.fixture
def form(new_uow, a_person):
    """A form with everything filled that must be."""
    person = a_person()
    with new_uow() as uow:
        uow.repository(Subject).put(person)
        uow.commit()
    made = RegistrationForm(
        subject_id=person.id,
        reporting_unit="某院纪委",
        reported_on="2026年11月23日",
        name=person.name,
        facts="违规收受礼品。",
        visited_on="2026年11月20日",
        attitude="能正确认识错误。",
        proposal="继续关心。",
    )
    save_form(made, uow=new_uow(), clock=clock)
    return made


@pytest.fixture
def finalise(new_uow):
    def act(form_id, override="", *, missing=None, draw=lambda forms: PDF):
        return form_life.finalise_form(
            form_id,
            override,
            draw=draw,
            count=lambda form: 2,
            missing=lambda forms: missing or {},
            who="周明",
            uow=new_uow(),
            clock=clock,
        )

    return act


@pytest.fixture
def attach(new_uow, office):
    def act(
        form_id, content=SCAN, *, pages=2, signed_on=date(2026, 11, 22), signed_by="周明、李静"
    ):
        return form_life.attach_scan(
            form_id,
            content,
            pages=pages,
            signed_on=signed_on,
            signed_by=signed_by,
            pool=office.pool,
            who="周明",
            uow=new_uow(),
            clock=clock,
        )

    return act


@pytest.fixture
def file_away(new_uow):
    def act(form_id, *, filed_on=date(2026, 11, 23), file_number="2026-SL-012"):
        return form_life.file_form(
            form_id, filed_on=filed_on, file_number=file_number, uow=new_uow(), today=NOW.date()
        )

    return act


def test_a_complete_form_becomes_final_and_its_very_bytes_are_kept(
    form, finalise, new_uow, acts, office
):
    changes = finalise(form.id)
    assert RegistrationForm in {change.entity for change in changes}
    assert open_form(form.id, uow=new_uow()).state == FINAL
    assert form_life.read_final(form.id, pool=office.pool, uow=new_uow()) == PDF
    [kept] = form_life.versions_of(form.id, uow=new_uow())
    assert (kept.version.number, kept.version.pages, kept.version.size) == (1, 2, len(PDF))
    assert kept.version.sha256 == hashlib.sha256(PDF).hexdigest()
    assert kept.version.values["attitude"] == "能正确认识错误。"
    assert (kept.version.finalised_by, kept.version.saved_at) == ("周明", NOW)
    last = acts()[-1]
    assert last.act == "登记表定稿"
    assert json.loads(last.details)["SHA-256"] == kept.version.sha256


def test_an_incomplete_form_is_refused_and_every_gap_is_named(form, finalise, new_uow):
    form.proposal = ""
    save_form(form, uow=new_uow(), clock=clock)
    with pytest.raises(IncompleteForm) as refused:
        finalise(form.id)
    assert refused.value.left_open == ("回访意见建议：请填写",)
    assert open_form(form.id, uow=new_uow()).state == DRAFT
    assert form_life.versions_of(form.id, uow=new_uow()) == []


def test_with_a_reason_an_incomplete_form_becomes_final_and_the_log_says_what_was_open(
    form, finalise, new_uow, acts
):
    form.proposal = ""
    save_form(form, uow=new_uow(), clock=clock)
    finalise(form.id, "纸面手写补充")
    [kept] = form_life.versions_of(form.id, uow=new_uow())
    assert kept.version.override == "纸面手写补充"
    assert kept.version.left_open == "回访意见建议：请填写"
    assert acts()[-1].reason == "纸面手写补充"
    assert json.loads(acts()[-1].details)["尚未完善"] == ["回访意见建议：请填写"]


def test_a_character_without_a_glyph_is_a_reason_not_to_be_final(form, finalise):
    with pytest.raises(IncompleteForm, match="U\\+3FFFF"):
        finalise(form.id, missing={"\U0003ffff": "“单小芳”的“家庭住址”"})


def test_a_form_saved_while_it_was_drawn_is_not_made_final(form, finalise, new_uow):
    def draw_slowly(_forms):
        form.remarks = "刚才又补了一句。"
        save_form(form, uow=new_uow(), clock=clock)
        return PDF

    with pytest.raises(StaleData):
        finalise(form.id, draw=draw_slowly)
    assert open_form(form.id, uow=new_uow()).state == DRAFT


def test_a_final_form_cannot_be_written_in_or_made_final_again(form, finalise, new_uow):
    finalise(form.id)
    with pytest.raises(WrongState, match="已定稿"):
        finalise(form.id)
    final = open_form(form.id, uow=new_uow())
    final.attitude = "改一改"
    with pytest.raises(FormIsFinal, match="新版本"):
        save_form(final, uow=new_uow(), clock=clock)
    assert open_form(form.id, uow=new_uow()).attitude == "能正确认识错误。"


def test_signed_paper_is_scanned_back_file_by_file(form, finalise, attach, new_uow, acts, office):
    finalise(form.id)
    attach(form.id)
    attach(form.id, PHOTO, pages=None)
    assert open_form(form.id, uow=new_uow()).state == SIGNED
    [kept] = form_life.versions_of(form.id, uow=new_uow())
    assert [(one.media, one.pages) for one in kept.scans] == [("PDF", 2), ("JPG", None)]
    assert (kept.version.signed_on, kept.version.signed_by) == (date(2026, 11, 22), "周明、李静")
    assert form_life.read_paper(kept.scans[1].id, pool=office.pool, uow=new_uow()) == PHOTO
    assert json.loads(acts()[-1].details)["格式"] == "JPG"


@pytest.mark.parametrize(
    ("content", "changed", "sentence"),
    [
        (b"PK\x03\x04 a Word file", {}, "不是 PDF、JPG 或 PNG"),
        (b"", {}, "不是 PDF、JPG 或 PNG"),
        (b"%PDF-1.4" + bytes(41 << 20), {}, "超过40 MB"),
        (SCAN, {"signed_on": None}, "签名日期"),
        (SCAN, {"signed_on": date(2026, 11, 24)}, "在今天之后"),
    ],
)
def test_what_cannot_be_a_signed_form_is_refused_with_a_reason(
    form, finalise, attach, new_uow, content, changed, sentence
):
    finalise(form.id)
    with pytest.raises(UnusablePaper, match=sentence):
        attach(form.id, content, **changed)
    assert open_form(form.id, uow=new_uow()).state == FINAL


def test_the_same_scan_is_not_kept_twice(form, finalise, attach):
    finalise(form.id)
    attach(form.id)
    with pytest.raises(UnusablePaper, match="已经存过"):
        attach(form.id)


def test_a_draft_takes_no_scan_and_an_unsigned_form_is_not_filed(form, finalise, attach, file_away):
    with pytest.raises(WrongState, match="草稿"):
        attach(form.id)
    finalise(form.id)
    with pytest.raises(WrongState, match="已签名"):
        file_away(form.id)


def test_a_wrong_scan_is_taken_away_for_a_reason_and_the_form_is_unsigned_again(
    form, finalise, attach, new_uow, office, acts
):
    finalise(form.id)
    attach(form.id)
    [kept] = form_life.versions_of(form.id, uow=new_uow())
    with pytest.raises(NoReason):
        form_life.remove_scan(kept.scans[0].id, " ", uow=new_uow(), today=NOW.date())
    form_life.remove_scan(kept.scans[0].id, "扫反了", uow=new_uow(), today=NOW.date())
    assert open_form(form.id, uow=new_uow()).state == FINAL
    assert acts()[-1].reason == "扫反了"
    with new_uow() as uow:
        assert [one.content for one in uow.repository(PaperContent).where()] == [PDF]


def test_the_final_pdf_itself_is_never_taken_away(form, finalise, attach, new_uow):
    finalise(form.id)
    attach(form.id)
    [kept] = form_life.versions_of(form.id, uow=new_uow())
    with pytest.raises(WrongState):
        form_life.remove_scan(kept.final_paper.id, "不要了", uow=new_uow(), today=NOW.date())


def test_a_filed_form_is_closed_with_day_and_file_number(
    form, finalise, attach, file_away, new_uow, acts
):
    finalise(form.id)
    attach(form.id)
    file_away(form.id, file_number=" 2026-SL-012 ")
    [kept] = form_life.versions_of(form.id, uow=new_uow())
    assert (kept.version.state, kept.version.file_number) == (FILED, "2026-SL-012")
    assert open_form(form.id, uow=new_uow()).state == FILED
    assert acts()[-1].act == "登记表归档"
    with pytest.raises(WrongState, match="已归档"):
        attach(form.id, PHOTO)
    with pytest.raises(WrongState):
        form_life.remove_scan(kept.scans[0].id, "扫反了", uow=new_uow(), today=NOW.date())


@pytest.mark.parametrize(
    ("filed_on", "file_number", "sentence"),
    [
        (None, "12", "归档日期和案卷号"),
        (date(2026, 11, 23), "  ", "归档日期和案卷号"),
        (date(2026, 11, 24), "12", "在今天之后"),
        (date(2026, 11, 21), "12", "早于签名日期"),
    ],
)
def test_filing_needs_a_possible_day_and_a_number(
    form, finalise, attach, file_away, filed_on, file_number, sentence
):
    finalise(form.id)
    attach(form.id)
    with pytest.raises(UnusablePaper, match=sentence):
        file_away(form.id, filed_on=filed_on, file_number=file_number)


def test_a_change_after_final_needs_a_reason_and_makes_a_version_beside_the_old_one(
    form, finalise, attach, new_uow, acts, office
):
    finalise(form.id)
    attach(form.id)
    with pytest.raises(NoReason):
        form_life.revise_form(form.id, "", uow=new_uow())
    form_life.revise_form(form.id, "回访时间写错", uow=new_uow())
    assert acts()[-1].reason == "回访时间写错"
    again = open_form(form.id, uow=new_uow())
    assert (again.state, again.version, again.change_reason) == (DRAFT, 2, "回访时间写错")
    again.visited_on = "2026年11月21日"
    save_form(again, uow=new_uow(), clock=clock)
    finalise(form.id, draw=lambda forms: PDF + b" again")
    first, second = form_life.versions_of(form.id, uow=new_uow())
    assert (first.version.state, second.version.state) == (SIGNED, FINAL)
    assert second.version.reason == "回访时间写错"
    assert form_life.read_paper(first.final_paper.id, pool=office.pool, uow=new_uow()) == PDF
    assert form_life.read_final(form.id, pool=office.pool, uow=new_uow()) == PDF + b" again"
    [difference] = form_life.compare_versions(form.id, 1, 2, uow=new_uow())
    assert (difference.label, difference.before, difference.after) == (
        "回访时间",
        "2026年11月20日",
        "2026年11月21日",
    )


def test_the_open_draft_is_compared_as_the_version_it_will_be(form, finalise, new_uow):
    finalise(form.id)
    form_life.revise_form(form.id, "补充备注", uow=new_uow())
    draft = open_form(form.id, uow=new_uow())
    draft.remarks = "实地回访。"
    save_form(draft, uow=new_uow(), clock=clock)
    differences = form_life.compare_versions(form.id, 1, 2, uow=new_uow())
    assert [one.field for one in differences] == ["remarks"]


def test_a_new_version_that_is_given_up_leaves_the_form_as_it_was_and_a_trace(
    form, finalise, attach, new_uow, acts
):
    finalise(form.id)
    attach(form.id)
    form_life.revise_form(form.id, "想改", uow=new_uow())
    draft = open_form(form.id, uow=new_uow())
    draft.attitude = "改坏了"
    save_form(draft, uow=new_uow(), clock=clock)
    form_life.give_up_revision(form.id, "不改了", uow=new_uow())
    again = open_form(form.id, uow=new_uow())
    assert (again.state, again.version, again.attitude) == (SIGNED, 1, "能正确认识错误。")
    assert (acts()[-1].act, acts()[-1].reason) == ("放弃登记表新版本", "不改了")


def test_a_first_draft_has_nothing_to_go_back_to(form, new_uow):
    with pytest.raises(WrongState, match="还没有定稿过"):
        form_life.give_up_revision(form.id, "不改了", uow=new_uow())


def test_bytes_that_are_not_those_stored_are_said_to_be_damaged(form, finalise, new_uow, office):
    finalise(form.id)
    with new_uow() as uow:
        [content] = uow.repository(PaperContent).where()
        content.content = b"%PDF-1.7 something else"
        uow.repository(PaperContent).put(content)
        uow.commit()
    with pytest.raises(DamagedPaper, match="备份"):
        form_life.read_final(form.id, pool=office.pool, uow=new_uow())


def test_lists_and_versions_never_read_the_bytes(form, finalise, new_uow, office):
    finalise(form.id)
    statements = []
    sa.event.listen(
        office.engine, "before_cursor_execute", lambda *args: statements.append(args[2])
    )
    assert office.forms().recent(10)[0].state == FINAL
    form_life.versions_of(form.id, uow=new_uow())
    assert statements
    assert not [text for text in statements if "paper_content.content" in text]
    assert "content" not in {c.name for c in StoredPaper.__dataclass_fields__.values()}
