"""受处分人员回访关爱工作情况登记表 as PDF: one form, a batch in one file, or the blank form."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence

from app.documents.fonts import Fonts, missing_characters, open_fonts
from app.documents.paper_options import PaperOptions
from app.documents.pdf_pages import PdfPages
from app.domain.character_name import name_of
from app.domain.fields import form_fields
from app.domain.registration_form import RegistrationForm
from app.paper import layout
from app.paper import page_starts as paper_page_starts
from app.paper.content import Choices
from app.paper.grid import Grid, read_grid
from app.paper.page_starts import PageStart
from app.paper.plain_text import printable, removed_controls
from app.services.ports import Cancelled, Progress, UserError

_HALVES = re.compile("[\ud800-\udfff]")
"""Halves of a character, that no file and no window takes."""


class UnprintableCharacters(UserError):
    """Some characters are in no font. ``missing`` maps each to where it stands."""

    exit_code = 6
    number = 605

    def __init__(self, missing: dict[str, str]) -> None:
        self.missing = missing
        named = "；".join(
            f"{name_of(character)}在{where}" for character, where in list(missing.items())[:10]
        )
        more = f"等{len(missing)}个" if len(missing) > 10 else ""
        super().__init__(
            f"有字符在所选字体中都没有，印不出来：{named}{more}。"
            f"请改正这些字，或者选择用“〓”代替后再打印"
        )


class NothingToPrint(UserError):
    """No form was given."""

    exit_code = 6
    number = 604


def draw_pdf(
    forms: Sequence[RegistrationForm],
    *,
    options: PaperOptions,
    progress: Progress | None = None,
) -> bytes:
    """Return the forms as one PDF, with a bookmark per person if there are several.

    The same forms and options give the same bytes. Raises ``UnprintableCharacters`` unless the
    options insist, ``UnusableFont``, ``WrongLayout`` and whatever ``progress`` raises.
    """
    if not forms:
        raise NothingToPrint("没有可打印的登记表，请先选择人员或填写登记表")
    grid, fonts = _grid(options), _fonts(options)
    if not options.insist and (missing := find_missing(forms, options=options)):
        raise UnprintableCharacters(missing)
    pdf = PdfPages(grid.sheet, fonts, title=grid.title, author=options.author)
    for number, form in enumerate(forms):
        if progress is not None:
            progress(number, len(forms), "")
        placed = layout.lay_out(grid, form, fonts, _choices(options, form))
        for page in placed.pages:
            if page.number == 1 and len(forms) > 1:
                pdf.bookmark(printable(form.name) or "（未填姓名）")
            pdf.paint(page, practice=options.practice)
        if options.duplex and len(placed.pages) % 2 and number < len(forms) - 1:
            pdf.skip()
    return pdf.save()


def draw_blank(*, options: PaperOptions) -> bytes:
    """Return the empty form, to be filled in by hand."""
    return draw_pdf([RegistrationForm()], options=dataclasses.replace(options, blank=True))


def place(form: RegistrationForm, *, options: PaperOptions) -> layout.PlacedForm:
    """Return the form on its pages, for whoever shows where a page ends."""
    return layout.lay_out(_grid(options), form, _fonts(options), _choices(options, form))


def page_starts(form: RegistrationForm, *, options: PaperOptions) -> list[PageStart]:
    """Return where in the form's text every page after the first begins, for the editor's line."""
    choices = _choices(options, form)
    return paper_page_starts.page_starts(_grid(options), form, _fonts(options), choices)


def count_pages(form: RegistrationForm, *, options: PaperOptions) -> int:
    """Return how many pages the form takes."""
    return layout.count_pages(_grid(options), form, _fonts(options), _choices(options, form))


def one_page_size(form: RegistrationForm, *, options: PaperOptions) -> float | None:
    """Return the type size in points at which 缩至一页 is possible, or None."""
    return layout.one_page_size(_grid(options), form, _fonts(options), options.choices)


def find_missing(forms: Sequence[RegistrationForm], *, options: PaperOptions) -> dict[str, str]:
    """Return each character that no font has, with where it stands: “张三”的“家庭住址”."""
    return missing_characters(_texts(forms, _grid(options)), _fonts(options).chains["text"])


def find_controls(forms: Sequence[RegistrationForm]) -> list[str]:
    """Return a notice for each text from which control characters will be left out on paper."""
    return [
        f"{where}含有不能打印的控制字符（{'、'.join(found)}），打印时已去掉"
        for where, text in _texts(forms, None)
        if (found := removed_controls(text))
    ]


def _texts(forms: Sequence[RegistrationForm], grid: Grid | None) -> Iterator[tuple[str, str]]:
    """Yield where and text of everything that is printed of the forms; raw without a grid."""
    placed = None if grid is None else {cell.field for cell in grid.cells() if cell.field}
    if grid is not None and placed is not None:
        placed |= {item.field for item in (*grid.above, *grid.above_continued)}
    for form in forms:
        whose = _HALVES.sub("〓", printable(form.name)) or "未填姓名"  # a sentence must be writable
        for name, spec in form_fields(form).items():
            value = getattr(form, name)
            if isinstance(value, str) and value and (placed is None or name in placed):
                where = f"“{whose}”的“{spec.label}”"
                yield where, (value if placed is None else printable(value))


def _choices(options: PaperOptions, form: RegistrationForm) -> Choices:
    """Return the office's choices, with 缩至一页 where it was chosen for this one form."""
    return dataclasses.replace(options.choices, one_page=options.one_page or form.one_page)


def _grid(options: PaperOptions) -> Grid:
    return read_grid(options.layout_file, RegistrationForm)


def _fonts(options: PaperOptions) -> Fonts:
    return open_fonts(options.fonts_folder, options.title_face, options.text_face)


__all__ = ["Cancelled", "UnprintableCharacters", "draw_blank", "draw_pdf"]
