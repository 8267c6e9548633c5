"""What was filed stays as it is: form, visit and result refuse changes until the volume is reopened."""

from __future__ import annotations

from app.domain.fields import display
from app.domain.filing import FILED, FilingEntry
from app.domain.visit import Visit
from app.services.ports import UnitOfWork, UserError


class AlreadyFiled(UserError):
    """The record lies in the case file; a change needs 撤销归档 first, with its reason."""

    exit_code = 2
    number = 207


def refuse_if_filed(
    uow: UnitOfWork, *, visit_id: int | None = None, form_id: int | None = None
) -> None:
    """Raise ``AlreadyFiled`` when the visit (or the visit of the form) is filed."""
    ids: list[int | None] = [visit_id] if visit_id is not None else []
    if form_id is not None:
        ids += [one.id for one in uow.repository(Visit).where(form_id=form_id)]
    if not ids:
        return
    for entry in uow.repository(FilingEntry).where(visit_id=ids, state=FILED):
        raise AlreadyFiled(
            f"此次回访的材料已于{display(entry.filed_on)}归档（案卷号{entry.file_number}），不能再改。"
            "确需更改的，请先在“结果与归档”中撤销归档并写明理由"
        )
