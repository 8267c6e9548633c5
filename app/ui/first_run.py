"""The first start on a PC: new records, practice data, or back from a backup."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.ui import places, theme
from app.ui.first_paint import AfterFirstPaint
from app.ui.jobs import JobRunner, ProgressPanel
from app.ui.message_bar import News, confirm
from app.ui.sign_in import banner

if TYPE_CHECKING:
    from app.services.entrance import Entrance
    from app.services.use_cases import UseCases

GROUPS_ASKED = 3
PRACTICE, RESTORE = 2, 3  # what FirstRun.exec() returns besides accepted and rejected
WELCOME, FOLDER, ACCOUNT, CODE, ASKED_BACK, DONE = range(6)


class FirstRun(QDialog):
    """Leads from an empty PC to open records; ``use_cases`` holds what is possible afterwards."""

    def __init__(self, entrance: Entrance, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("开始使用")
        self._entrance, self._jobs = entrance, jobs
        self.folder = entrance.default_folder
        self.use_cases: UseCases | None = None
        self._code = ""
        self._busy = False
        self._pages = QStackedWidget()
        self._step = theme.label("", "small")
        self._title = theme.label("", "title")
        self._news = News()
        self._progress = ProgressPanel()
        self._back = theme.button("上一步(&B)", self._on_back)
        self._next = theme.button("下一步(&N)", self._on_next, role="primary")
        self._next.setDefault(True)
        self._rule = theme.rule()
        self._account = QLineEdit()
        self._path = QLineEdit(str(self.folder))
        self._asked: list[tuple[int, QLineEdit]] = []
        self._lay_out()
        self._pages.addWidget(self._welcome())
        AfterFirstPaint(self, self._build_pages)
        self.resize(860, 520)
        self.setMaximumHeight(theme.DIALOG_HEIGHT)
        self.show_page(WELCOME)

    def show_page(self, page: int) -> None:
        """Show one step, with the buttons that make sense there."""
        if page:
            self._build_pages()
        self._pages.setCurrentIndex(page)
        title = _TITLES[page]
        self._title.setText(title)
        self._title.setAccessibleName(title)
        self._step.setText(f"第{page}步，共{DONE}步" if page else "首次使用")
        self._back.setVisible(page in (FOLDER, ACCOUNT, ASKED_BACK))
        self._next.setVisible(page != WELCOME)
        self._rule.setVisible(page != WELCOME)
        self._next.setText(_NEXT.get(page, "下一步(&N)"))
        self._say("")
        if page in _FOCUS_FIRST:
            _FOCUS_FIRST[page](self)

    def _build_pages(self) -> None:
        """Make the other pages once the first one is on the screen."""
        if self._pages.count() > 1:
            return
        from app.ui.new_password import NewPassword

        self._new = NewPassword(self._entrance.password_problem)
        for build in (
            self._folder_page,
            self._account_page,
            self._code_page,
            self._asked_page,
            self._done_page,
        ):
            self._pages.addWidget(build())
        QWidget.setTabOrder(self._path, self._next)  # Enter leads to the next page

    # ---- pages

    def _welcome(self) -> QWidget:
        page, column = _page()
        column.addWidget(theme.label("请选择从哪里开始：", "muted"))
        for icon_name, text, what, act in (
            (
                "new",
                "新建一套记录(&N)",
                "在这台电脑上开始使用，接着可导入现有 Excel 台账",
                self._on_new,
            ),
            (
                "practice",
                "先用演示数据练习(&T)",
                "十分钟引导走一遍；虚构人员，标明“演示”，与真实记录分开",
                self._on_practice,
            ),
            (
                "restore",
                "从备份恢复(&R)",
                "换了电脑或重装了系统：需要备份文件和恢复码（或口令）",
                self._on_restore,
            ),
        ):
            column.addWidget(_tile(icon_name, text, what, act))
        column.addStretch(1)
        return page

    def _folder_page(self) -> QWidget:
        from app.ui.field_editor import EnterMoves

        page, column = _page(
            "记录加密保存在一个文件夹里，只能放在本机硬盘上；"
            "网络共享、U盘和同步文件夹不安全，不能使用（备份可以放在那里）。"
        )
        self._path.setAccessibleName("数据文件夹")
        EnterMoves(self._path)
        self._path.textChanged.connect(self._on_path)
        row = QHBoxLayout()
        row.addWidget(self._path, 1)
        row.addWidget(theme.button("浏览(&W)…", self._on_browse))
        column.addWidget(theme.label("数据文件夹"))
        column.addLayout(row)
        self._path_news = theme.label("", "good", wrap=True)
        column.addWidget(self._path_news)
        column.addStretch(1)
        return page

    def _account_page(self) -> QWidget:
        from app.ui.field_editor import EnterMoves

        page, column = _page(
            "第一个账户归您本人使用。口令至少12个字符，"
            "可用几个不相干的词连起来；程序没有默认口令，也没有后门。"
        )
        self._account.setAccessibleName("您的姓名")
        EnterMoves(self._account)
        form = QFormLayout()
        form.setSpacing(theme.MEDIUM)
        form.setProperty("labelAlignment", "AlignRight|AlignTop")
        for text, control, line in (
            ("您的姓名(&U)", self._account, self._account),
            ("口令(&P)", self._new.first, self._new.first.line),
            ("再输一次(&A)", self._new.second, self._new.second.line),
        ):
            caption = QLabel(text)
            caption.setBuddy(line)
            form.addRow(caption, control)
        column.addLayout(form)
        column.addStretch(1)
        return page

    def _code_page(self) -> QWidget:
        page, column = _page(
            "忘记口令或更换电脑时，只有恢复码能打开记录。请现在打印，或抄写下来，"
            "密封后与电脑分开保管。程序不保存它，本页关闭后不再显示。"
        )
        self._code_place = QVBoxLayout()
        column.addLayout(self._code_place)
        row = QHBoxLayout()
        row.addWidget(theme.button("打印(&P)…", self._on_print, icon_name="print"))
        row.addWidget(theme.button("存为 PDF(&D)…", self._on_save_pdf, icon_name="save"))
        row.addStretch(1)
        column.addSpacing(theme.SMALL)
        column.addLayout(row)
        column.addStretch(1)
        return page

    def _asked_page(self) -> QWidget:
        page, column = _page("请对照打印或抄写的恢复码，填写下面几组，确认没有抄错。")
        self._asked_place = QGridLayout()
        self._asked_place.setSpacing(theme.MEDIUM)
        column.addLayout(self._asked_place)
        column.addStretch(1)
        return page

    def _done_page(self) -> QWidget:
        page, column = _page()
        self._done_text = theme.label("", wrap=True)
        column.addWidget(self._done_text)
        for line in (
            "导入台账：“文件”菜单 → 导入台账，先预览，确认后才写入。",
            "备份：请尽早在“备份”菜单里做第一次备份，放到另一块磁盘或U盘上。",
            "帮助：按 F1 查看说明，按 Ctrl+/ 查看全部快捷键；“帮助”菜单里有十分钟练习。",
        ):
            column.addWidget(theme.label(f"·  {line}", "muted", wrap=True))
        column.addStretch(1)
        return page

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SMALL)
        buttons.addStretch(1)
        buttons.addWidget(self._back)
        buttons.addWidget(self._next)
        column = QVBoxLayout()
        column.setContentsMargins(theme.HUGE, theme.HUGE, theme.HUGE, theme.LARGE)
        column.setSpacing(theme.SMALL)
        column.addWidget(self._step)
        column.addWidget(self._title)
        column.addWidget(theme.scrolled(self._pages), 1)
        column.addWidget(self._progress)
        column.addWidget(self._news)
        column.addWidget(self._rule)
        column.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(banner())
        row.addLayout(column, 1)

    # ---- what the user does

    def _on_new(self) -> None:
        self._build_pages()
        self._on_path(self._path.text())
        self.show_page(FOLDER)

    def _on_practice(self) -> None:
        self.done(PRACTICE)

    def _on_restore(self) -> None:
        self.done(RESTORE)

    def _on_back(self) -> None:
        self.show_page(
            {FOLDER: WELCOME, ACCOUNT: FOLDER, ASKED_BACK: CODE}[self._pages.currentIndex()]
        )

    def _on_next(self) -> None:
        if not self._busy:
            _FORWARD[self._pages.currentIndex()](self)

    def _on_path(self, text: str) -> None:
        folder = Path(text.strip())
        problem = self._entrance.folder_problem(folder)
        if not problem and self._entrance.has_office(folder):
            problem = f"“{folder}”里已有本程序的记录。要打开它，请返回后重新启动程序并选择该文件夹"
        theme.set_role(self._path_news, "problem" if problem else "good")
        new = "可以使用" if places.is_there(folder, folder=True) else "可以使用，将新建这个文件夹"
        self._path_news.setText(f"× {problem}" if problem else f"○ {new}")
        self._next.setEnabled(not problem or self._pages.currentIndex() not in (WELCOME, FOLDER))

    def _on_browse(self) -> None:
        from app.ui.dialog import choose_folder

        chosen = choose_folder(self, "选择存放记录的文件夹", Path(self._path.text()))
        if chosen is not None:
            self._path.setText(str(chosen))

    def _leave_folder(self) -> None:
        self.folder = Path(self._path.text().strip())
        self.show_page(ACCOUNT)

    def _leave_account(self) -> None:
        name = self._account.text().strip()
        problem = self._new.problem() if name else "请填写您的姓名"
        if problem:
            self._say(problem)
            return
        create = partial(self._entrance.create_office, self.folder, name, self._new.first.text())
        self._start(lambda _progress: create(), self._on_created, "正在建立加密记录，约需几秒钟…")

    def _on_created(self, code: str) -> None:
        from app.ui import recovery_sheet

        self._be_free()
        self._code = code
        self._code_place.addWidget(recovery_sheet.CodeGrid(code))
        self._ask_for_some_groups()
        self.show_page(CODE)

    def _ask_for_some_groups(self) -> None:
        import random

        from app.ui import recovery_sheet
        from app.ui.field_editor import EnterMoves

        count = len(recovery_sheet.groups_of(self._code))
        places = sorted(random.sample(range(count), min(GROUPS_ASKED, count)))
        for row, place in enumerate(places):
            line = QLineEdit()
            line.setAccessibleName(f"第{place + 1}组")
            line.setMaximumWidth(200)
            EnterMoves(line)
            self._asked_place.addWidget(theme.label(f"第{place + 1}组"), row, 0)
            self._asked_place.addWidget(line, row, 1)
            self._asked.append((place, line))
        self._asked_place.setColumnStretch(2, 1)

    def _leave_asked_back(self) -> None:
        from app.ui import recovery_sheet

        groups = recovery_sheet.groups_of(self._code)
        wrong = [
            place
            for place, line in self._asked
            if not recovery_sheet.same_group(line.text(), groups[place])
        ]
        for place, line in self._asked:
            theme.set_look(line, "state", "problem" if place in wrong else "")
        if wrong:
            which = "、".join(f"第{place + 1}组" for place in wrong)
            self._say(f"{which}与恢复码不一致，请核对抄写的内容；可点“上一步”再看一次")
            return
        sign_in = partial(
            self._entrance.sign_in,
            self.folder,
            self._account.text().strip(),
            self._new.first.text(),
        )
        self._start(lambda _progress: sign_in(), self._on_opened, "正在打开记录…")

    def _on_opened(self, use_cases: UseCases) -> None:
        self._be_free()
        self.use_cases = use_cases
        self._code = ""
        self._done_text.setText(f"记录已建立在“{self.folder}”。接下来：")
        self.show_page(DONE)

    def _on_print(self) -> None:
        from app.ui import recovery_sheet

        self._keep_code(
            lambda: recovery_sheet.print_sheet(
                self, self._code, self._account.text().strip(), self.folder, date.today()
            )
        )

    def _on_save_pdf(self) -> None:
        from app.ui import recovery_sheet
        from app.ui.dialog import choose_target

        target = choose_target(
            self, "恢复码存为 PDF", Path.home() / "恢复码.pdf", "PDF 文件 (*.pdf)"
        )
        if target is None:
            return
        self._keep_code(
            lambda: recovery_sheet.write_pdf(
                target, self._code, self._account.text().strip(), self.folder, date.today()
            )
        )
        if not self._news.text():
            self._say(f"已存为“{target}”。请打印后把该文件移到安全的地方，不要留在本机", "warning")

    def _keep_code(self, keep: Callable[[], object]) -> None:
        try:
            keep()
        except Exception as error:
            self._say(error)
        else:
            self._say("")

    # ---- work and words

    def _start(self, job: Callable[..., object], done: Callable[..., object], note: str) -> None:
        self._busy = True
        self._say("")
        for part in (self._pages, self._back, self._next):
            part.setEnabled(False)
        self._progress.watch(self._jobs.run(job, done, self._on_failed), note)

    def _be_free(self) -> None:
        self._busy = False
        for part in (self._pages, self._back, self._next):
            part.setEnabled(True)

    def _on_failed(self, error: Exception) -> None:
        self._be_free()
        self._say(error)

    def _say(self, news: Exception | str, role: str = "problem") -> None:
        self._news.say(news, role)

    def reject(self) -> None:
        """Leaving is harmless, except while the recovery code has not been proved to be kept."""
        if self._busy:
            return
        if self._pages.currentIndex() == DONE:
            self.accept()
            return
        if self._code and not confirm(
            self,
            "恢复码还没有核对",
            "记录已经建立，但恢复码还没有核对。现在退出后恢复码不再显示；"
            "如没有抄下，请登录后在“管理”菜单中换发新恢复码。",
            act="仍要退出(&X)",
            danger=True,
        ):
            return
        super().reject()


_TITLES = {
    WELCOME: "欢迎使用回访关爱",
    FOLDER: "记录放在哪里",
    ACCOUNT: "您的姓名和口令",
    CODE: "请保存恢复码",
    ASKED_BACK: "核对恢复码",
    DONE: "可以开始了",
}
_NEXT = {
    ACCOUNT: "建立记录(&N)",
    CODE: "已保存，去核对(&N)",
    ASKED_BACK: "核对(&N)",
    DONE: "进入程序(&N)",
}
_FORWARD: dict[int, Callable[[FirstRun], object]] = {
    FOLDER: FirstRun._leave_folder,
    ACCOUNT: FirstRun._leave_account,
    CODE: lambda self: self.show_page(ASKED_BACK),
    ASKED_BACK: FirstRun._leave_asked_back,
    DONE: FirstRun.accept,
}
_FOCUS_FIRST: dict[int, Callable[[FirstRun], object]] = {
    FOLDER: lambda self: self._path.setFocus(),
    ACCOUNT: lambda self: self._account.setFocus(),
    ASKED_BACK: lambda self: self._asked[0][1].setFocus() if self._asked else None,
    CODE: lambda self: self._next.setFocus(),
    DONE: lambda self: self._next.setFocus(),
}


def _page(lead: str = "") -> tuple[QWidget, QVBoxLayout]:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, theme.SMALL, theme.SMALL, 0)
    column.setSpacing(theme.MEDIUM)
    if lead:
        column.addWidget(theme.label(lead, "muted", wrap=True))
    return page, column


def _tile(icon_name: str, text: str, what: str, act: Callable[[], object]) -> QPushButton:
    made = theme.button(f"{text}\n{what}", act, role="tile", icon_name=icon_name)
    made.setIconSize(made.iconSize() * 1.6)
    made.setAccessibleDescription(what)
    return made
