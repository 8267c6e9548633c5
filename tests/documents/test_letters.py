"""Every letter as PDF and DOCX: the same content in both, nothing lost, nothing told to the wrong reader."""

from __future__ import annotations

import dataclasses
import io
import os
import re
import shutil
import subprocess
import zipfile
from collections import defaultdict
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import docx
import pytest
from pypdf import PdfReader

from app.documents.letters import (
    consultation,
    person_notice,
    plan,
    talk_outline,
    talk_record,
    unit_notice,
    unit_opinion,
    visiting_list,
)
from app.documents.letters.documents import (
    ALL,
    DOCX,
    FORMATS,
    PDF,
    draw,
    draw_document,
    file_name,
    letters_of,
    missing_characters,
    open_points,
)
from app.documents.letters.parts import numeral, several, span
from app.documents.letters.pdf import NothingToWrite, count_pages
from app.documents.registration_form import UnprintableCharacters
from app.domain.papers import Particulars, RequestPaper, VisitPaper
from app.domain.plan import BY_LETTER, BY_PHONE, Plan, PlanPerson, WholePlan
from app.domain.request import Request
from app.domain.visit import Contact, Talk, Visit, WholeVisit
from app.domain.visiting_list import Consultation, ListEntry, VisitingList, WholeList
from app.paper.letter import Letter, SignOff, texts
from app.paper.letter_pages import head_size
from app.paper.letter_strips import sign_off_lines
from app.paper.plain_text import printable
from tests.documents import letter_samples as samples
from tests.documents.form_samples import OPTIONS, extracted, pypdf_text

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NAMES = [document.name for document in ALL]
EMPTY = Particulars()


def drawn(
    name: str, format_: str, entity=None, particulars=samples.PARTICULARS, **changed
) -> bytes:
    return draw_document(
        name,
        samples.ENTITIES[name] if entity is None else entity,
        format_,
        options=dataclasses.replace(OPTIONS, **changed),
        particulars=particulars,
    )


def made(name: str, entity=None, particulars=samples.PARTICULARS) -> list[Letter]:
    entity = samples.ENTITIES[name] if entity is None else entity
    return letters_of(name, entity, particulars=particulars)


def bare(text: str) -> str:
    return "".join(text.split())


def docx_text(data: bytes) -> str:
    """Return everything that is written in a Word file, headers and footers too, without blanks."""
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for part in sorted(archive.namelist()):
            if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", part):
                root = ElementTree.fromstring(archive.read(part))
                found += [node.text or "" for node in root.iter(f"{W}t")]
    return bare("".join(found))


def every_text(letters: list[Letter]) -> list[str]:
    return [
        bare(part)
        for letter in letters
        for _, text in texts(letter)
        for part in printable(text).split("\n")
        if bare(part)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_pdf_and_docx_hold_everything_that_the_letter_says(name) -> None:
    wanted = every_text(made(name))
    assert len(wanted) > 8
    word = docx_text(drawn(name, DOCX))
    for text in wanted:
        assert text in word, text
    # A page's foot may stand between two halves of a paragraph: look page by page.
    pages = [bare(page.extract_text()) for page in PdfReader(io.BytesIO(drawn(name, PDF))).pages]
    paper = "".join(pages)
    for text in wanted:
        if text not in paper:
            cuts = [at for at in range(1, len(text)) if text[:at] in paper and text[at:] in paper]
            assert cuts, text


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_rare_characters_come_out_as_they_went_in() -> None:
    whole = samples.plan_for_three()
    for text in (
        extracted(drawn("plan", PDF, whole), "-raw"),
        pypdf_text(drawn("plan", PDF, whole)),
    ):
        assert "欧阳文𬱖" in text
    assert "欧阳文𬱖" in docx_text(drawn("plan", DOCX, whole))


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("name", NAMES)
def test_the_same_input_gives_the_same_bytes(name, format_) -> None:
    assert drawn(name, format_) == drawn(name, format_)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_name_says_what_it_is_and_never_who(name) -> None:
    for format_ in FORMATS:
        called = file_name(name, format_)
        assert called.endswith(f".{format_}")
        assert not any(person in called for person in samples.NAMES)


def test_metadata_name_document_and_office_and_nobody_else() -> None:
    info = PdfReader(io.BytesIO(drawn("plan", PDF))).metadata
    assert (info.title, info.author, info.creator) == ("回访工作方案", "某某学院纪委", "回访关爱")
    properties = docx.Document(io.BytesIO(drawn("plan", DOCX))).core_properties
    assert (properties.title, properties.author) == ("回访工作方案", "某某学院纪委")
    assert not properties.comments
    assert "单小芳" not in f"{properties.title}{properties.subject}{properties.keywords}"


def test_practice_pages_are_marked_and_real_ones_are_not() -> None:
    for name in NAMES:
        assert "演示" in docx_text(drawn(name, DOCX, practice=True))
        assert "演示" not in docx_text(drawn(name, DOCX))
    pages = PdfReader(io.BytesIO(drawn("plan", PDF, practice=True))).pages
    assert all("演示" in page.extract_text() for page in pages)
    assert "演示" not in pypdf_text(drawn("plan", PDF))


def test_the_anchor_of_the_log_stands_at_the_foot_of_every_page() -> None:
    pages = PdfReader(io.BytesIO(drawn("unit_notice", PDF, footer_anchor="审计1234-ab"))).pages
    assert all("审计1234-ab" in page.extract_text() for page in pages)
    assert "审计1234-ab" in docx_text(drawn("unit_notice", DOCX, footer_anchor="审计1234-ab"))


def test_no_letter_bears_a_secrecy_mark_by_itself_and_all_bear_the_typed_one() -> None:
    marked = dataclasses.replace(samples.PARTICULARS, mark="内部资料 注意保管")
    for name in NAMES:
        assert "秘密★" not in docx_text(drawn(name, DOCX))
        assert "内部资料" not in pypdf_text(drawn(name, PDF))
        assert "内部资料注意保管" in docx_text(drawn(name, DOCX, particulars=marked))
        assert "内部资料注意保管" in pypdf_text(drawn(name, PDF, particulars=marked))


def test_a_character_in_no_font_is_named_with_its_place_before_printing() -> None:
    whole = samples.plan(safety="场所\U0003fff0安静")
    with pytest.raises(UnprintableCharacters, match=r"U\+3FFF0.*“回访工作方案”的十一、安全预案"):
        drawn("plan", PDF, whole)
    assert drawn("plan", PDF, whole, insist=True).startswith(b"%PDF-")
    missing = missing_characters("plan", whole, options=OPTIONS, particulars=EMPTY)
    assert missing == {"\U0003fff0": "“回访工作方案”的十一、安全预案"}


@pytest.mark.parametrize("format_", FORMATS)
def test_markup_and_control_characters_are_only_text(format_) -> None:
    whole = samples.plan(secrecy="<b>&amp;</b>\x07\x00不得外传\tA&B“引”")
    data = drawn("plan", format_, whole)
    text = docx_text(data) if format_ == DOCX else pypdf_text(data)
    assert "<b>&amp;</b>不得外传A&B“引”" in text


@pytest.mark.parametrize("format_", FORMATS)
def test_27_000_characters_in_a_table_and_in_the_text_are_all_printed(format_) -> None:
    run = "".join(chr(0x4E00 + n) for n in range(9000)) * 3
    whole = samples.plan(policies=run)
    whole.people[0].facts = run
    data = drawn("plan", format_, whole)
    text = docx_text(data) if format_ == DOCX else pypdf_text(data)
    for character in set(run):
        assert text.count(character) >= 6
    assert any("超过3000字" in one for one in open_points("plan", whole, particulars=EMPTY))


@pytest.mark.parametrize(
    ("name", "entity"),
    [
        ("visiting_list", WholeList(VisitingList(), [ListEntry(name="甲")])),
        ("consultation", WholeList(VisitingList(), [], [Consultation()])),
        ("plan", WholePlan(Plan(), [PlanPerson(name="甲")])),
        ("unit_notice", WholePlan(Plan(), [PlanPerson(name="甲")])),
        ("person_notice", WholePlan(Plan(), [PlanPerson()])),
        ("talk_outline", WholePlan(Plan(), [PlanPerson()])),
        ("talk_record", WholeVisit(Visit(), talks=[Talk()])),
        ("phone_record", WholeVisit(Visit(), contacts=[Contact(method=BY_PHONE)])),
        ("mail_record", WholeVisit(Visit(), contacts=[Contact(method=BY_LETTER)])),
        ("unit_opinion_blank", WholePlan(Plan(), [PlanPerson()])),
        ("unit_opinion", VisitPaper(WholeVisit(Visit()), PlanPerson())),
        ("request_slip", RequestPaper(Request(), PlanPerson())),
    ],
)
def test_an_empty_entity_still_prints_and_every_gap_is_listed(name, entity) -> None:
    points = open_points(name, entity, particulars=EMPTY)
    assert points
    assert all(re.search("[\u4e00-\u9fff]", one) for one in points)
    for format_ in FORMATS:
        assert len(drawn(name, format_, entity, EMPTY)) > 1000
    assert "None" not in docx_text(drawn(name, DOCX, entity, EMPTY))


@pytest.mark.parametrize("name", NAMES)
def test_a_complete_entity_has_no_open_points(name) -> None:
    assert open_points(name, samples.ENTITIES[name], particulars=samples.PARTICULARS) == []


def test_nothing_to_print_is_said_in_chinese() -> None:
    for name in ("talk_record", "phone_record", "mail_record"):
        for format_ in FORMATS:
            with pytest.raises(NothingToWrite, match="请先填写"):
                drawn(name, format_, WholeVisit(Visit()))


def test_an_unknown_document_is_refused() -> None:
    with pytest.raises(KeyError):
        drawn("nothing", PDF, samples.plan())


# -- who reads what ------------------------------------------------------------------------


def test_a_unit_reads_only_the_names_of_its_own_people_and_no_sanction() -> None:
    chemistry, logistics = unit_notice.letters(samples.plan_for_three(), samples.PARTICULARS)
    first, second = ("".join(every_text([one])) for one in (chemistry, logistics))
    assert "单小芳、欧阳文𬱖两名同志" in first
    assert "尼加提·买买提" not in first
    assert "拟对你单位尼加提·买买提同志开展" in second
    assert "单小芳" not in second
    for text in (first, second):
        assert "警告" not in text
        assert "记过" not in text
        assert "13812345678" not in text
    assert "12号" in first
    assert "13号" in second


def test_the_person_reads_their_rights_but_neither_sanction_nor_anybody_else() -> None:
    letters = person_notice.letters(samples.plan_for_three(), samples.PARTICULARS)
    assert [letter.name for letter in letters] == ["单小芳", "欧阳文𬱖", "尼加提·买买提"]
    text = "".join(every_text(letters[:1]))
    for words in ("申诉", "意见建议", "困难", "核对谈话记录", "回避申请", "0534-8985001"):
        assert words in text
    for words in ("警告", "记过", "欧阳", "违反"):
        assert words not in text


def test_letters_before_approval_are_drawn_but_named_as_open() -> None:
    whole = samples.plan(state="待审批")
    for module in (unit_notice, person_notice):
        [letter] = module.letters(whole, samples.PARTICULARS)
        assert any("方案还没有批准" in gap for gap in letter.gaps)
        assert "审核同意" not in "".join(every_text([letter]))
    [letter] = unit_notice.letters(samples.plan(), samples.PARTICULARS)
    assert "经学校纪委主要负责人审核同意" in "".join(every_text([letter]))


@pytest.mark.parametrize(
    ("method", "more", "said"),
    [
        (BY_PHONE, {"phone": "13800001111"}, "13800001111"),
        (BY_LETTER, {"address": "某市某路1号", "reply_by": date(2027, 1, 10)}, "2027年1月10日"),
    ],
)
def test_calls_and_letters_have_their_own_wording(method, more, said) -> None:
    whole = samples.plan(method=method, not_in_person="在外地挂职", **more)
    text = "".join(every_text(person_notice.letters(whole, samples.PARTICULARS)))
    assert said in text
    assert "按时到场" not in text
    notice = "".join(every_text(unit_notice.letters(whole, samples.PARTICULARS)))
    assert f"以{method}方式回访" in notice
    text = "".join(every_text(plan.letters(whole, samples.PARTICULARS)))
    assert "不便实地回访的原因：在外地挂职。" in text


def test_who_was_dropped_from_a_plan_gets_no_letter_and_is_in_none() -> None:
    whole = samples.plan_for_three()
    whole.people[1].dropped = "调离"
    assert len(person_notice.letters(whole, samples.PARTICULARS)) == 2
    assert len(talk_outline.letters(whole, samples.PARTICULARS)) == 2
    chemistry, _ = unit_notice.letters(whole, samples.PARTICULARS)
    assert "欧阳文𬱖" not in "".join(every_text([chemistry]))


def test_a_plan_names_all_that_the_handbook_asks_for() -> None:
    text = "".join(every_text(plan.letters(samples.plan(), samples.PARTICULARS)))
    for words in (
        "依据和目的",
        "回访对象基本情况",
        "案情摘要",
        "性格特点",
        "思想状况",
        "工作组组成及分工",
        "无需回避",
        "组长",
        "方式、时间和地点",
        "谈话对象范围",
        "实施步骤",
        "谈话要点",
        "政策法规依据",
        "安全预案",
        "应急联系人及电话",
        "保密要求",
        "承办人意见",
        "案件管理室",
        "主要负责人",
    ):
        assert words in text, words


def test_an_exception_stays_visible_in_the_plan() -> None:
    text = "".join(every_text(plan.letters(samples.plan_for_three(), samples.PARTICULARS)))
    assert "例外事项" in text
    assert "期满后补访：因本人赴外地进修，期内未能安排（王书记批准）。" in text


def test_a_signature_is_never_typed_only_an_own_account_is_named() -> None:
    whole = samples.plan()
    assert "王书记" not in "".join(every_text(plan.letters(whole, samples.PARTICULARS)))
    whole.steps[0].means = "本人账户"
    text = "".join(every_text(plan.letters(whole, samples.PARTICULARS)))
    assert "（王书记于2026年11月25日用本人账户签批）" in text


def test_fewer_than_two_members_are_named_before_printing() -> None:
    whole = samples.plan()
    whole.members = whole.members[:1]
    points = open_points("plan", whole, particulars=samples.PARTICULARS)
    assert any("应有两人以上" in one for one in points)


def test_an_outline_has_the_points_of_its_person_and_those_for_everybody() -> None:
    first, second, _ = talk_outline.letters(samples.plan_for_three(), samples.PARTICULARS)
    own = "对岗位安全责任的认识有哪些提高？"
    assert own not in "".join(every_text([first]))
    assert own in "".join(every_text([second]))
    assert "与同事及群众谈话" in "".join(every_text([first]))


def test_a_talk_record_of_six_pages_is_signed_and_numbered_on_each() -> None:
    whole = samples.visit(talks=[samples.talk(13)])
    pages = PdfReader(io.BytesIO(drawn("talk_record", PDF, whole))).pages
    assert len(pages) >= 6
    for number, page in enumerate(pages, 1):
        text = bare(page.extract_text())
        assert "被谈话人（逐页签名）：" in text
        assert f"第{number}页共{len(pages)}页" in text
    last = bare(pages[-1].extract_text())
    for line in ("核对意见", "被谈话人签名", "谈话人签名", "记录人签名"):
        assert line in last
    assert re.search("问：|答：|更正|对我的挽救", last), "the signatures stand alone"


def test_an_unanswered_question_keeps_room_for_the_pen_and_is_named() -> None:
    asked = [
        {"question": "近来怎样？", "answer": ""},
        {"question": "有何困难？", "answer": "没有。"},
    ]
    [letter] = talk_record.letters(samples.visit(talks=[samples.talk(exchanges=asked)]), EMPTY)
    assert any("有1个问题还没有回答" in gap for gap in letter.gaps)


def test_an_open_list_prints_its_three_parts_in_order_and_counts_them() -> None:
    [letter] = visiting_list.letters(samples.visiting_list(), samples.PARTICULARS)
    text = "".join(every_text([letter]))
    assert "本期列入12人，暂缓1人，不列入1人。" in text
    assert text.index("单小芳") < text.index("种德明") < text.index("繁玉梅")
    for words in ("2027.03.31", "王书记", "因病住院治疗", "办法第五条第二款", "2026.11.20"):
        assert words in text
    assert letter.landscape
    pages = PdfReader(io.BytesIO(drawn("visiting_list", PDF))).pages
    assert all(page.mediabox.width > page.mediabox.height for page in pages)


def test_a_list_of_a_hundred_repeats_its_head_on_every_page() -> None:
    whole = samples.visiting_list(100)
    pages = PdfReader(io.BytesIO(drawn("visiting_list", PDF, whole))).pages
    texts_ = [bare(page.extract_text()) for page in pages]
    with_rows = [text for text in texts_ if "赵一鸣" in text and "拟定" not in text]
    assert len(with_rows) > 8
    assert all("姓名" in text and "处分种类及时间" in text for text in with_rows)


def test_a_unit_is_asked_about_its_own_people_only() -> None:
    whole = samples.visiting_list(3)
    whole.entries[2].unit = "后勤管理处"
    unit, office = consultation.letters(whole, samples.PARTICULARS)
    assert "尼加提·买买提" not in "".join(every_text([unit]))
    assert "尼加提·买买提" in "".join(every_text([office]))


def test_the_blank_opinion_sheet_knows_the_person_and_nothing_else() -> None:
    [blank] = unit_opinion.blank_letters(samples.plan(), samples.PARTICULARS)
    [filled] = unit_opinion.letters(samples.visit_paper(), samples.PARTICULARS)
    assert "单小芳" in "".join(every_text([blank]))
    assert "学生评教良好" not in "".join(every_text([blank]))
    assert "学生评教良好" in "".join(every_text([filled]))
    assert count_pages(blank, options=OPTIONS) == 1


@pytest.mark.parametrize(
    "name", ["consultation", "phone_record", "mail_record", "unit_opinion", "request_slip"]
)
def test_sheets_of_one_page_stay_on_one_page(name) -> None:
    assert all(count_pages(letter, options=OPTIONS) == 1 for letter in made(name))


def test_several_letters_in_one_file_have_a_bookmark_and_a_page_1_each() -> None:
    whole = samples.plan_for_three()
    reader = PdfReader(io.BytesIO(drawn("person_notice", PDF, whole)))
    assert [one.title for one in reader.outline] == ["单小芳", "欧阳文𬱖", "尼加提·买买提"]
    numbers = [re.search("—\\s*(\\d+)\\s*—", page.extract_text()) for page in reader.pages]
    assert [found.group(1) for found in numbers if found].count("1") == 3
    sections = docx.Document(io.BytesIO(drawn("person_notice", DOCX, whole))).sections
    assert len(sections) == 3


def test_duplex_starts_every_letter_on_a_front_side() -> None:
    [one] = talk_outline.letters(samples.plan(), samples.PARTICULARS)
    single = dataclasses.replace(one, blocks=one.blocks[:2])
    options = dataclasses.replace(OPTIONS, duplex=True)
    assert len(PdfReader(io.BytesIO(draw([single, single], PDF, options=options))).pages) == 3


def test_the_red_head_is_red_and_preprinted_paper_stays_black() -> None:
    page = PdfReader(io.BytesIO(drawn("unit_notice", PDF))).pages[0]
    assert b"1 0 0 rg" in page.get_contents().get_data()
    assert 'w:val="FF0000"' in _xml(drawn("unit_notice", DOCX), "header")
    plain = dataclasses.replace(samples.PARTICULARS, preprinted=True)
    page = PdfReader(io.BytesIO(drawn("unit_notice", PDF, particulars=plain))).pages[0]
    assert b"1 0 0 rg" not in page.get_contents().get_data()
    assert "FF0000" not in _xml(drawn("unit_notice", DOCX, particulars=plain), "header")


def test_a_long_office_name_is_set_smaller_in_the_red_head_and_never_tight() -> None:
    assert head_size(14.0, 442.0) == 30.0
    assert head_size(18.0, 442.0) == pytest.approx(24.6, abs=0.1)
    long = dataclasses.replace(samples.PARTICULARS, office="中共某某职业技术师范学院纪律检查委员会")
    assert 'w:sz w:val="46"' in _xml(drawn("unit_notice", DOCX, particulars=long), "header")


def _xml(data: bytes, part: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.startswith(f"word/{part}")]
        return "".join(archive.read(name).decode("utf-8") for name in names)


# -- Word ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_word_gets_gb_margins_east_asian_faces_and_fixed_tables(name) -> None:
    data = drawn(name, DOCX)
    document = docx.Document(io.BytesIO(data))
    section = document.sections[0]
    wide = made(name)[0].landscape
    assert (section.page_width.mm, section.page_height.mm) == pytest.approx(
        (297, 210) if wide else (210, 297), abs=0.1
    )
    assert section.top_margin.mm == pytest.approx(28 if wide else 37, abs=0.1)
    assert section.left_margin.mm == pytest.approx(36 if wide else 28, abs=0.1)
    root = ElementTree.fromstring(_xml(data, "document.xml"))
    runs = [run for run in root.iter(f"{W}r") if "".join(t.text or "" for t in run.iter(f"{W}t"))]
    faces = {run.find(f"{W}rPr/{W}rFonts").get(f"{W}eastAsia") for run in runs}
    assert faces <= {"仿宋", "黑体", "楷体", "方正小标宋简体"}
    assert "仿宋" in faces
    for table in root.iter(f"{W}tbl"):
        columns = [int(column.get(f"{W}w")) for column in table.iter(f"{W}gridCol")]
        assert sum(columns) == pytest.approx(
            section.page_width.twips - 2 * 36 * 56.7 if wide else 156 * 56.7, abs=12
        )
        for row in table.findall(f"{W}tr"):
            spans = [int(span_.get(f"{W}val")) for span_ in row.iter(f"{W}gridSpan")]
            assert sum(spans) == len(columns)


def test_word_repeats_the_head_of_a_list_and_keeps_the_approval_together() -> None:
    root = ElementTree.fromstring(_xml(drawn("visiting_list", DOCX), "document.xml"))
    tables = list(root.iter(f"{W}tbl"))
    assert tables[0].find(f"{W}tr/{W}trPr/{W}tblHeader") is not None
    rows = tables[-1].findall(f"{W}tr")
    for row in rows[:-1]:
        assert all(p.find(f"{W}pPr/{W}keepNext") is not None for p in row.iter(f"{W}p"))


_FONTS_CONF = """<fontconfig><dir>{0}</dir><cachedir>{1}/fonts</cachedir></fontconfig>"""


@pytest.mark.skipif(
    shutil.which("soffice") is None or not os.environ.get("HUIFANG_HEAVY"),
    reason="needs LibreOffice and HUIFANG_HEAVY=1",
)
def test_libreoffice_shows_the_same_text_as_the_pdf(tmp_path: Path) -> None:
    for name in NAMES:
        (tmp_path / f"{name}.docx").write_bytes(drawn(name, DOCX))
    (tmp_path / "fonts.conf").write_text(_FONTS_CONF.format(OPTIONS.fonts_folder, tmp_path))
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile"]
    command += ["--convert-to", "pdf", "--outdir", str(tmp_path / "out")]
    subprocess.run(
        [*command, *map(str, tmp_path.glob("*.docx"))],
        check=True,
        capture_output=True,
        env=os.environ | {"FONTCONFIG_FILE": str(tmp_path / "fonts.conf")},
    )
    for name in NAMES:
        shown = pypdf_text((tmp_path / "out" / f"{name}.pdf").read_bytes())
        for text in every_text(made(name)):
            for word in re.findall("[\u4e00-\u9fff]{2,6}", text):
                assert word in shown or any(
                    word[:at] in shown and word[at:] in shown for at in range(1, len(word))
                ), (name, word)


# -- words ---------------------------------------------------------------------------------


def test_numbers_are_written_as_headings_have_them() -> None:
    assert [numeral(n) for n in (1, 10, 11, 19, 20, 21, 99)] == [
        "一",
        "十",
        "十一",
        "十九",
        "二十",
        "二十一",
        "九十九",
    ]


def test_days_are_not_written_twice() -> None:
    first = date(2026, 12, 8)
    assert span(first, None) == "2026年12月8日"
    assert span(first, first) == "2026年12月8日"
    assert span(first, date(2026, 12, 9)) == "2026年12月8日至9日"
    assert span(date(2026, 11, 30), date(2026, 12, 1)) == "2026年11月30日至12月1日"
    assert span(date(2026, 12, 31), date(2027, 1, 1)) == "2026年12月31日至2027年1月1日"
    assert span(None, None) == ""


def test_two_people_are_counted_with_liang() -> None:
    assert several(["甲"]) == "甲"
    assert several(["甲", "乙"]) == "甲、乙两名"
    assert several(["甲", "乙", "丙"]) == "甲、乙、丙三名"


# -- as a stickler reads it ----------------------------------------------------------------


def paragraphs(letter: Letter) -> list[str]:
    return [line for _, text in texts(letter) for line in text.split("\n")]


def test_what_stands_alone_bears_no_number() -> None:
    whole = samples.plan()
    whole.points = [
        samples.TalkPoint(audience="本人", item="（六）", words="还有什么要说的？"),
        samples.TalkPoint(audience="单位负责人", item="（一）", words="执行情况"),
        samples.TalkPoint(audience="单位负责人", item="（一）", words="帮扶情况。"),
        samples.TalkPoint(audience="单位负责人", item="（二）", words="现实表现；"),
    ]
    [drafted] = plan.letters(whole, samples.PARTICULARS)
    [outline] = talk_outline.letters(whole, samples.PARTICULARS)
    for lines in (paragraphs(drafted), paragraphs(outline)):
        assert "其他需要了解的内容" in lines
        assert "还有什么要说的？" in lines
        assert "现实表现。" in lines
    assert {"1. 处分决定执行情况，单位日常教育管理和帮扶情况", "（1）执行情况。"} <= set(
        paragraphs(drafted)
    )
    assert "2. 帮扶情况。" in paragraphs(outline)
    whole.points = whole.points[:1]
    assert "与本人谈话" in paragraphs(plan.letters(whole, samples.PARTICULARS)[0])
    [bare_list] = visiting_list.letters(samples.WholeList(VisitingList(), []), EMPTY)
    assert "审批意见" in paragraphs(bare_list)


def test_a_point_says_whose_it_is_unless_it_does_itself() -> None:
    whole = samples.plan_for_three()
    whole.points = [
        samples.TalkPoint(audience="本人", item="（六）", words="答复诉求：入学", subject_id=2),
        samples.TalkPoint(audience="本人", item="（六）", words="单小芳的打算。", subject_id=1),
        samples.TalkPoint(audience="本人", item="（六）", words="怎么看？", subject_id=3),
    ]
    [drafted] = plan.letters(whole, samples.PARTICULARS)
    assert {
        "（1）答复诉求：入学（欧阳文𬱖）。",
        "（2）单小芳的打算。",
        "（3）怎么看？（尼加提·买买提）",
    } <= set(paragraphs(drafted))


def test_the_measures_are_cited_by_title_and_number() -> None:
    cited = dataclasses.replace(samples.PARTICULARS, measures="《某办法》（某纪字〔2023〕9号）")
    [notice] = person_notice.letters(samples.plan(), cited)
    assert "根据《某办法》（某纪字〔2023〕9号）有关规定" in "".join(paragraphs(notice))


def test_a_letter_speaks_of_no_talk_no_hour_and_no_place_of_the_other_methods() -> None:
    whole = samples.plan(method=BY_LETTER, reply_by=date(2027, 1, 10), not_in_person="在国外")
    [notice] = unit_notice.letters(whole, samples.PARTICULARS)
    [person] = person_notice.letters(whole, samples.PARTICULARS)
    [drafted] = plan.letters(whole, samples.PARTICULARS)
    for one in (notice, person, drafted):
        said = "".join(paragraphs(one))
        assert "9:00" not in said
        assert "步行前往" not in said
    assert "谈话" not in "".join(paragraphs(person))
    assert "向本人书面了解" in "".join(paragraphs(drafted))
    assert not any("邮寄地址" in gap for gap in (*notice.gaps, *person.gaps))
    whole = samples.plan(not_in_person="曾在外地挂职")
    assert "曾在外地挂职" not in "".join(paragraphs(plan.letters(whole, samples.PARTICULARS)[0]))


def test_a_post_is_no_addressee_and_who_has_no_unit_is_written_of_alone() -> None:
    whole = samples.plan_for_three()
    for person in whole.people:
        person.unit = ""
    letters = unit_notice.letters(whole, samples.PARTICULARS)
    assert [one.name for one in letters] == ["单小芳", "欧阳文𬱖", "尼加提·买买提"]
    assert "教研室主任党组织" not in "".join(paragraphs(letters[0]))
    assert "单小芳 · 所在单位：未填写，打印后为空白" in letters[0].gaps


def test_a_note_keeps_the_room_for_its_last_gap() -> None:
    data = drawn("person_notice", DOCX, particulars=EMPTY)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert "电话：　　　　　　）" in archive.read("word/document.xml").decode()


def test_a_long_office_signs_on_two_lines_inside_the_margins() -> None:
    office = "中共某某大学（某某校区）委员会纪律检查委员会案件监督管理室"
    lines = sign_off_lines(SignOff((office,), date(2026, 12, 1)), defaultdict(lambda: 1.0), 28)
    assert len(lines) == 3
    assert "".join(text for text, _ in lines[:2]) == office
    assert all(start >= 0 and start + len(text) <= 28 for text, start in lines)


def test_word_leaves_no_line_of_a_paragraph_alone() -> None:
    with zipfile.ZipFile(io.BytesIO(drawn("request_slip", DOCX))) as archive:
        root = ElementTree.fromstring(archive.read("word/document.xml"))
    kept = [one.find(f"{W}pPr/{W}widowControl") is not None for one in root.iter(f"{W}p")]
    assert kept
    assert all(kept)
