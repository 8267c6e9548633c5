"""The help: one source, every field told of, found, shown where F1 is pressed, and printable."""

from __future__ import annotations

import re
import tomllib

import pytest
from pypdf import PdfReader
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QLabel, QWidget

from app.domain.fields import FieldKind, form_fields
from app.domain.settings import Settings
from app.domain.subject import Sanction, Subject
from app.paths import RESOURCES
from app.services.use_cases import CheckLine
from app.ui import help_topics, places, printout, theme, whats_new
from app.ui.about import CheckDialog
from app.ui.field_help import FieldHelp
from app.ui.help_topics import ENTITIES, FOLDER, explained_fields, field_words, find
from app.ui.help_window import HelpWindow
from app.ui.jobs import JobRunner
from app.ui.menus import Item
from app.ui.printout import save_pdf, write_pdf
from app.ui.shortcuts import ShortcutSheet


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.__name__)
def test_every_field_that_a_user_meets_has_its_words(entity):
    told = {name: field_words(entity, name) for name in explained_fields(entity)}
    assert [name for name, words in told.items() if words is None or not words.words] == []


def test_the_help_speaks_of_no_field_that_is_not_declared():
    source = tomllib.loads((FOLDER / "fields.toml").read_text("utf-8"))
    declared = {entity.__name__: set(form_fields(entity)) for entity in ENTITIES}
    assert set(source) == set(declared)
    assert {name: set(fields) - declared[name] for name, fields in source.items()} == {
        name: set() for name in source
    }


def test_every_kind_of_record_with_fields_to_type_is_explained():
    """A new entity of the domain is either told of, or known to be the program's own."""
    import dataclasses
    import importlib
    import pkgutil

    import app.domain

    own = {"Draft", "StoredPaper", "PaperContent", "AttachmentContent", "LedgerImport"}
    own |= {"PersonMerge", "Standing"}
    found = set()
    for module in pkgutil.iter_modules(app.domain.__path__):
        for one in vars(importlib.import_module(f"app.domain.{module.name}")).values():
            if isinstance(one, type) and dataclasses.is_dataclass(one) and form_fields(one):
                found.add(one)
    typed = {
        one for one in found if any(s.kind is not FieldKind.DATA for s in form_fields(one).values())
    }
    assert {one.__name__ for one in typed - set(ENTITIES)} <= own


def test_f1_tells_words_example_mistake_and_article_of_the_field(qtbot):
    shown = FieldHelp(form_fields(Sanction)["decided_on"])
    qtbot.addWidget(shown)
    said = "\n".join(part.text() for part in shown.findChildren(QLabel))
    assert "作出处分决定的日期" in said and "填成送达或宣布的日期" in said
    assert "政务处分法第八条" in said and "2023.11" in said


def test_fields_of_one_label_in_different_records_are_told_apart():
    ours = help_topics.words_of(form_fields(Settings)["reporting_unit"])
    theirs = help_topics.words_of(form_fields(Subject)["name"])
    assert ours is not None and "左上角" in ours.words
    assert theirs is not None and theirs.example == "单小芳"


def test_a_topic_is_found_by_words_of_its_text_and_titles_come_first():
    assert find("恢复码")[0].text and any("忘记口令" in topic.title for topic in find("恢复码"))
    assert "名册" in find("名册")[0].title
    assert find("没有这样的词组吧") == []


def test_the_window_opens_at_the_page_where_f1_was_pressed_and_searches(qtbot):
    window = HelpWindow("forms")
    qtbot.addWidget(window)
    assert window.title.text() == "登记表"
    window.search.setText("字字珠玑")
    assert window.title.text() == "没有找到"
    window.search.setText("回避")
    assert window.list.count() and "回避" in window.title.text() + window.text.toPlainText()


def test_the_quick_card_is_two_pages_and_every_page_of_the_help_can_be_printed(qtbot, tmp_path):
    card = tmp_path / "card.pdf"
    assert write_pdf(card, "快捷卡", help_topics.quick_card())
    assert len(PdfReader(card).pages) == 2
    whole = tmp_path / "help.pdf"
    assert write_pdf(whole, "使用说明", help_topics.pages())
    assert len(PdfReader(whole).pages) >= len(help_topics.pages())
    assert not write_pdf(tmp_path, "使用说明", help_topics.pages())


def test_the_self_check_goes_on_paper_for_the_computer_room(qtbot, tmp_path, monkeypatch):
    jobs = JobRunner()
    lines = [CheckLine("磁盘", True, "还有20 GB"), CheckLine("备份", False, "还没有备份")]
    dialog = CheckDialog(lambda: lines, jobs)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: bool(dialog.words()))
    target = tmp_path / "check"
    monkeypatch.setattr(printout, "choose_target", lambda *_: target)
    dialog._on_paper(save_pdf)
    said = PdfReader(target.with_suffix(".pdf")).pages[0].extract_text()
    assert "还没有备份" in said and "注意" in said
    jobs.shut_down()


def test_the_sheet_of_keys_is_printed_on_two_pages_and_no_row_is_cut_between_them(
    qtbot, tmp_path, monkeypatch
):
    menus = [("文件", [Item(f"第{n}件事(&A)…", print, key=f"Ctrl+Alt+{n}") for n in range(22)])]
    sheet = ShortcutSheet(menus)
    qtbot.addWidget(sheet)
    monkeypatch.setattr(printout, "choose_target", lambda *_: tmp_path / "keys")
    save_pdf(sheet, "快捷键", sheet.pages())
    first, second = (page.extract_text() for page in PdfReader(tmp_path / "keys.pdf").pages)
    assert "Ctrl+Alt+21" in first and "填写时" not in first
    assert "Shift+Enter" in second and "Ctrl+F8" in second


def test_what_is_new_is_told_once_after_an_upgrade_and_never_to_a_newcomer(qtbot, tmp_path):
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path))
    window = QWidget()
    qtbot.addWidget(window)
    assert not whats_new.show_once(window, worked_before=False)  # the first start on this PC
    assert not whats_new.show_once(window, worked_before=True)
    places.remember_version("0.0.9")
    assert whats_new.show_once(window, worked_before=True)
    [shown] = window.findChildren(whats_new.WhatsNew)
    assert whats_new.version() in shown.lead.text()
    points = [one for one in shown.findChildren(QLabel) if one.text() == "·"]
    lines = [
        one for one in shown.findChildren(QLabel) if one.text() in whats_new.versions()[0].lines
    ]
    assert len(points) == len(lines) > 0
    assert all(p.geometry().right() < line.x() for p, line in zip(points, lines, strict=True))
    assert not whats_new.show_once(window, worked_before=True)


def test_who_skipped_versions_is_told_of_each_newest_first_and_can_close_the_window(
    qtbot, tmp_path, monkeypatch
):
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path))
    lines = "".join(
        f"- 第{n}处改动：名册、方案和登记表都跟着变，说明写满一行再换一行。\n" for n in range(9)
    )
    later = tuple(
        whats_new.read_changelog(
            "".join(
                f"## {number}（2027-01-02）\n{lines}\n" for number in ("1.10.0", "1.2.0", "0.9")
            )
        )
    )
    monkeypatch.setattr(whats_new, "versions", lambda: later)
    window = QWidget()
    qtbot.addWidget(window)
    places.remember_version("0.9.0")
    assert whats_new.show_once(window, worked_before=True)
    [shown] = window.findChildren(whats_new.WhatsNew)
    headings = [card.heading.text() for card in shown.findChildren(theme.Card)]
    assert [one.partition("　")[0] for one in headings] == ["1.10.0", "1.2.0"]
    assert shown.height() <= theme.DIALOG_HEIGHT
    assert not whats_new.show_once(window, worked_before=True)
    shown.accept()
    places.remember_version("99.0")  # an older program was put back
    assert not whats_new.show_once(window, worked_before=True)


def test_only_versions_later_than_the_one_seen_are_new_and_the_newest_is_the_program():
    told = whats_new.read_changelog(
        "## 0.10.0（2027-01-02）\n\n- 甲\n- 乙\n\n## 0.9.0（2026-12-01）\n- 丙\n"
    )
    assert [one.lines for one in told] == [("甲", "乙"), ("丙",)]
    assert [one.number for one in whats_new.unseen("0.9.0", told)] == ["0.10.0"]
    assert whats_new.unseen("0.10.0", told) == []
    project = tomllib.loads((RESOURCES.parent / "pyproject.toml").read_text("utf-8"))
    assert whats_new.version() == project["project"]["version"]
    assert all(one.lines for one in whats_new.versions())


def test_what_people_type_is_told_with_an_example_or_the_usual_mistake():
    """One sentence is enough only for what the program fills in itself."""
    bare = [
        f"{entity.__name__}.{name}"
        for entity in ENTITIES
        for name in explained_fields(entity)
        if (told := field_words(entity, name)) and not (told.example or told.mistake)
    ]
    assert len(bare) <= 70, bare


_MEASURES = {5: 0, 7: 6, 8: 4, 9: 3}
"""Articles of the measures with items, and how many; all others have none, and there are twelve."""


def test_every_article_of_the_measures_that_the_help_cites_exists():
    digits = {one: number for number, one in enumerate("一二三四五六七八九十", 1)}
    digits |= {"十一": 11, "十二": 12}
    cited = 0
    for topic in help_topics.topics():
        for article, item in re.findall(
            r"办法第([一二三四五六七八九十]+)条(?:第([一二三四五六]+)项)?", topic.text
        ):
            cited += 1
            assert digits[article] <= 12, topic.title
            assert not item or digits[item] <= _MEASURES.get(digits[article], 0), topic.title
    assert cited > 80
