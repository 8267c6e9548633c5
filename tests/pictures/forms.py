"""Takes the series of the registration form: paper, Word through LibreOffice, and the sheet on screen.

python3 dev.py pictures forms [FOLDER]    below build/pictures/forms

One picture per case: the pages of the PDF above, the same form as DOCX through LibreOffice (where it is
installed) below, and the sheet of the editor at the right. The lengths of the full pages are searched
afresh every time, so "exactly two pages" stays true when the layout changes. Ends with an error when a
case does not come out on the pages its name says, or LibreOffice makes more.
"""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.documents.paper_options import PaperOptions
from app.documents.registration_form import count_pages, draw_pdf
from app.documents.registration_form_docx import draw_docx
from app.domain.registration_form import RegistrationForm

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

ROOT = Path(__file__).resolve().parents[2]
OPTIONS = PaperOptions(resources=ROOT / "resources", author="某某学院纪委")
_PAGE_PIXELS = 900  # the height of a page in a picture: 77 dpi, 12 pt is read without effort
_GAP = 14
_STORY = (
    "回访组于当日到该同志所在单位开展实地回访，先后与本人、单位负责人和两名同事谈话，查阅考勤、考核和思想汇报等材料。"
    "该同志对所犯错误认识深刻，表示“完全接受组织处理”；工作中任劳任怨，先后承担3项教学改革任务，"
    "2026年3月15日起参加驻村工作，群众评价较好。家庭生活正常，子女就学等方面没有需要组织帮助的困难……"
)
_OUR_FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{folder}</dir><cachedir>{cache}</cachedir>
<match target="pattern"><test name="family"><string>仿宋</string></test>
<edit name="family" mode="assign" binding="strong"><string>FandolFang</string></edit></match>
<match target="pattern"><test name="family"><string>方正小标宋简体</string></test>
<edit name="family" mode="assign" binding="strong"><string>Noto Serif SC</string></edit>
<edit name="weight" mode="assign" binding="strong"><const>bold</const></edit></match>
</fontconfig>"""


@dataclass(frozen=True, slots=True)
class Case:
    """One form of the series; ``pages`` is how many it must come out on."""

    name: str
    form: RegistrationForm
    pages: int
    blank: bool = False
    layout: str = OPTIONS.layout

    @property
    def options(self) -> PaperOptions:
        return dataclasses.replace(OPTIONS, blank=self.blank, layout=self.layout)


def a_form(**values: object) -> RegistrationForm:
    """Return the form of a person who does not exist, altered by keyword."""
    usual: dict[str, object] = {
        "reporting_unit": "中共某某学院纪律检查委员会",
        "reported_on": "2026年5月8日",
        "name": "张三",
        "sex": "男",
        "born_on": "1975.03",
        "education": "大学本科",
        "work_since": "1998.07",
        "party_since": "2001.06",
        "workplace": "化学与材料学院副教授",
        "address": "东湖市云川区东湖路18号3栋502室",
        "phone": "13812345678",
        "facts": "2022年3月至2023年6月，违反财经纪律，将项目结余款12480.50元转入个人账户。",
        "party_decided_on": "2025.11.08",
        "party_kind": "党内严重警告",
        "admin_decided_on": "2025.11.08",
        "admin_kind": "政务记过",
        "visited_on": "2026年5月8日（实地）",
        "attitude": _STORY,
        "proposal": "建议予以肯定和鼓励，增强其奋发有为的自信心；所在单位党组织继续做好日常教育管理。",
        "remarks": "",
    }
    return RegistrationForm(**{**usual, **values})  # type: ignore[arg-type]


def longest(pages: int) -> RegistrationForm:
    """Return the form whose story is as long as ``pages`` pages hold, to the character."""
    story = _STORY * (8 * pages)
    fits, too_long = 0, len(story)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if count_pages(a_form(attitude=story[:middle]), options=OPTIONS) <= pages:
            fits = middle
        else:
            too_long = middle
    return a_form(attitude=story[:fits])


def series() -> list[Case]:
    """Return the cases, in the order of their pictures."""
    several = {
        "party_decided_on": "2021.04.12\n2024.09.30",
        "party_kind": "党内警告\n留党察看一年",
        "admin_decided_on": "2021.04.12\n2024.09.30\n2025.01.15",
        "admin_kind": "政务警告\n政务降级\n降低岗位等级",
    }
    rare = {
        "name": "𬱖䶮𠮷",
        "workplace": "㬊𬭎𬭚学院（筹）讲师 Ph.D.",
        "address": "<b>云川市&东湖区</b> 𪚥面路5号",
        "attitude": "人名用字：㛃、𫍯、𬬭、𬳶、𪨶、𫖯、𬀩、镕、喆、堃、犇、骉；" + _STORY[:100],
    }
    return [
        Case("01-blank", RegistrationForm(), 2, blank=True),
        Case("02-short", a_form(attitude="认识到位，表现较好。", proposal="予以肯定和鼓励。"), 1),
        Case("03-usual", a_form(), 1),
        Case("04-one-page-full", longest(1), 1),
        Case("05-two-pages-full", longest(2), 2),
        Case("06-five-pages-full", longest(5), 5),
        Case("07-several-sanctions", a_form(**several), 2),
        Case(
            "08-no-party-member",
            a_form(party_since="无", party_decided_on="无", party_kind="无"),  # as it is filled in
            1,
        ),
        Case(
            "09-student",
            a_form(
                born_on="2004.09",
                work_since="",
                party_since="2023.06",
                education="大学本科在读",
                workplace="数学与大数据学院2022级本科生",
                admin_decided_on="无",
                admin_kind="无",
            ),
            1,
        ),
        Case("10-rare-characters", a_form(**rare), 1),
        Case("11-shrunk", a_form(attitude=longest(1).attitude + _STORY[:70], one_page=True), 1),
        Case("12-opinion-splits", a_form(attitude=_STORY * 2, proposal=_STORY * 6), 3),
        Case(
            "13-other-institution",
            a_form(),
            1,
            layout=os.path.relpath(
                ROOT / "tests" / "data" / "forms" / "second_institution.toml",
                OPTIONS.resources / "forms",
            ),
        ),
    ]


def main(arguments: list[str]) -> None:
    """Take the series; exit with the sentences of what is not as it should be."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    from app.ui.application import make_application

    app = make_application()
    assert QGuiApplication.instance() is app
    folder = Path(arguments[0]) if arguments else ROOT / "build" / "pictures" / "forms"
    folder.mkdir(parents=True, exist_ok=True)
    wrong: list[str] = []
    cases = series()
    with tempfile.TemporaryDirectory() as scratch:
        word = through_libreoffice(cases, Path(scratch)) if shutil.which("soffice") else {}
        for case in cases:
            pdf = draw_pdf([case.form], options=case.options)
            (folder / f"{case.name}.pdf").write_bytes(pdf)
            rows = [pages_of(pdf)]
            if len(rows[0]) != case.pages:
                wrong.append(f"{case.name}: {len(rows[0])} pages, not {case.pages}")
            if case.name in word:
                rows.append(pages_of(word[case.name]))
                if len(rows[1]) > len(rows[0]):
                    wrong.append(f"{case.name}: {len(rows[1])} pages in Word, not {len(rows[0])}")
            sheet = None if case.blank else sheet_of(case)
            picture = side_by_side(rows, sheet)
            picture.save(str(folder / f"{case.name}.png"))
    print(f"{folder}: {len(cases)} pictures")
    if wrong:
        sys.exit("\n".join(wrong))


def through_libreoffice(cases: list[Case], scratch: Path) -> dict[str, bytes]:
    """Return what LibreOffice makes of each form as DOCX, with our fonts under the office's names."""
    fonts = scratch / "fonts.conf"
    fonts.write_text(_OUR_FONTS.format(folder=OPTIONS.fonts_folder, cache=scratch), "utf-8")
    sources = []
    for case in cases:
        source = scratch / f"{case.name}.docx"
        source.write_bytes(draw_docx([case.form], options=case.options))
        sources.append(str(source))
    subprocess.run(
        [
            *("soffice", "--headless", f"-env:UserInstallation=file://{scratch}/profile"),
            *("--convert-to", "pdf", "--outdir", str(scratch), *sources),
        ],
        check=True,
        capture_output=True,
        timeout=600,
        env=os.environ | {"FONTCONFIG_FILE": str(fonts)},
    )
    return {case.name: (scratch / f"{case.name}.pdf").read_bytes() for case in cases}


def pages_of(pdf: bytes) -> list[QImage]:
    """Return the pages as pictures on white."""
    from PySide6.QtCore import QCoreApplication, QSize, Qt
    from PySide6.QtGui import QImage, QPainter

    from app.ui.forms.pdf_pages import PdfBytes

    opened = PdfBytes(pdf, QCoreApplication.instance())
    found = []
    for number in range(opened.pages):
        points = opened.document.pagePointSize(number)
        size = QSize(
            round(_PAGE_PIXELS * points.width() / 842), round(_PAGE_PIXELS * points.height() / 842)
        )
        page = QImage(size, QImage.Format.Format_RGB32)
        page.fill(Qt.GlobalColor.white)
        painter = QPainter(page)
        painter.drawImage(0, 0, opened.document.render(number, size))
        painter.end()
        found.append(page)
    opened.close()
    return found


def sheet_of(case: Case) -> QImage:
    """Return the sheet of the editor with the form on it."""
    from PySide6.QtWidgets import QApplication

    from app.domain.form_filling import Filling
    from app.paper.grid import read_grid
    from app.ui.forms.form_editor import FormEditor

    file = (OPTIONS.resources / "forms" / case.layout).resolve()
    editor = FormEditor(read_grid(file, RegistrationForm), lambda _form: None)
    editor.resize(860, 620)
    editor.show()
    editor.open(case.form, Filling({}, {}))
    for _turn in range(8):
        QApplication.processEvents()
    picture = editor.sheet.grab().toImage()
    editor.autosave.forget()
    editor.close()
    return picture


def side_by_side(rows: list[list[QImage]], sheet: QImage | None) -> QImage:
    """Return one picture: rows of pages below each other, the sheet at their right."""
    from PySide6.QtGui import QColor, QImage, QPainter

    wide = max(sum(page.width() + _GAP for page in row) for row in rows) + _GAP
    high = sum(max(page.height() for page in row) + _GAP for row in rows) + _GAP
    beside = sheet.width() + 2 * _GAP if sheet is not None else 0
    whole = QImage(
        wide + beside,
        max(high, sheet.height() + 2 * _GAP if sheet else 0),
        QImage.Format.Format_RGB32,
    )
    whole.fill(QColor("#8a94a0"))
    painter = QPainter(whole)
    top = _GAP
    for row in rows:
        left = _GAP
        for page in row:
            painter.drawImage(left, top, page)
            left += page.width() + _GAP
        top += max(page.height() for page in row) + _GAP
    if sheet is not None:
        painter.drawImage(wide, _GAP, sheet)
    painter.end()
    return whole


if __name__ == "__main__":
    main(sys.argv[1:])
