"""How an office wants its forms on paper: one value that says everything but the form itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.documents.fonts import SHIPPED
from app.domain.settings import Settings
from app.paper.content import Choices

TITLE_FACE, TEXT_FACE = "小标宋", "仿宋"


@dataclass(frozen=True, slots=True)
class PaperOptions:
    """What shapes a printed form. ``resources`` is the folder that holds fonts/ and forms/.

    ``layout`` is the name of a layout file in forms/, or the path of an office's own.

    Faces are names of ``fonts.SHIPPED`` or paths of font files of the PC. ``one_page`` is 缩至一页;
    where it is not possible the form takes the pages it needs. ``insist`` prints 〓 for characters
    that no font has instead of refusing. ``duplex`` starts every form of a batch on a front side.
    """

    resources: Path
    layout: str = "registration_form.toml"
    empty_mark: str = "无"
    annex_mark: bool = False
    blank: bool = False
    one_page: bool = False
    practice: bool = False
    insist: bool = False
    duplex: bool = False
    footer_anchor: str = ""
    author: str = ""
    title_face: str = TITLE_FACE
    text_face: str = TEXT_FACE

    @classmethod
    def of(
        cls,
        settings: Settings,
        resources: Path,
        *,
        practice: bool = False,
        insist: bool = False,
        one_page: bool = False,
        duplex: bool = False,
        footer_anchor: str = "",
    ) -> PaperOptions:
        """Return the options that the office's settings mean."""
        return cls(
            resources=resources,
            empty_mark=settings.empty_mark or "无",
            annex_mark=settings.annex_mark,
            author=settings.office_name or settings.reporting_unit,
            practice=practice,
            insist=insist,
            one_page=one_page,
            duplex=duplex,
            footer_anchor=footer_anchor,
            title_face=_face(settings.title_face, TITLE_FACE),
            text_face=_face(settings.text_face, TEXT_FACE),
        )

    @property
    def layout_file(self) -> Path:
        """The file that holds the grid."""
        return self.resources / "forms" / self.layout

    @property
    def fonts_folder(self) -> Path:
        """The folder of the shipped fonts."""
        return self.resources / "fonts"

    @property
    def choices(self) -> Choices:
        """What of this concerns the placing of text."""
        return Choices(
            empty_mark=self.empty_mark,
            blank=self.blank,
            annex=self.annex_mark,
            one_page=self.one_page,
            practice=self.practice,
            anchor=self.footer_anchor,
        )


def absent_faces(settings: Settings) -> list[str]:
    """Return the font files that the office chose and this PC does not have."""
    chosen = (settings.title_face, settings.text_face)
    return [face for face in dict.fromkeys(chosen) if face and not _is_here(face)]


def _face(chosen: str, usual: str) -> str:
    return chosen if chosen and _is_here(chosen) else usual


def _is_here(face: str) -> bool:
    return face in SHIPPED or Path(face).is_file()
