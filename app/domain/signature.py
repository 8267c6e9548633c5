"""签批: how a paper was decided, and what is missing for the signature to count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.fields import display
from app.domain.gates import NO_SCAN, OTHER_SIGNER, UNSIGNED, Obstacle
from app.domain.plan import OWN_ACCOUNT, SIGNED_SCAN
from app.domain.staff import Staff


@dataclass(frozen=True, slots=True)
class Signature:
    """How a paper was decided: by whom, when, and what proves it (签批).

    ``means`` is 本人账户 (the signer is signed in, ``account`` is theirs) or 签批扫描件: the signed
    sheet is ``attached`` to the record (found by the service, never typed), and ``scan`` says
    which or where it is.
    """

    signer: str
    on: date | None
    means: str
    scan: str = ""
    opinion: str = ""
    attached: bool = False


def signature_obstacles(
    signature: Signature,
    *,
    staff: Sequence[Staff],
    account: str,
    today: date,
    not_before: date | None,
) -> list[Obstacle]:
    """Return what is missing for a signature to count (主要负责人审核同意, 办法 art. 8(2))."""
    found = []
    signer = signature.signer.strip()
    if not signer:
        found.append(Obstacle(UNSIGNED, "请填写签批人姓名", field="signer"))
    if signature.on is None:
        found.append(Obstacle(UNSIGNED, "请填写签批日期", field="on"))
    elif signature.on > today:
        found.append(
            Obstacle(UNSIGNED, f"签批日期{display(signature.on)}还没有到，请核对", field="on")
        )
    elif not_before is not None and signature.on < not_before:
        found.append(
            Obstacle(
                UNSIGNED,
                f"签批日期{display(signature.on)}早于报审日期{display(not_before)}，请核对",
                field="on",
            )
        )
    principals = [one for one in staff if one.principal and one.active]
    if signature.means == OWN_ACCOUNT:
        own = [one for one in principals if one.name == signer]
        if own and not any(one.account for one in own):
            found.append(
                Obstacle(
                    UNSIGNED,
                    f"工作人员名单中还没有登记{signer}的登录账户，不能确认是本人。请先在名单中填写，"
                    "或在审批单上签字后附入扫描件",
                    field="staff",
                )
            )
        elif not any(one.account and one.account == account for one in own):
            found.append(
                Obstacle(
                    UNSIGNED,
                    f"当前登录的账户不是{signer or '签批人'}本人的账户。"
                    "请由学校纪委主要负责人用本人账户登录后审批，或在签批单上签字后登记扫描件",
                    field="means",
                )
            )
    elif signature.means == SIGNED_SCAN:
        place = signature.scan.strip()
        if not signature.attached and not place:
            asked = "请附入已签字的审批单扫描件；暂时没有扫描的，写明原件存放在何处"
            found.append(Obstacle(UNSIGNED, asked, field="scan"))
        elif not signature.attached:
            asked = f"尚未附入已签字的审批单扫描件，只写明原件在“{place}”"
            found.append(Obstacle(NO_SCAN, asked, field="scan"))
    else:
        found.append(Obstacle(UNSIGNED, "请选择签批方式：本人账户，或签批扫描件", field="means"))
    if signer and principals and all(one.name != signer for one in principals):
        names = "、".join(one.name for one in principals)
        found.append(
            Obstacle(
                OTHER_SIGNER,
                f"工作人员名单中学校纪委主要负责人是{names}，签批人{signer}不是主要负责人",
                field="signer",
            )
        )
    return found
