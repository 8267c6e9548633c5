"""Edits one registration form on its sheet: history, saving, what the roster offers."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QMenu, QScrollArea, QWidget

from app.domain.fields import form_fields
from app.domain.form_filling import Filling, Offer, offers, refill
from app.domain.registration_form import RegistrationForm
from app.paper.grid import Grid
from app.paper.page_starts import PageStart
from app.services.forms import is_draft
from app.ui.allowed import why_not
from app.ui.forms.paper_sheet import PaperSheet
from app.ui.forms.typing_history import PutInto, TypeInto
from app.ui.records.autosave import Autosave
from app.ui.undo import UndoStack

_LEAST_SCALE = 3.3  # pixels per mm: below that the type would be too small to read
_MOST_SCALE = 4.6
_MARGIN = 12
DESK = QColor("#d5dae1")


class FormEditor(QScrollArea):
    """The sheet on its desk. Typing goes into the form at once and is saved after a pause."""

    saved = Signal(object)  # the Changes that the save returned
    save_failed = Signal(Exception)  # the typed text is still in the form and on screen
    save_state_changed = Signal()
    edited = Signal()  # the form says something else: by typing, undo, redo, refilling
    field_entered = Signal(str)
    menu_built = Signal(QMenu)  # a box's context menu, for whoever has something to add

    def __init__(
        self,
        grid: Grid,
        save: Callable[[RegistrationForm], object],
        parent: QWidget | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._save = save
        self._clock = clock
        self._form: RegistrationForm | None = None
        self._base: RegistrationForm | None = None
        self._field = ""
        self.empty_mark = "无"
        """What an empty box prints."""
        self.filling = Filling({}, {})
        self.sheet = PaperSheet(grid, RegistrationForm)
        self.undo_stack = UndoStack(self)
        self.undo_stack.indexChanged.connect(self._on_index_changed)
        self.autosave = Autosave(self._save_form, self)
        self.autosave.saved.connect(self.saved)
        self.autosave.failed.connect(self.save_failed)
        self.autosave.changed.connect(self.save_state_changed)
        for name, editor in self.sheet.editors.items():
            editor.edited.connect(partial(self._on_edited, name))
            editor.left.connect(partial(self._on_left, name))
            editor.focused.connect(partial(self._on_focused, name))
            editor.caret_moved.connect(partial(self._on_caret_moved, name))
            editor.undo_wanted.connect(self.undo_stack.undo)
            editor.redo_wanted.connect(self.undo_stack.redo)
            editor.menu_built.connect(self.menu_built)
        self.sheet.resized.connect(self._reveal_caret)  # after a paste the caret is far below
        self._order = list(self.sheet.editors)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, DESK)
        self.setPalette(palette)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidget(self.sheet)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.viewport().setStyleSheet(f"background: {DESK.name()};")
        self.setAccessibleName("登记表编辑")
        self.verticalScrollBar().setSingleStep(40)
        self.viewport().installEventFilter(self)
        self._fit = QTimer(self)
        self._fit.setSingleShot(True)
        self._fit.setInterval(30)
        self._fit.timeout.connect(self._fit_width)

    # ------------------------------------------------------------ the form

    @property
    def form(self) -> RegistrationForm | None:
        """The form being edited: the very object, not a copy."""
        return self._form

    def snapshot(self) -> RegistrationForm | None:
        """Return a copy for work beside the window: typing goes on meanwhile."""
        return copy.deepcopy(self._form)

    @property
    def base(self) -> RegistrationForm | None:
        """The form as it was opened, or saved last: what another version began with as well."""
        return self._base

    @property
    def field(self) -> str:
        """The box the cursor is in, or was last in."""
        return self._field

    @property
    def _may_type(self) -> bool:
        return self._form is not None and is_draft(self._form) and not why_not()

    @property
    def has_unsaved(self) -> bool:
        """Whether something typed is not kept yet."""
        return self.autosave.has_unsaved

    def save_now(self) -> bool:
        """Save what is unsaved, if anything; return whether nothing is left unsaved."""
        return self.autosave.save_now()

    def open(self, form: RegistrationForm, filling: Filling) -> bool:
        """Edit ``form``; return False, and stay, if the former one cannot be saved."""
        if not self.save_now():
            return False
        self._form, self.filling = form, filling
        self._base = copy.deepcopy(form)
        self._field = ""
        self.undo_stack.clear()
        for name, editor in self.sheet.editors.items():
            editor.show_value(getattr(form, name), 0)
            editor.setReadOnly(not self._may_type)
        self.autosave.forget(form.saved_at)
        self.sheet.show_hints(
            {name: spec_hint(name, self._mark_of(name)) for name in self._order}, self._tip
        )
        self.show_filling(filling)
        self.verticalScrollBar().setValue(0)
        return True

    def close_form(self) -> bool:
        """Edit nothing any more; return False, and stay, if the form cannot be saved."""
        if not self.save_now():
            return False
        self._form = self._base = None
        self.undo_stack.clear()
        self.autosave.forget()
        return True

    def replace(self, form: RegistrationForm) -> None:
        """Show ``form`` in place of the present one without saving that: the user chose so."""
        self.autosave.forget()
        self.open(form, self.filling)

    def adopt_revision(self, theirs: RegistrationForm) -> None:
        """Let the next save put what is typed here over what was saved elsewhere."""
        assert self._form is not None
        self._form.revision = theirs.revision

    # ------------------------------------------------------------ what the roster knows

    def show_filling(self, filling: Filling) -> None:
        """Take note of what the roster knows now; nothing typed is touched."""
        self.filling = filling
        self._show_sources()

    def offers(self) -> list[Offer]:
        """Return the boxes for which the roster has something newer than what stands there."""
        if self._form is None or not self._may_type:
            return []  # what is final says what was known then
        return offers(self._form, self.filling)

    def refill(self) -> list[Offer]:
        """Fill every box nobody typed into; return what is offered for the others."""
        if self._form is None or not self._may_type:
            return []
        trial = copy.deepcopy(self._form)
        changed = refill(trial, self.filling)
        if changed:
            values = {name: getattr(trial, name) for name in (*changed, "filled")}
            self.undo_stack.push(PutInto("重新填入", self._form, values, shown=self._show))
        return offers(self._form, self.filling, again=True)

    def settle(self, taken: Iterable[Offer], kept: Iterable[Offer] = ()) -> None:
        """Put the taken offers into their boxes; the kept ones are not offered again."""
        assert self._form is not None
        taken, kept = list(taken), list(kept)
        filled = self._form.filled | {offer.field: offer.new for offer in (*taken, *kept)}
        values = {offer.field: offer.new for offer in taken}
        text = "采用名册内容" if taken else "保留原内容"
        self.undo_stack.push(
            PutInto(text, self._form, {**values, "filled": filled}, shown=self._show)
        )

    def source_of(self, name: str) -> str:
        """Return where what stands in the box came from, as a sentence."""
        if self._form is None:
            return ""
        present, known = getattr(self._form, name), self.filling.values.get(name)
        if known is None:
            return "手工填写"
        if present == known:
            return f"来自 {self.filling.sources[name]}" if known else self.filling.sources[name]
        if present == self._form.filled.get(name, ""):
            return f"填入时的内容；现在{self.filling.sources[name]}已不同"
        return f"手工改过；{self.filling.sources[name]}"

    # ------------------------------------------------------------ typing

    @property
    def selected_text(self) -> str:
        """What is selected in the box with the cursor."""
        return self.sheet.editors[self._field].selected if self._field else ""

    def insert(self, words: str) -> None:
        """Put ``words`` in at the cursor of the present box, as typing would."""
        if self._form is not None and self._field and self._may_type:
            editor = self.sheet.editors[self._field]
            editor.insert(words)
            editor.setFocus()

    def put(self, said: str, values: Mapping[str, object]) -> None:
        """Set several attributes of the form in one step that can be undone, called ``said``."""
        if self._form is not None and self._may_type:
            self.undo_stack.push(PutInto(said, self._form, values, shown=self._show))

    def _on_edited(self, name: str, text: str) -> None:
        if self._form is not None:
            self.undo_stack.push(
                TypeInto(self._form, name, text, at=self._clock(), shown=self._show)
            )

    def _on_index_changed(self, _index: int) -> None:
        if self._form is None or (self.undo_stack.count() == 0):
            return
        self.autosave.touch()
        self._show_sources()
        self.edited.emit()

    def _show(self, name: str, position: int) -> None:
        """Show what the form says after undo, redo or refilling, where it changed."""
        editor = self.sheet.editors[name]
        assert self._form is not None
        if editor.text != getattr(self._form, name):
            editor.show_value(getattr(self._form, name), position)

    def _save_form(self) -> object:
        assert self._form is not None
        kept = self._save(self._form)
        self._base = copy.deepcopy(self._form)
        return kept

    def _show_sources(self) -> None:
        if self._form is None:
            return
        self.sheet.show_offers([offer.field for offer in self.offers()])

    def _mark_of(self, name: str) -> str:
        """Return what the box prints when it is left empty; none in the line above the frame."""
        own = {cell.field: cell.blank for cell in self.sheet.grid.cells() if cell.field}
        blank = own.get(name, "")
        return self.empty_mark if blank is None else blank

    def _tip(self, name: str) -> str:
        spec = form_fields(RegistrationForm)[name]
        return f"{spec.label}\n{self.source_of(name)}"

    # ------------------------------------------------------------ moving

    def go_to(self, name: str) -> None:
        """Put the cursor at the end of a box and bring it into sight."""
        editor = self.sheet.editors[name]
        editor.show_value(editor.text, len(editor.text))
        editor.setFocus()
        if self._field != name:  # a window in the background gets the focus later
            self._on_focused(name)
        self._reveal(self.sheet.place_of(name))

    def go_to_first_empty(self) -> None:
        """Put the cursor where writing begins: the first empty box that must be filled."""
        specs = form_fields(RegistrationForm)
        empty = [n for n in self._order if specs[n].required and not self.sheet.editors[n].text]
        self.go_to((empty or ["attitude"])[0])

    def page_of_caret(self, starts: Sequence[PageStart]) -> int:
        """Return the page (from 0) on which the text at the cursor comes to stand."""
        if not self._field:
            return 0
        here = self._row_of(self._field), self.sheet.editors[self._field].offset
        return sum((self._row_of(start.field), start.offset) <= here for start in starts)

    def _row_of(self, name: str) -> int:
        cells = self.sheet.grid.cells()
        return next((cell.row for cell in cells if cell.field == name), -1)

    def _on_left(self, name: str, step: int) -> None:
        place = self._order.index(name) + step
        if 0 <= place < len(self._order):
            self.go_to(self._order[place])
        else:
            self.focusNextPrevChild(step > 0)

    def _on_focused(self, name: str) -> None:
        self._field = name
        self.sheet.update()
        self.field_entered.emit(name)

    def _on_caret_moved(self, name: str, caret: QRect) -> None:
        editor = self.sheet.editors[name]
        self._reveal(caret.translated(editor.pos()))

    def _reveal_caret(self) -> None:
        editor = self.sheet.editors.get(self._field)
        if editor is not None and editor.hasFocus():
            self._on_caret_moved(self._field, editor.cursorRect())

    def _reveal_field(self) -> None:
        """Keep the box being written in sight when everything has moved."""
        if self._field:
            self._reveal(self.sheet.place_of(self._field))

    def _reveal(self, rect: QRect) -> None:
        """Scroll so that ``rect`` of the sheet is seen; of a tall one its beginning."""
        bar, room = self.verticalScrollBar(), self.viewport().height()
        at = self.sheet.mapTo(self.viewport(), QPoint(0, 0)).y()
        top, bottom = rect.top() + at - 24, rect.top() + at + min(rect.height(), room // 2) + 24
        if top < 0:
            bar.setValue(bar.value() + top)
        elif bottom > room:
            bar.setValue(bar.value() + bottom - room)
        across, wide = self.horizontalScrollBar(), self.viewport().width()
        if across.maximum() > 0:  # a landscape form on a small screen
            left = rect.left() + self.sheet.mapTo(self.viewport(), QPoint(0, 0)).x() - _MARGIN
            right = left + min(rect.width(), wide // 2) + 2 * _MARGIN
            across.setValue(across.value() + (left if left < 0 else max(0, right - wide)))

    def focusNextPrevChild(self, forward: bool) -> bool:
        window = self.window()
        last = self.sheet.editors[self._order[-1 if forward else 0]]
        target = last.nextInFocusChain() if forward else last.previousInFocusChain()
        while target is not None and target is not last and target is not window:
            if self._may_take_focus(target):
                target.setFocus()
                return True
            target = target.nextInFocusChain() if forward else target.previousInFocusChain()
        return False

    def _may_take_focus(self, widget: QWidget) -> bool:
        return (
            widget.focusPolicy().value & 1 == 1  # by Tab
            and widget.isVisible()
            and widget.isEnabled()
            and not self.isAncestorOf(widget)
        )

    # ------------------------------------------------------------ size

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.viewport():
            self._fit.start()
        return super().eventFilter(watched, event)

    def _fit_width(self) -> None:
        room = self.viewport().width() - 2 * _MARGIN
        scale = max(_LEAST_SCALE, min(_MOST_SCALE, room / self.sheet.width_mm))
        if abs(scale - self.sheet.scale) > 0.01:
            self.sheet.set_scale(scale)
            self._reveal_field()


def spec_hint(name: str, mark: str) -> str:
    """Return what an empty box shows: an example, or what will be printed."""
    spec = form_fields(RegistrationForm)[name]
    if spec.required:
        return f"请填写：{spec.help}" if spec.help else "请填写"
    if spec.help:
        return spec.help
    return mark
