"""一人一档: its contents equal its pages, nothing is lost unsaid, and a copy can do without the people."""

from __future__ import annotations

import io
import random
import re
from datetime import date

import pypdf
import pytest
import sqlalchemy as sa

from app.documents.case_file import sheets
from app.domain.attachment import Attachment
from app.domain.filing import FilingEntry
from app.domain.outcome import SUPPORT, Feedback, Outcome
from app.domain.partial_date import PartialDate
from app.domain.registration_form import RegistrationForm
from app.domain.request import Request
from app.domain.staff import Staff
from app.domain.subject import Case, Event, Sanction, Subject
from app.domain.visit import Contact, Visit
from app.services.ports import Cancelled, NoReason
from tests.bootstrap.case_file_world import a_pdf, a_picture, make_held, with_scans

A4 = (595.28, 841.89)


def quiet(*_progress):
    """Report nothing."""


@pytest.fixture
def held(office, tmp_path):
    return make_held(office, tmp_path)


def read(drawn):
    return pypdf.PdfReader(io.BytesIO(drawn.pdf))


def squeezed(text):
    return re.sub(r"\s", "", text)


def bookmarks(reader):
    found = []

    def walk(items, depth):
        for item in items:
            if isinstance(item, list):
                walk(item, depth + 1)
            else:
                found.append((depth, item.title, reader.get_destination_page_number(item)))

    walk(reader.outline, 0)
    return found


def number_of(page):
    """The archive number stamped on a page, and whether it stands at the right."""
    found = []

    def visit(text, _cm, tm, _font, size):
        if text.strip().isdigit() and size == 12 and tm[5] > float(page.mediabox.height) - 60:
            found.append((int(text), tm[4] > float(page.mediabox.width) / 2))

    page.extract_text(visitor_text=visit)
    return found[-1] if found else None


def test_the_contents_are_what_is_on_the_pages(held):
    with_scans(held)
    drawn = held.use_cases.case_files.draw([held.person], quiet)
    reader = read(drawn)
    assert len(reader.pages) == drawn.pages
    body = [page for page in reader.pages if number_of(page)]
    assert [number_of(page)[0] for page in body] == list(range(1, len(body) + 1))
    assert drawn.entries[-1].last == len(body)
    at = 1
    for entry in drawn.entries:
        assert entry.first == at
        at = entry.last + 1
    contents = squeezed("".join(page.extract_text() for page in reader.pages[1:3]))
    for entry in drawn.entries:
        assert squeezed(entry.title) in contents
        assert entry.pages in contents
    marks = {title: page for _depth, title, page in bookmarks(reader)}
    cover_pages = drawn.pages - len(body) - 1
    for entry in drawn.entries:
        assert marks[entry.title] == cover_pages + entry.first - 1
    assert "本卷共" + str(len(drawn.entries)) + "件" + str(len(body)) + "页" in squeezed(
        reader.pages[0].extract_text()
    )


def test_numbers_stand_at_the_right_of_odd_pages_and_at_the_left_of_even_ones(held):
    reader = read(held.use_cases.case_files.draw([held.person], quiet))
    stamped = [number_of(page) for page in reader.pages if number_of(page)]
    assert len(stamped) > 10
    assert all(right == bool(number % 2) for number, right in stamped)


def test_everything_of_the_person_is_in_it_and_nothing_of_the_others(held):
    with_scans(held)
    drawn = held.use_cases.case_files.draw([held.person], quiet)
    titles = " ".join(entry.title for entry in drawn.entries)
    for title in (
        "基本情况", "大事记", "决定书", "送达", "回访关爱的工作方案", "谈话提纲", "谈话记录：单小芳",
        "谈话", "传真", "登记表", "困难诉求办理单", "照片", "说明",
    ):  # fmt: skip
        assert title in titles
    assert drawn.trouble == ()
    text = squeezed("".join(page.extract_text() for page in read(drawn).pages))
    assert "13900001111" not in text  # the other person of the plan
    numbers = {entry.title: entry.document_no for entry in drawn.entries}
    assert numbers["关于协助开展受处分人员回访关爱工作的函：化学与材料学院"] == "无文号"
    assert "无文号" not in numbers["困难诉求办理单"]
    assert text.count("（无文号）") == 2  # on the letter to the unit and on the one to the person


def test_every_page_is_a4_upright_or_on_its_side_with_nothing_active_on_it(held):
    with_scans(held)
    for page in read(held.use_cases.case_files.draw([held.person], quiet)).pages:
        size = sorted((float(page.mediabox.width), float(page.mediabox.height)))
        assert size == pytest.approx(A4, abs=0.5)
        assert page.rotation == 0
        assert "/Annots" not in page
        assert "/AA" not in page


def test_a_plain_scan_goes_in_byte_for_byte_and_a_damaged_one_is_said(held):
    picture = a_picture()
    held.attach(Visit, held.visit, picture, "谈话.jpg", "谈话记录")
    held.attach(Visit, held.visit, picture[: len(picture) // 2], "半张.jpg", "谈话记录")
    drawn = held.use_cases.case_files.draw([held.person], quiet)
    assert picture in drawn.pdf
    assert drawn.trouble == ("“半张”未并入：JPG 文件已损坏或过大，不能并入",)


def test_what_cannot_be_merged_has_a_page_that_says_so(held, office):
    held.attach(Subject, held.person, a_pdf(), "好.pdf", "其他")
    stored = held.world.all(Attachment)[0]
    for file in (office.folder / "attachments").rglob("*"):  # the file vanishes from the disk
        if file.is_file():
            file.unlink()
    drawn = held.use_cases.case_files.draw([held.person], quiet)
    assert stored.title == "好"
    assert len(drawn.trouble) == 1
    assert "“好”未并入" in drawn.trouble[0]
    entry = next(one for one in drawn.entries if one.title == "好")
    assert entry.note == "未并入，见说明"
    text = squeezed("".join(page.extract_text() for page in read(drawn).pages))
    assert "附件说明" in text
    assert text.count("附件的文件不见了") == 2  # its own page and 备考表


def test_files_of_several_people_stand_in_one_pdf_each_under_its_name(held):
    drawn = held.use_cases.case_files.draw([held.person, held.other], quiet, duplex=True)
    reader = read(drawn)
    top = [title for depth, title, _page in bookmarks(reader) if depth == 0]
    assert [title.split("　")[0] for title in top] == ["单小芳", "曾国强"]
    starts = [page for depth, title, page in bookmarks(reader) if title == "案卷封面"]
    assert all(page % 2 == 0 for page in starts)  # every cover on a front side
    for page in reader.pages:
        if (found := number_of(page)) is not None:
            place = reader.get_page_number(page)
            assert (place % 2 == 0) == bool(found[0] % 2)


def test_it_can_be_cancelled_and_is_entered_with_its_reason(held, office):
    def stop(done, _total, _note):
        if done:
            raise Cancelled("已取消")

    with pytest.raises(Cancelled):
        held.use_cases.case_files.draw([held.person], stop)
    with pytest.raises(NoReason):
        held.use_cases.case_files.record(
            [held.person], "导出", "PDF 文件", reason=" ", redacted=False, pages=3
        )
    held.use_cases.case_files.record(
        [held.person], "导出", "PDF 文件", reason="移交档案室", redacted=True, pages=3
    )
    with office.engine.connect() as connection:
        query = sa.text("SELECT act, object_id, reason FROM audit_log ORDER BY sequence DESC")
        last = connection.execute(query).first()
    assert tuple(last) == ("导出一人一档（去标识副本）", held.person, "移交档案室")
    row = held.use_cases.paper.outputs()[0]
    assert (row.act, row.what, row.items) == ("导出一人一档（去标识副本）", "单小芳", 1)


# ---------------------------------------------------------------- without the people

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "梓涵浩宇欣怡俊熙雨桐晨曦铭泽若溪景行知远望舒怀瑾云帆书瑶砚青𬱖䶮𠮷"


def plant(held, dice, wanted):
    """Write strings that name somebody all over the records; return them."""
    world, planted = held.world, []

    def name():
        made = dice.choice(SURNAMES) + "".join(dice.sample(GIVEN, 2))
        planted.append(made)
        return made

    def phone():
        made = f"1{dice.choice('3589')}{dice.randint(10**8, 10**9 - 1)}"
        planted.append(made)
        return made

    def address():
        street = f"{dice.choice('东西南北')}{dice.choice('湖山河桥')}路{dice.randint(100, 999)}号"
        made = f"{street}{dice.randint(1, 9)}号楼{dice.randint(101, 999)}室"
        planted.append(made)
        return f"德州市德城区{made}"

    def number():
        made = (
            f"东院纪{dice.choice('立审函')}〔{dice.randint(2019, 2026)}〕{dice.randint(100, 999)}号"
        )
        planted.append(made)
        return made

    def identity():
        born = f"19{dice.randint(60, 99)}0{dice.randint(1, 9)}1{dice.randint(1, 9)}"
        made = f"3714{dice.randint(10, 99)}{born}{dice.randint(1000, 9999)}"
        planted.append(made)
        return made

    staff = [name() for _ in range(40)]
    world.put(*(Staff(name=one, department="综合处") for one in staff))
    others = []
    for _ in range(60):
        others.append(name())
        unit = f"{''.join(dice.sample(GIVEN, 3))}学院"
        planted.append(unit)
        world.person(
            others[-1], unit=unit, workplace=f"{unit}讲师", phone=phone(), address=address()
        )
    with world.new_uow() as uow:
        subject = uow.repository(Subject).get(held.person)
        subject.born_on = PartialDate(1985, 3, 17)
        uow.repository(Subject).put(subject)
        uow.commit()
    planted += ["单小芳", "曾国强", "化学与材料学院", "东湖学院", "1985年3月17日", "1985-03-17",
                "13812345678", "东湖路18号3栋502室"]  # fmt: skip
    while len(planted) < wanted:
        texts = "；".join(
            f"据{dice.choice(others)}、{dice.choice(staff)}反映（电话{phone()}，住{address()}，"
            f"文号{number()}，证件{identity()}），单小芳、曾国强均在化学与材料学院。"
            for _ in range(3)
        )
        visit = Visit(
            subject_id=held.person, state="已完成", method="电话", on=date(2026, 9, 1),
            conduct=texts, execution=texts,
        )  # fmt: skip
        [visit_id] = world.put(visit)
        world.put(
            Contact(
                visit_id=visit_id, method="电话", audience="同事及群众", name=name(), staff=name(),
                on=date(2026, 9, 1), phone=phone(), address=address(), content=texts,
            ),
            Request(
                subject_id=held.person, kind="意见建议", content=texts, owner=name(), told_by=name(),
                raised_on=date(2026, 9, 2), due_on=date(2026, 10, 1),
            ),
            Event(
                subject_id=held.person, kind="复查", on=PartialDate(2026, 9, 3), reason=texts[:120],
                approver=name(), document_no=number(),
            ),
            RegistrationForm(
                subject_id=held.person, name="单小芳", attitude=texts, proposal=texts,
                workplace="化学与材料学院副教授", address=address(), phone=phone(),
                visited_on="2026年9月1日（电话）", remarks=f"核对人{name()}",
            ),
        )  # fmt: skip
        [case] = world.put(
            Case(subject_id=held.person, facts=texts, organ="东湖学院纪委", file_no=number())
        )
        world.put(
            Sanction(
                subject_id=held.person, case_id=case, regime="党纪", kind="警告", manual_by=name(),
                decided_on=PartialDate(2026, 8, 1), document_no=number(),
            )
        )  # fmt: skip
    return planted


def test_of_a_thousand_planted_strings_none_is_in_the_copy(held):
    planted = plant(held, random.Random(11), 1_000)
    assert len(set(planted)) >= 1_000
    with_scans(held)
    drawn = held.use_cases.case_files.draw([held.person], quiet, redacted=True)
    reader = read(drawn)
    text = "".join(page.extract_text() for page in reader.pages)
    text += "".join(title for _depth, title, _page in bookmarks(reader))
    text += "".join(str(value) for value in (reader.metadata or {}).values())
    text += "".join(entry.title + entry.author + entry.document_no for entry in drawn.entries)
    flat = squeezed(text)
    assert len(flat) > 10_000
    assert [one for one in set(planted) if one in text or squeezed(one) in flat] == []
    assert b"\xfe\xff" + "单小芳".encode("utf-16-be") not in drawn.pdf
    assert "扫描件和外来文件6件未收入去标识副本" in flat
    assert "须人工通读后方可提供" in flat
    whole = squeezed("".join(p.extract_text() for p in read(
        held.use_cases.case_files.draw([held.person], quiet)
    ).pages))  # fmt: skip
    there = [one for one in set(planted) if squeezed(one) in whole]
    assert len(there) > 600  # they are in the file itself: the test could have failed


def test_the_same_person_has_the_same_code_in_every_copy(held):
    first = held.use_cases.case_files.draw([held.person], quiet, redacted=True)
    second = held.use_cases.case_files.draw([held.other], quiet, redacted=True)
    codes = [set(re.findall(r"对象[2-9A-Z]{6}", "".join(p.extract_text() for p in read(d).pages)))
             for d in (first, second)]  # fmt: skip
    assert codes[0] & codes[1]  # the plan that names both
    again = held.use_cases.case_files.draw([held.person], quiet, redacted=True)
    assert {e.title for e in again.entries} == {e.title for e in first.entries}


def test_the_facts_name_sanctions_and_days_as_papers_do(held):
    drawn = held.use_cases.case_files.draw([held.person], quiet)
    pages = read(drawn).pages
    [facts] = [one for one in drawn.entries if "处分期限" in one.title]
    [events] = [one for one in drawn.entries if "大事记" in one.title]
    inside = squeezed("".join(page.extract_text() for page in pages[2 : 2 + events.last]))
    words = sheets._with_full_dates("影响期 2025-12-27 至 2026-12-26，2026-12-27 起期满")
    assert words == "影响期2025年12月27日至2026年12月26日，2026年12月27日起期满"
    assert facts.last < events.first
    assert "党内" in inside
    assert "党纪警告" not in inside and "党纪严重警告" not in inside
    assert not re.findall(r"\d{4}-\d\d-\d\d", inside)


def test_the_result_and_what_was_sent_of_it_stand_with_their_visit(held):
    told = {"means": "信函", "by": "赵一鸣", "on": date(2026, 11, 25)}
    held.world.put(
        Outcome(
            subject_id=held.person,
            visit_id=held.visit,
            state="已确定",
            item=SUPPORT,
            decided_on=date(2026, 11, 24),
            decided_by="赵一鸣",
            grounds="见登记表",
        ),
        Feedback(
            subject_id=held.person,
            visit_id=held.visit,
            audience="本人",
            receiver="单小芳",
            content="组织关心你的成长进步。",
            **told,
        ),
        FilingEntry(
            subject_id=held.person,
            visit_id=held.visit,
            title="卷",
            file_number="2026-SL-012",
            fonds="DH07",
            catalogue="3卷",
            custody="30年",
        ),
    )
    drawn = held.use_cases.case_files.draw([held.person], quiet)
    [to_person, to_unit] = [one for one in drawn.entries if "反馈" in one.title]
    assert (to_person.document_no, to_person.note) == ("无文号", "")
    assert (to_unit.document_no, to_unit.note) == ("无文号", "无发出记录")
    at = next(
        n
        for n, page in enumerate(read(drawn).pages)
        if "关于反馈回访结果的函" in squeezed(page.extract_text())
        and "单小芳同志" in squeezed(page.extract_text())
    )
    assert to_person.on == "2026.11.25"  # as on its page, not the day of the result
    assert "2026年11月25日" in squeezed(
        "".join(page.extract_text() for page in read(drawn).pages[at : at + 2])
    )
    assert not any("督促" in entry.title for entry in drawn.entries)  # none was drawn up
    cover = squeezed(read(drawn).pages[0].extract_text())
    assert "2026-SL-012" in cover
    assert "30年" in cover
    assert "全宗号DH07目录号3卷" in cover
    form = next(one for one in drawn.entries if "登记表" in one.title)
    assert form.number < to_person.number  # as in the volume: the form, then what was made of it
    copy = held.use_cases.case_files.draw([held.person], quiet, redacted=True)
    assert "DH07" not in read(copy).pages[0].extract_text()
