"""Every document the program prints: menus and commands build themselves from ``ALL``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from app.documents import registration_form, registration_form_docx
from app.documents.letters import documents as letters
from app.domain.registration_form import RegistrationForm


@dataclass(frozen=True, slots=True)
class Document:
    """One kind of output: what it is called, what it is made of, and how it is drawn.

    ``draw(entities, options=PaperOptions) -> bytes``; letters also take ``particulars``.
    """

    name: str
    title: str
    entity: type
    suffix: str
    draw: Callable[..., bytes]


ALL: tuple[Document, ...] = (
    Document(
        "registration_form",
        "受处分人员回访关爱工作情况登记表",
        RegistrationForm,
        ".pdf",
        registration_form.draw_pdf,
    ),
    Document(
        "registration_form_docx",
        "受处分人员回访关爱工作情况登记表（Word）",
        RegistrationForm,
        ".docx",
        registration_form_docx.draw_docx,
    ),
    *(
        Document(
            each.name if format_ == letters.PDF else f"{each.name}_docx",
            each.title if format_ == letters.PDF else f"{each.title}（Word）",
            each.entity,
            f".{format_}",
            partial(letters.draw_entities, each.name, format_),
        )
        for each in letters.ALL
        for format_ in letters.FORMATS
    ),
)


def draw(document: str, entities: Sequence[Any], **options: Any) -> bytes:
    """Draw the document of that name. Raises ``KeyError`` for a name that is not in ``ALL``."""
    chosen = {each.name: each for each in ALL}[document]
    return chosen.draw(entities, **options)
