"""The list of documents: every entry draws."""

from __future__ import annotations

import pytest

from app.documents.catalogue import ALL, draw
from app.domain.registration_form import RegistrationForm
from tests.documents.form_samples import OPTIONS, form
from tests.documents.letter_samples import ENTITIES


@pytest.mark.parametrize("document", ALL, ids=lambda document: document.name)
def test_every_document_draws_a_file_of_its_kind(document) -> None:
    of_form = document.entity is RegistrationForm
    entity = form() if of_form else ENTITIES[document.name.removesuffix("_docx")]
    drawn = draw(document.name, [entity], options=OPTIONS)
    assert drawn.startswith({".pdf": b"%PDF-", ".docx": b"PK"}[document.suffix])


def test_names_are_unique_and_an_unknown_one_is_refused() -> None:
    assert len({document.name for document in ALL}) == len(ALL)
    with pytest.raises(KeyError):
        draw("nothing", [form()], options=OPTIONS)
