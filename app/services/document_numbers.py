"""Giving letters their numbers: one counter per kind and year, nothing skipped unseen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.audit import Act
from app.domain.document_number import DocumentNumber, Gap, number_gaps
from app.services.gatekeeping import NotPossible
from app.services.ports import Changes, UnitOfWork, wanted

COUNTER = "函"
"""All letters of an office are counted together: it has one 发文代字 for them."""
_ENTITY = "DocumentNumber"


@dataclass(frozen=True, slots=True)
class LetterKey:
    """Which letter a number is for: a document of one record, and which of its several letters."""

    entity: str
    entity_id: int
    part: int = 0


def issue_number(
    kind: str,
    letter: LetterKey,
    *,
    prefix: str,
    title: str = "",
    number: int | None = None,
    uow: UnitOfWork,
    today: date,
) -> DocumentNumber:
    """Return the number of a letter: the one it has, or the next of its kind in the year of ``today``.

    ``number`` takes up a count begun on paper: it must be higher than any given this year, and what
    it skips shows in ``document_number_gaps``. Raises ``NotPossible`` for an empty prefix, for such
    a number, and for a 文号 that a letter of another kind has already.
    """
    prefix = prefix.strip()
    if not prefix:
        raise NotPossible("请填写发文代字，如“某院纪函”")
    with uow:
        repository = uow.repository(DocumentNumber)
        if (known := _of_letter(repository.where(kind=kind), letter)) is not None:
            return known
        last = max(
            (one.number or 0 for one in repository.where(kind=kind, year=today.year)), default=0
        )
        if number is not None and number <= last:
            raise NotPossible(
                f"{today.year}年已编到{last}号，指定的序号须大于{last}；不指定则自动编为{last + 1}号"
            )
        given = DocumentNumber(
            kind=kind,
            year=today.year,
            number=number or last + 1,
            prefix=prefix,
            title=title[:120],
            entity=letter.entity,
            entity_id=letter.entity_id,
            part=letter.part,
            issued_on=today,
        )
        for other in repository.where(year=today.year, number=given.number, prefix=prefix):
            raise NotPossible(
                f"文号“{other}”已用于另一文种的“{other.title or other.kind}”，"
                f"两个文种请用不同的发文代字"
            )
        id_ = repository.put(given)
        details = {"文号": str(given), "所属记录": f"{letter.entity} {letter.entity_id}"}
        uow.record(Act("编文号", _ENTITY, id_, details=details))
        uow.commit()
    return given


def expected_numbers(
    kind: str, letters: Sequence[LetterKey], *, prefix: str, uow: UnitOfWork, today: date
) -> list[DocumentNumber]:
    """Return the number each letter has or, if it were issued now in this order, would get.

    Nothing is taken: a number that has no ``id`` yet is free until ``issue_number`` gives it.
    """
    with uow:
        numbers = uow.repository(DocumentNumber).where(kind=kind)
    last = max((one.number or 0 for one in numbers if one.year == today.year), default=0)
    found = []
    for letter in letters:
        if (known := _of_letter(numbers, letter)) is None:
            last += 1
            known = DocumentNumber(
                kind=kind, year=today.year, number=last, prefix=prefix.strip(), issued_on=today
            )
        found.append(known)
    return found


def number_of(kind: str, letter: LetterKey, *, uow: UnitOfWork) -> DocumentNumber | None:
    """Return the number a letter has, if it has one that is not void."""
    with uow:
        return _of_letter(uow.repository(DocumentNumber).where(kind=kind), letter)


def void_number(number_id: int, reason: str, *, uow: UnitOfWork, today: date) -> Changes:
    """Make a number void: it is never given again, and its letter may get another one.

    Raises ``NoReason`` without a reason, ``NotPossible`` if it is void already.
    """
    reason = wanted(reason, "请写明文号作废的理由")
    with uow:
        repository = uow.repository(DocumentNumber)
        one = repository.get(number_id)
        if one.voided_on is not None:
            raise NotPossible(f"文号“{one}”已经作废")
        one.voided_on, one.void_reason = today, reason[:200]
        repository.put(one)
        uow.record(Act("文号作废", _ENTITY, number_id, reason, {"文号": str(one)}))
        return uow.commit()


def document_numbers(kind: str, year: int, *, uow: UnitOfWork) -> Sequence[DocumentNumber]:
    """Return the numbers of a kind in a year, lowest first, void ones as well."""
    with uow:
        found = uow.repository(DocumentNumber).where(kind=kind, year=year)
    return sorted(found, key=lambda one: one.number or 0)


def document_number_gaps(kind: str, year: int, *, uow: UnitOfWork) -> list[Gap]:
    """Return the numbers of a kind in a year that no letter has, each with why."""
    return number_gaps(document_numbers(kind, year, uow=uow))


def last_prefix(kind: str, *, uow: UnitOfWork) -> str:
    """Return the 发文代字 used last for a kind, to be proposed again."""
    with uow:
        found = uow.repository(DocumentNumber).where(kind=kind)
    return max(found, key=lambda one: one.id or 0).prefix if found else ""


def _of_letter(numbers: Sequence[DocumentNumber], letter: LetterKey) -> DocumentNumber | None:
    return next(
        (
            one
            for one in numbers
            if (one.entity, one.entity_id, one.part or 0)
            == (letter.entity, letter.entity_id, letter.part)
            and one.voided_on is None
        ),
        None,
    )
