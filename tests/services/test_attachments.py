"""Papers hang on records: attached, listed, looked at, exported, taken away and put back."""

import json
from datetime import datetime

import pytest

from app.domain.attachment import APPROVAL_SCAN, DECISION, MOST_BYTES, Attachment
from app.domain.plan import Plan, PlanPerson
from app.domain.registration_form import RegistrationForm
from app.domain.subject import Case, Subject
from app.domain.visit import Visit
from app.services import attachments
from app.services.attachments import Inspected, UnusableFile
from app.services.people import PersonHasForms, remove_person
from app.services.ports import MissingRecord, NoReason, StaleData, UserError
from app.storage.attachments import tidy
from app.storage.errors import DamagedAttachment, DiskFull

NOW = datetime(2026, 11, 23, 14, 2)


def look(content):
    """Stands in for the reader of kinds, which has tests of its own."""
    if content.startswith(b"MZ"):
        raise UserError("是程序文件，不能附入。")
    return Inspected("PDF", 2)


@pytest.fixture
def person(new_uow, a_person):
    with new_uow() as uow:
        id_ = uow.repository(Subject).put(a_person())
        uow.commit()
    return id_


@pytest.fixture
def attach(office, new_uow, tmp_path):
    def act(owner, owner_id, content=b"%PDF a decision", kind=DECISION, name="决定.pdf", **more):
        file = tmp_path / name
        file.write_bytes(content)
        return attachments.attach_file(
            owner,
            owner_id,
            file,
            kind,
            inspect=look,
            pool=office.pool,
            who="周明",
            uow=new_uow(),
            clock=lambda: NOW,
            **more,
        )

    return act


@pytest.fixture
def of(new_uow):
    return lambda owner, id_: attachments.attachments_of(owner, id_, uow=new_uow())


def put(new_uow, *things):
    with new_uow() as uow:
        ids = [uow.repository(type(one)).put(one) for one in things]
        uow.commit()
    return ids


def test_a_paper_hangs_on_a_person_and_can_be_looked_at(attach, of, person, office, new_uow, acts):
    made = attach(Subject, person, note="原件在卷", title=" 处分决定书 ")
    [paper] = of(Subject, person)
    assert (paper.id, paper.title, paper.kind, paper.note) == (
        made.id, "处分决定书", DECISION, "原件在卷"
    )  # fmt: skip
    assert (paper.media, paper.pages, paper.size) == ("PDF", 2, 15)
    assert (paper.file_name, paper.added_by, paper.added_at) == ("决定.pdf", "周明", NOW)
    shown, content = attachments.open_attachment(made.id, pool=office.pool, uow=new_uow())
    assert (shown.sha256, content) == (paper.sha256, b"%PDF a decision")
    written = [(line.act, line.object, line.object_id) for line in acts()[-2:]]
    assert written == [("附入附件", "Subject", person), ("查看附件", "Attachment", made.id)]
    assert json.loads(acts()[-2].details)["SHA-256"] == paper.sha256


def test_a_title_comes_from_the_file_name_and_rare_characters_survive(attach, of, person):
    attach(Subject, person, name="𠮷某 处分决定（送达）.PDF")
    [paper] = of(Subject, person)
    assert paper.title == "𠮷某 处分决定（送达）"
    assert paper.file_name == "𠮷某 处分决定（送达）.PDF"


def test_names_from_outside_are_made_harmless():
    bent = "C:\\temp\\..\\a\u202egpj.exe\n" + "长" * 400
    clean = attachments.clean_name(bent)
    assert "\u202e" not in clean and "\n" not in clean and "\\" not in clean
    assert len(clean) <= 255


def test_the_same_file_twice_on_a_record_is_one_paper_on_two_records_one_file(
    attach, of, person, office, new_uow
):
    first = attach(Subject, person)
    again = attach(Subject, person, name="另一个名字.pdf")
    assert (again.id, again.was_there, again.changes) == (first.id, True, frozenset())
    [case] = put(new_uow, Case(subject_id=person, facts="违纪"))
    assert not attach(Case, case).was_there
    assert len(of(Subject, person)) == len(of(Case, case)) == 1
    assert len(list(office.pool.files())) == 1


def test_every_record_can_have_papers_and_the_person_shows_them_all(
    attach, person, new_uow, a_person
):
    other, plan, visit, form = put(
        new_uow,
        a_person(name="别人"),
        Plan(title="方案"),
        Visit(subject_id=person),
        RegistrationForm(subject_id=person),
    )
    put(
        new_uow,
        PlanPerson(plan_id=plan, subject_id=person),
        PlanPerson(plan_id=plan, subject_id=other),
    )
    attach(Subject, person)
    attach(Plan, plan, b"%PDF scan", APPROVAL_SCAN, "审批.pdf")
    attach(Visit, visit, b"%PDF talk", "谈话记录", "谈话.pdf")
    attach(RegistrationForm, form, b"%PDF more", "其他", "附页.pdf")
    attach(Subject, other, b"%PDF of the other", DECISION, "别人.pdf")
    held = attachments.attachments_of_person(person, uow=new_uow())
    assert [(one.attachment.kind, one.where) for one in held] == [
        (DECISION, "本人"), (APPROVAL_SCAN, "方案"), ("谈话记录", "回访"), ("其他", "登记表")
    ]  # fmt: skip
    others = attachments.attachments_of_person(other, uow=new_uow())
    assert [one.where for one in others] == ["本人", "方案"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "空文件"), (b"MZ program", "程序文件"), (bytes(MOST_BYTES + 1), "超过100 MB")],
)
def test_what_cannot_be_kept_is_refused_and_leaves_nothing(
    attach, of, person, office, content, sentence
):
    with pytest.raises(UnusableFile, match=sentence):
        attach(Subject, person, content, name="决定.pdf")
    assert of(Subject, person) == [] and list(office.pool.files()) == []


def test_a_folder_or_a_file_that_is_gone_gets_a_sentence(tmp_path):
    with pytest.raises(UnusableFile, match="文件夹"):
        attachments.read_file(tmp_path)
    with pytest.raises(UnusableFile, match="读不出来"):
        attachments.read_file(tmp_path / "nicht da.pdf")


def test_a_record_that_is_gone_takes_no_paper_and_no_file_stays(attach, office):
    with pytest.raises(MissingRecord):
        attach(Plan, 4711)
    assert list(office.pool.files()) == []


def test_too_long_a_title_is_said_before_anything_is_written(attach, person, office):
    with pytest.raises(UnusableFile, match="最多120字"):
        attach(Subject, person, title="长" * 121)
    assert list(office.pool.files()) == []


def test_title_type_and_note_can_be_mended_stale_ones_are_refused(
    attach, of, person, new_uow, acts
):
    attach(Subject, person)
    [paper], [stale] = of(Subject, person), of(Subject, person)
    paper.title, paper.kind = "撤销党内职务决定", "送达回执"
    paper.sha256 = "forged"  # what the file is never changes
    attachments.save_attachment(paper, uow=new_uow())
    [now] = of(Subject, person)
    assert (now.title, now.kind, now.sha256 == stale.sha256) == (paper.title, paper.kind, True)
    assert json.loads(acts()[-1].details)["标题"] == ["决定", "撤销党内职务决定"]
    stale.title = "另一个"
    with pytest.raises(StaleData):
        attachments.save_attachment(stale, uow=new_uow())
    now.title = " "
    with pytest.raises(UnusableFile, match="标题"):
        attachments.save_attachment(now, uow=new_uow())


def test_removal_takes_a_reason_and_can_be_taken_back(attach, of, person, new_uow, acts):
    made = attach(Subject, person)
    with pytest.raises(NoReason):
        attachments.remove_attachment(made.id, " ", uow=new_uow(), today=NOW.date())
    attachments.remove_attachment(made.id, "附错了人", uow=new_uow(), today=NOW.date())
    assert of(Subject, person) == []
    assert (acts()[-1].act, acts()[-1].reason) == ("删除附件", "附错了人")
    attachments.put_back_attachment(made.id, uow=new_uow())
    assert [one.id for one in of(Subject, person)] == [made.id]
    assert acts()[-1].act == "恢复附件"


def test_a_removed_papers_file_is_kept_for_thirty_days_then_both_go(
    attach, of, person, office, owner, new_uow, acts
):
    made = attach(Subject, person)
    attachments.remove_attachment(made.id, "附错了", uow=new_uow(), today=owner.now.date())
    owner.wait(days=30)
    tidy(office)
    attachments.put_back_attachment(made.id, uow=new_uow())
    attachments.remove_attachment(made.id, "还是附错了", uow=new_uow(), today=owner.now.date())
    owner.wait(days=40_000)  # the files of a test are as old as the real clock says
    (office.folder / "former-1").mkdir()
    assert tidy(office) == 0, "records kept beside may need the file"
    assert acts()[-1].act == "清除附件"
    (office.folder / "former-1").rmdir()
    assert tidy(office) == 1
    assert list(office.pool.files()) == []
    with pytest.raises(MissingRecord):
        attachments.put_back_attachment(made.id, uow=new_uow())


def test_a_kill_between_file_and_row_leaves_a_file_that_is_cleared_and_no_row(
    office, of, person, owner, attach, monkeypatch
):
    class Killed(BaseException):
        pass

    def kill(*_what):
        raise Killed

    monkeypatch.setattr(attachments, "put_attachment", kill)
    with pytest.raises(Killed):
        attach(Subject, person)
    monkeypatch.undo()
    assert of(Subject, person) == [] and len(list(office.pool.files())) == 1
    assert not attach(Subject, person).was_there, "it can be attached again at once"
    owner.wait(days=40_000)
    assert tidy(office) == 0, "the file has its row now"
    office.pool.keep(b"another orphan")
    assert tidy(office) == 1
    assert len(of(Subject, person)) == 1


def test_a_full_disk_leaves_no_row(attach, of, person, monkeypatch):
    def full(*_what):
        raise DiskFull("磁盘空间不足。")

    monkeypatch.setattr("app.storage.pool.need_space", full)
    with pytest.raises(DiskFull):
        attach(Subject, person)
    assert of(Subject, person) == []


def test_a_bent_or_missing_file_is_said_and_nothing_is_recorded_as_seen(
    attach, person, office, new_uow, tmp_path, acts
):
    made = attach(Subject, person)
    [file] = office.pool.files()
    content = bytearray(file.read_bytes())
    content[60] ^= 1
    file.write_bytes(content)
    before = len(acts())
    with pytest.raises(DamagedAttachment, match="损坏"):
        attachments.open_attachment(made.id, pool=office.pool, uow=new_uow())
    file.unlink()
    with pytest.raises(DamagedAttachment, match="不见了"):
        attachments.export_attachment(made.id, tmp_path, "核对", pool=office.pool, uow=new_uow())
    assert len(acts()) == before


def test_an_export_has_a_reason_stands_in_the_register_and_names_nobody(
    attach, person, office, new_uow, tmp_path, acts
):
    made = attach(Subject, person, name="张三处分决定.pdf", title="张三处分决定")
    with pytest.raises(NoReason):
        attachments.export_attachment(made.id, tmp_path, "", pool=office.pool, uow=new_uow())
    (tmp_path / "out").mkdir()
    place = attachments.export_attachment(
        made.id, tmp_path / "out", "移送人事处", pool=office.pool, uow=new_uow()
    )
    assert place.read_bytes() == b"%PDF a decision"
    assert place.name == f"处分决定-{made.id}.pdf"
    assert (acts()[-1].act, acts()[-1].reason) == ("导出附件", "移送人事处")
    row = office.forms().outputs(1)[0]
    assert (row.act, row.what) == ("导出附件", "张三处分决定")


def test_an_export_to_a_place_that_is_not_there_gets_a_sentence(
    attach, person, office, new_uow, tmp_path
):
    made = attach(Subject, person)
    with pytest.raises(UnusableFile, match="没有导出"):
        attachments.export_attachment(
            made.id, tmp_path / "no" / "x.pdf", "核对", pool=office.pool, uow=new_uow()
        )


def test_a_person_with_papers_is_not_removed_one_whose_papers_went_is(attach, person, new_uow):
    made = attach(Subject, person)
    with pytest.raises(PersonHasForms, match="1件附件"):
        remove_person(person, "录错", uow=new_uow())
    attachments.remove_attachment(made.id, "附错了人", uow=new_uow(), today=NOW.date())
    remove_person(person, "录错", uow=new_uow())
    with new_uow() as uow:
        [left] = uow.repository(Attachment).where()
    assert left.subject_id is None


def test_nothing_of_papers_and_titles_can_be_read_in_the_data_folder(attach, person, office):
    attach(Subject, person, b"%PDF planted-4711", name="欧阳暗号.pdf", note="暗号说明")
    office.engine.dispose()
    for file in office.folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            for planted in (b"planted-4711", "欧阳暗号".encode(), "暗号说明".encode()):
                assert planted not in content and "暗号" not in file.name
