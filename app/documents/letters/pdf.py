"""Letters as PDF: several in one file, each from page 1, with a bookmark each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from app.documents.fonts import Chain, Fonts, missing_characters, open_face, open_fonts
from app.documents.paper_options import PaperOptions
from app.documents.pdf_pages import PdfPages
from app.documents.registration_form import UnprintableCharacters
from app.paper.layout import Fill, Page, Phrase, Rule, Run
from app.paper.letter import Letter, texts
from app.paper.letter_pages import LetterPage, lay_out
from app.paper.plain_text import printable
from app.services.ports import Progress, UserError

_RED = "1 0 0"
_BOLD_STROKE = 0.45  # points around each outline: no bold 仿宋 or free 楷体 is shipped


class NothingToWrite(UserError):
    """There is nothing of which this document could be made."""

    exit_code = 6
    number = 604


def draw_pdf(
    letters: Sequence[Letter], *, options: PaperOptions, progress: Progress | None = None
) -> bytes:
    """Return the letters as one PDF. The same letters and options give the same bytes.

    Raises ``UnprintableCharacters`` unless the options insist, and ``NothingToWrite``.
    """
    if not letters:
        raise NothingToWrite("没有可打印的内容，请先填写方案或回访记录")
    fonts = letter_fonts(options.fonts_folder, options.title_face, options.text_face)
    if not options.insist and (missing := find_missing(letters, options=options)):
        raise UnprintableCharacters(missing)
    pdf = _LetterPdf(letters[0].sheet, fonts, title=letters[0].title, author=options.author)
    for number, letter in enumerate(letters):
        if progress is not None:
            progress(number, len(letters), "")
        pages = lay_out(letter, fonts, anchor=options.footer_anchor)
        for page in pages:
            if page.number == 1 and len(letters) > 1:
                pdf.bookmark(printable(letter.name) or letter.title)
            pdf.paint_letter(page, practice=options.practice)
        if options.duplex and len(pages) % 2 and number < len(letters) - 1:
            pdf.skip()
    return pdf.save()


def count_pages(letter: Letter, *, options: PaperOptions) -> int:
    """Return how many pages ``letter`` takes."""
    fonts = letter_fonts(options.fonts_folder, options.title_face, options.text_face)
    return len(lay_out(letter, fonts))


def find_missing(letters: Sequence[Letter], *, options: PaperOptions) -> dict[str, str]:
    """Return each character that no font has, with the part of the letter where it stands first."""
    fonts = letter_fonts(options.fonts_folder, options.title_face, options.text_face)
    found = [
        (f"“{letter.title}”的{where}" if where != letter.title else f"“{where}”", printable(text))
        for letter in letters
        for where, text in texts(letter)
    ]
    return missing_characters(found, fonts.chains["text"])


@cache
def letter_fonts(folder: Path, title: str, text: str) -> Fonts:
    """Return the chains of a letter: those of a form, bold text and 宋体 for page numbers."""
    fonts = open_fonts(folder, title, text)
    fallback = tuple(face for face in fonts.chains["text"].faces[1:])
    song = Chain((open_face(folder / "NotoSerifSC-Regular.ttf"), *fallback))
    return Fonts({**fonts.chains, "strong": fonts.chains["text"], "song": song})


class _LetterPdf(PdfPages):
    """Paints letters: besides black text, red heads and bold runs."""

    def paint_letter(self, page: LetterPage, *, practice: bool) -> None:
        """Paint one page and finish it."""
        code: list[str] = []
        if practice:
            code.append(self._watermark())
        code.extend(self._fills(page.fills))
        self._part(page.red_rules, page.red_phrases, code, colour=_RED)
        self._part(page.rules, page.phrases, code)
        self._finish("\n".join(code))

    def _fills(self, fills: Sequence[Fill]) -> Iterator[str]:
        for one in fills:
            y = self._height - one.y - one.height
            box = f"{one.x:.2f} {y:.2f} {one.width:.2f} {one.height:.2f} re"
            yield f"q {one.grey:g} g {one.weight:g} w {box} {'B' if one.weight else 'f'} Q"

    def _part(
        self,
        rules: Sequence[Rule],
        phrases: Sequence[Phrase],
        code: list[str],
        *,
        colour: str = "",
    ) -> None:
        if not rules and not phrases:
            return
        code.append("q")
        if colour:
            code.append(f"{colour} rg {colour} RG")
        ordered = sorted(rules, key=lambda rule: rule.weight)
        code.extend(self._rules(Page(0, [], ordered, [])))
        code.append("BT")
        state = _state(code, self._height)
        for bold, same in groupby(phrases, lambda phrase: phrase.runs[0].role == "strong"):
            if bold:
                code.append(f"2 Tr {_BOLD_STROKE:g} w")
            for phrase in same:
                self._phrase(_as_text(phrase) if bold else phrase, state)
            if bold:
                code.append("0 Tr")
        code.append("ET Q")


def _state(code: list[str], height: float) -> Any:
    from app.documents.pdf_pages import _TextState

    return _TextState(code, height)


def _as_text(phrase: Phrase) -> Phrase:
    runs: tuple[Run, ...] = tuple(run._replace(role="text") for run in phrase.runs)
    return Phrase(phrase.text, runs)
