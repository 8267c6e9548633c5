"""常用语: the office's and one's own ready sentences, kept in an order and offered per box."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.audit import Act
from app.domain.fields import field_problems
from app.domain.form_life import box_names
from app.domain.phrase import Phrase
from app.services.ports import Changes, UnitOfWork, UserError


class UnusablePhrase(UserError):
    """The phrase cannot be kept as it is."""

    exit_code = 2
    number = 218


def phrases(*, owner: str, uow: UnitOfWork) -> Sequence[Phrase]:
    """Return the office's phrases and those of ``owner``, by box and then in their order."""
    with uow:
        found = uow.repository(Phrase).where(owner=("", owner))
    order = {name: place for place, name in enumerate(box_names())}
    return sorted(
        found,
        key=lambda one: (order.get(one.box, 99), bool(one.owner), one.position or 0, one.id or 0),
    )


def keep_phrase(phrase: Phrase, *, owner: str, uow: UnitOfWork) -> Changes:
    """Keep a new or altered phrase; a new one comes last of its box.

    ``phrase.owner`` is empty for the office's, else it becomes ``owner``: nobody writes for others.
    Raises ``UnusablePhrase`` for an empty or over-long one, or one that is there already.
    """
    with uow:
        kept = uow.copy_of(phrase)
        kept.wording = kept.wording.strip()
        kept.owner = owner if kept.owner else ""
        if found := field_problems(kept):
            raise UnusablePhrase("；".join(problem.message for problem in found))
        if kept.box not in box_names():
            raise UnusablePhrase("请选择这条常用语用在哪一栏")
        repository = uow.repository(Phrase)
        others = [
            one for one in repository.where(box=kept.box, owner=kept.owner) if one.id != kept.id
        ]
        if any(one.wording == kept.wording for one in others):
            raise UnusablePhrase("这一栏已有同样的常用语，没有重复添加")
        if kept.id is None:
            kept.position = max((one.position or 0 for one in others), default=0) + 1
        id_ = repository.put(kept)
        if not kept.owner:  # what one keeps for oneself is nobody's business
            act = "新增常用语" if phrase.id is None else "修改常用语"
            details = {"栏目": kept.box, "字数": len(kept.wording)}
            uow.record(Act(act, "Phrase", id_, details=details))
        changes = uow.commit()
    phrase.position = kept.position
    phrase.wording, phrase.owner = kept.wording, kept.owner
    return changes


def remove_phrase(phrase: Phrase, *, uow: UnitOfWork) -> Changes:
    """Take a phrase away; what was written with it stays written."""
    with uow:
        uow.repository(Phrase).remove(phrase)
        if not phrase.owner:
            details = {"栏目": phrase.box, "字数": len(phrase.wording)}
            uow.record(Act("删除常用语", "Phrase", phrase.id, details=details))
        return uow.commit()


def order_phrases(ids: Sequence[int], *, uow: UnitOfWork) -> Changes:
    """Put phrases of one box into the order of ``ids``."""
    with uow:
        repository = uow.repository(Phrase)
        for place, id_ in enumerate(ids, 1):
            phrase = repository.get(id_)
            if phrase.position != place:
                phrase.position = place
                repository.put(phrase)
        return uow.commit()
