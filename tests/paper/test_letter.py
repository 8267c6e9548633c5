"""The setting of official letters: lines, pages, what stays together, what is looked at first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from app.paper.letter import (
    BODY_PT,
    COUNTED,
    LANDSCAPE,
    PORTRAIT,
    TEXT,
    WIDE,
    Blank,
    Cell,
    Heading,
    Letter,
    Letterhead,
    Line,
    Note,
    Paragraph,
    Recipient,
    Signatures,
    SignOff,
    Table,
    Title,
    open_points,
)
from app.paper.letter_lines import LINES_PER_PAGE, PITCH, Strip, width_of
from app.paper.letter_pages import LetterPage, divide, lay_out
from app.paper.letter_strips import sign_off_lines
from app.paper.letter_title import title_lines
from app.paper.line_breaking import NO_END, NO_START

MM = 72 / 25.4
SENTENCE = "坚持惩前毖后、治病救人，了解受处分以来的思想、工作、生活状况（含家庭），做好教育帮扶。"


class Wide(dict[str, float]):
    """Digits half an em, everything else one."""

    def __missing__(self, character: str) -> float:
        return 0.5 if character.isascii() else 1.0


class Metrics:
    def widths(self, role: str) -> Mapping[str, float]:
        return Wide()


def pages_of(*blocks, **more) -> list[LetterPage]:
    return lay_out(Letter("函", tuple(blocks), **more), Metrics())


def lines_of(page: LetterPage) -> list[tuple[float, str]]:
    """Return (y, text) of the page's lines from top to bottom, runs of a line joined."""
    found: dict[float, list[tuple[float, str]]] = {}
    for phrase in page.phrases:
        for run in phrase.runs:
            found.setdefault(round(run.y, 1), []).append((run.x, run.text))
    return [(y, "".join(text for _, text in sorted(found[y]))) for y in sorted(found)]


def words(pages: list[LetterPage]) -> str:
    return "".join(text for page in pages for _, text in lines_of(page))


def test_a_full_page_has_22_lines_of_28_characters():
    pages = pages_of(Paragraph("测" * 28 * 40))
    lines = lines_of(pages[0])[:-1]  # the last is the page number
    assert len(lines) == LINES_PER_PAGE
    assert [len(text) for _, text in lines] == [26] + [28] * 21
    assert lines[0][0] > PORTRAIT.top_mm * MM
    assert lines[-1][0] < (297 - PORTRAIT.bottom_mm) * MM


def test_every_line_stays_inside_the_type_area_and_obeys_the_marks():
    pages = pages_of(Paragraph("\n".join(SENTENCE * 5 for _ in range(12))))
    right = (210 - PORTRAIT.right_mm) * MM
    for page in pages:
        for phrase in page.phrases[:-1]:
            first, last = phrase.runs[0], phrase.runs[-1]
            assert first.x >= PORTRAIT.left_mm * MM - 0.01
            wide = sum(Wide()[c] for c in last.text) * last.size + last.spacing * len(last.text)
            assert last.x + wide <= right + 0.5 * BODY_PT
            assert first.text[0] not in NO_START
            assert last.text[-1] not in NO_END


def test_nothing_typed_is_lost_between_the_pages():
    text = "".join(chr(0x4E00 + n) for n in range(3000))
    pages = pages_of(Paragraph(text))
    assert "".join(t for page in pages for _, t in lines_of(page)[:-1]) == text


def test_paragraphs_begin_two_characters_in_and_continue_flush_left():
    page = pages_of(Paragraph("测" * 60))[0]
    xs = [phrase.runs[0].x - PORTRAIT.left_mm * MM for phrase in page.phrases[:3]]
    assert xs == pytest.approx([2 * BODY_PT, 0, 0], abs=0.01)


def test_the_recipient_is_flush_left_with_its_colon():
    page = pages_of(Recipient("化学与材料学院党组织"))[0]
    run = page.phrases[0].runs[0]
    assert run.text == "化学与材料学院党组织："
    assert run.x == pytest.approx(PORTRAIT.left_mm * MM)


def test_headings_have_the_faces_of_their_level():
    page = pages_of(Heading("一、依据", 1), Heading("（一）目的", 2), Heading("1. 要点", 3))[0]
    assert [phrase.runs[0].role for phrase in page.phrases[:3]] == ["heading", "strong", "text"]


@pytest.mark.parametrize("filler", range(14, 24))
def test_neither_a_heading_nor_a_single_line_is_left_alone_at_a_page_end(filler):
    blocks = [Paragraph("行") for _ in range(filler)]
    pages = pages_of(*blocks, Heading("一、标题"), Paragraph("文" * 28 * 4))
    for page in pages[:-1]:
        texts = [text for _, text in lines_of(page)[:-1]]
        assert "标题" not in texts[-1]
    first_of_last = lines_of(pages[-1])[0][1]
    assert len(pages) == 1 or "标题" in first_of_last or len(lines_of(pages[-1])) >= 3


@pytest.mark.parametrize("filler", range(10, 24))
def test_the_signature_is_never_alone_on_a_page(filler):
    pages = pages_of(
        *(Paragraph("行") for _ in range(filler)),
        Paragraph("文" * 28 * 3),
        SignOff(("中共某某学院纪律检查委员会",), date(2026, 12, 1)),
        Note("联系人：赵一鸣"),
    )
    last = [text for _, text in lines_of(pages[-1])]
    at = last.index("中共某某学院纪律检查委员会")
    assert at >= 2
    assert last[at + 1] == "2026年12月1日"
    assert last[at + 2] == "（联系人：赵一鸣）"


@pytest.mark.parametrize("filler", range(10, 24))
def test_handwritten_signatures_keep_two_lines_of_the_record_with_them(filler):
    pages = pages_of(
        *(Paragraph("行") for _ in range(filler)),
        Paragraph("文" * 28 * 3),
        Signatures(("被谈话人签名：", "记录人签名："), above="核对意见："),
    )
    last = [text for _, text in lines_of(pages[-1])]
    assert "文" in last[last.index("核对意见：") - 1]
    assert "文" in last[last.index("核对意见：") - 2]


def test_the_date_stands_four_characters_from_the_margin_under_the_centred_office():
    [(office, x), (when, y)] = sign_off_lines(
        SignOff(("某某委员会",), date(2026, 12, 1)), Wide(), 28
    )
    wide = sum(Wide()[c] for c in when)
    assert y + wide == pytest.approx(24)
    assert x + len(office) / 2 == pytest.approx(y + wide / 2)


def test_without_a_seal_the_date_begins_two_characters_right_of_the_office():
    signed = SignOff(("中共某某学院纪律检查委员会",), date(2026, 12, 1), sealed=False)
    [(office, x), (_, y)] = sign_off_lines(signed, Wide(), 28)
    assert x + len(office) == pytest.approx(26)
    assert y == pytest.approx(x + 2)


def test_an_open_date_leaves_room_for_the_pen():
    [(when, _)] = sign_off_lines(SignOff(()), Wide(), 28)
    assert when == "　　年　　月　　日"


def test_a_long_office_name_stays_inside_the_margins():
    name = "中共某某省某某职业技术大学纪律检查委员会案件管理室"
    [(_, x), _] = sign_off_lines(SignOff((name,), date(2026, 12, 1)), Wide(), 28)
    assert 0 <= x <= 28 - len(name)


def test_page_numbers_stand_right_on_odd_and_left_on_even_pages_with_dashes():
    pages = pages_of(Paragraph("测" * 28 * 60))
    numbers = [page.phrases[-1].runs[0] for page in pages]
    assert [run.text for run in numbers] == ["— 1 —", "— 2 —", "— 3 —"]
    middle = 210 * MM / 2
    assert [run.x > middle for run in numbers] == [True, False, True]
    assert {run.size for run in numbers} == {14.0}


def test_counted_pages_name_their_number_and_the_signature_line_is_on_each():
    pages = pages_of(Paragraph("测" * 28 * 50), foot="被谈话人签名：", pages=COUNTED)
    assert len(pages) == 3
    for number, page in enumerate(pages, 1):
        texts = [text for _, text in lines_of(page)]
        assert texts[-1] == f"第 {number} 页　共 3 页"
        assert texts[-2] == "被谈话人签名："
        assert len(texts) <= LINES_PER_PAGE - 2 + 2  # two lines of text give way to the pen


def test_the_anchor_of_the_log_stands_where_every_printer_prints_whatever_the_sheet():
    for sheet in (PORTRAIT, LANDSCAPE, WIDE):
        letter = Letter("台账", (Paragraph("正文"),), pages=COUNTED, landscape=True, paper=sheet)
        [page] = lay_out(letter, Metrics(), anchor="审计 #124 · 2BEQ-NZXC")
        [anchor] = [one for one in page.phrases if "审计" in "".join(run.text for run in one.runs)]
        [number] = [one for one in page.phrases if "共" in "".join(run.text for run in one.runs)]
        run, last = anchor.runs[0], number.runs[-1]
        assert sheet.height_mm * MM - run.y >= 5 * MM
        assert run.y > last.y or run.x > last.x + width_of(last.text, Wide()) * last.size


def test_the_red_head_stands_between_two_double_rules_170_mm_long():
    head = Letterhead("中共某某学院纪律检查委员会", "某院纪函〔2026〕1号")
    first, second = pages_of(Title("函"), Paragraph("测" * 28 * 25), head=head)
    assert [phrase.runs[0].text for phrase in first.red_phrases] == [head.office]
    assert len(first.red_rules) == 4
    assert {round((rule.x2 - rule.x1) / MM) for rule in first.red_rules} == {170}
    upper = [rule.weight for rule in first.red_rules[:2]]
    assert upper == sorted(upper, reverse=True)  # thick above thin; at the foot the other way
    lower = [rule.weight for rule in first.red_rules[2:]]
    assert lower == sorted(lower)
    assert head.number in words([first])
    assert "—" not in words([first])  # the first page of 信函格式 bears no number
    assert words([second]).endswith("— 2 —")
    assert not second.red_rules


def test_preprinted_paper_gets_its_number_but_no_red():
    head = Letterhead("某委员会", "某〔2026〕1号", printed=True)
    [page] = pages_of(Title("函"), head=head)
    assert not page.red_rules
    assert not page.red_phrases
    assert head.number in words([page])


def listing(rows: int, **more) -> Table:
    head = (Cell("序号", label=True), Cell("姓名", label=True))
    body = [(Cell(str(n)), Cell(f"人{n}")) for n in range(1, rows + 1)]
    return Table((1, 3), (head, *body), head=1, **more)


def test_a_list_repeats_its_head_and_loses_no_row():
    pages = pages_of(listing(60))
    assert len(pages) > 1
    for page in pages:
        assert "序号" in words([page])
        assert "姓名" in words([page])
    joined = words(pages)
    assert all(f"人{n}" in joined for n in range(1, 61))


def test_the_head_of_a_list_is_never_alone_at_the_foot_of_a_page():
    for filler in range(10, 24):
        pages = pages_of(*(Paragraph("行") for _ in range(filler)), listing(3))
        for page in pages:
            assert ("序号" in words([page])) == ("人" in words([page]))


def test_a_row_longer_than_a_page_goes_on_under_its_repeated_label():
    text = "".join(chr(0x4E00 + n) for n in range(2500))
    table = Table((5, 23), ((Cell("案情", label=True), Cell(text, align=TEXT)),))
    pages = pages_of(Title("方案"), table)
    assert len(pages) == 3
    assert [("案情" in words([page])) for page in pages] == [True] * 3
    assert [("（续）" in words([page])) for page in pages] == [False, True, True]
    shown = "".join(t for page in pages for p in page.phrases for _, _, t, *_ in p.runs)
    assert all(character in shown for character in text)


def test_a_table_is_framed_on_every_page():
    table = Table((5, 23), ((Cell("案情", label=True), Cell("测" * 2500, align=TEXT)),))
    for page in pages_of(table):
        flat = [rule for rule in page.rules if rule.y1 == rule.y2]
        upright = [rule for rule in page.rules if rule.x1 == rule.x2]
        top, bottom = min(rule.y1 for rule in upright), max(rule.y2 for rule in upright)
        assert {round(rule.y1, 2) for rule in flat} == {round(top, 2), round(bottom, 2)}
        assert {rule.weight for rule in flat} == {1.0}


def test_an_approval_table_stays_on_one_page():
    rows = tuple(
        (Cell("意见", label=True), Cell("", least_mm=34, foot=("签名：",))) for _ in range(3)
    )
    for filler in range(8, 22):
        pages = pages_of(
            *(Paragraph("行") for _ in range(filler)), Table((1, 4), rows, together=True)
        )
        assert [words([page]).count("签名：") for page in pages if "签名" in words([page])] == [3]


def test_a_pen_gets_the_room_that_was_asked_for():
    table = Table((1, 4), ((Cell("意见", label=True), Cell("", least_mm=60)),))
    [page] = pages_of(table)
    upright = [rule for rule in page.rules if rule.x1 == rule.x2]
    assert upright[0].y2 - upright[0].y1 == pytest.approx(60 * MM)


def test_blank_lines_stay_with_what_they_follow():
    pages = pages_of(*(Paragraph("行") for _ in range(21)), Paragraph("答：", keep=False), Blank(3))
    assert "答：" in words([pages[-1]])


def test_a_line_has_two_ends():
    [page] = pages_of(Line("制表单位：某委", right="制表日期：2026年"))
    left, right = (phrase.runs[0] for phrase in page.phrases[:2])
    assert left.x == pytest.approx(PORTRAIT.left_mm * MM)
    assert right.x > left.x + 100


def test_a_chunk_longer_than_a_page_is_parted_rather_than_lost():
    strips = [Strip(PITCH, glue=True) for _ in range(50)]
    pages = divide(strips, 22 * PITCH, first=22 * PITCH)
    assert [len(page) for page in pages] == [22, 22, 6]


def test_a_first_page_with_less_room_takes_less():
    pages = divide([Strip(PITCH)] * 30, 22 * PITCH, first=10 * PITCH)
    assert [len(page) for page in pages] == [10, 20]


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("关于对单小芳、欧阳文博、尼加提·买买提三名同志开展回访关爱的工作方案", ("尼加提·买买提",)),
        ("关于协助开展受处分人员回访关爱工作并报送有关情况的函", ()),
        ("2026年第四季度化学与材料学院及后勤管理处回访对象名单", ()),
    ],
)
def test_a_title_is_divided_between_words_into_even_lines(title, names):
    lines = title_lines(title, Wide(), 20, names)
    assert "".join(lines) == title
    assert all(len(line) <= 20.5 for line in lines)
    for word in (*names, "工作方案", "回访关爱", "受处分人员", "回访对象", "2026年", "三名"):
        assert any(word in line for line in lines) == (word in title)
    assert max(map(len, lines)) - min(map(len, lines)) <= 8


def test_a_title_that_fits_stays_on_one_line_and_typed_line_ends_are_kept():
    assert title_lines("谈话记录", Wide(), 20) == ["谈话记录"]
    assert title_lines("关于开展回访的\n工作方案", Wide(), 20) == ["关于开展回访的", "工作方案"]


def test_a_title_wider_than_any_division_is_still_printed_whole():
    lines = title_lines("Aa" * 60, Wide(), 20)
    assert "".join(lines) == "Aa" * 60


def test_open_points_name_gaps_placeholders_and_what_is_too_long():
    letter = Letter(
        "函",
        (
            Title("关于" + "很长" * 40 + "的函"),
            Heading("一、安排"),
            Paragraph("请{姓名}同志于××月到场（请写明地点）。"),
            Table((1, 2), ((Cell("案情\n摘要", label=True), Cell("长" * 3001)),)),
        ),
        gaps=("单小芳 · 地点：未填写，打印后为空白",),
    )
    found = open_points(letter)
    assert found[0] == "单小芳 · 地点：未填写，打印后为空白"
    assert any("一、安排：还有未填写的“{姓名}”" in one for one in found)
    assert any("“××”" in one for one in found)
    assert any("“（请写明地点）”" in one for one in found)
    assert any(one.startswith("标题：现有84字") for one in found)
    assert any("“案情摘要”：现有3001字" in one for one in found)


def test_a_letter_with_everything_has_no_open_points():
    letter = Letter("函", (Title("函"), Paragraph(SENTENCE), SignOff(("某委",), date(2026, 1, 1))))
    assert open_points(letter) == []


def test_no_letter_carries_a_secrecy_mark_that_nobody_typed():
    assert "秘密" not in words(pages_of(Title("函"), Paragraph(SENTENCE)))
    marked = pages_of(Title("函"), mark="内部资料")
    assert lines_of(marked[0])[0][1] == "内部资料"


def test_control_characters_are_announced_before_they_are_left_out():
    letter = Letter("函", (Heading("一、安排"), Paragraph("地点\x07待定")))
    assert open_points(letter) == ["一、安排：含有不能打印的控制字符（U+0007），打印时会去掉"]
    assert "地点待定" in words(lay_out(letter, Metrics()))
