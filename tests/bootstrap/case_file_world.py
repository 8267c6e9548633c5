"""A person with a whole history in an office: plan, visit, form, request, scans of every kind."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from app.bootstrap.join import join
from app.domain.attachment import Attachment
from app.domain.partial_date import PartialDate
from app.domain.plan import WholePlan
from app.domain.request import Request
from app.domain.subject import Case, Sanction, Subject
from app.domain.visit import Visit
from app.services.use_cases import UseCases
from tests.services.plan_world import World, make_world


@dataclass
class Held:
    """An office with one person whose file is full."""

    use_cases: UseCases
    world: World
    person: int
    other: int
    plan: int
    visit: int
    form: int
    folder: Path

    def attach(self, owner: type, owner_id: int, content: bytes, name: str, kind: str) -> None:
        file = self.folder / name
        file.write_bytes(content)
        self.use_cases.attachments.attach(owner, owner_id, file, kind)


def a_pdf(sizes: Any = ((595, 842),), text: str = "SCAN", rotate: int = 0) -> bytes:
    """A PDF with pages of these sizes in points, each saying ``text`` and its number."""
    from pypdf import PdfReader, PdfWriter
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for number, size in enumerate(sizes, 1):
        canvas.setPageSize(size)
        canvas.rect(10, 10, size[0] - 20, size[1] - 20)
        canvas.setFont("Helvetica", min(size) / 20)
        canvas.drawString(size[0] / 3, size[1] / 2, f"{text} {number}")
        canvas.linkURL("https://example.org/", (0, 0, 50, 50))
        canvas.showPage()
    canvas.save()
    if not rotate:
        return buffer.getvalue()
    writer = PdfWriter()
    for page in PdfReader(buffer).pages:
        writer.add_page(page).rotate(rotate)
    turned = io.BytesIO()
    writer.write(turned)
    return turned.getvalue()


def a_picture(kind: str = "JPEG", size: tuple[int, int] = (800, 1100), frames: int = 1) -> bytes:
    from PIL import Image, ImageDraw

    made = []
    for number in range(frames):
        picture = Image.new("RGB", size, (250, 250, 245))
        drawing = ImageDraw.Draw(picture)
        drawing.rectangle((40, 40, size[0] - 40, size[1] - 40), outline=(60, 60, 60), width=5)
        for line in range(12):
            y = 120 + line * 60
            drawing.line((90, y, size[0] - 90, y), fill=(90, 90, 90), width=3 + number)
        made.append(picture)
    buffer = io.BytesIO()
    more = {"save_all": True, "append_images": made[1:]} if frames > 1 else {}
    made[0].save(buffer, kind, **more)
    return buffer.getvalue()


def make_held(office: Any, folder: Path, **changed: Any) -> Held:
    """Return an office in which one person was planned for with another, visited and written of."""
    world = make_world(office.unit_of_work)
    values = {
        "address": "德州市德城区东湖路18号3栋502室",
        "born_on": PartialDate(1985, 3),
        "sex": "女",
    }
    person = world.person("单小芳", **(values | changed))
    other = world.person("曾国强", unit="文学院", workplace="文学院讲师", phone="13900001111")
    plan = world.approved(person, other)
    for sheet in world.all(Attachment, owner_kind="Plan"):  # of which the world has no file
        with world.new_uow() as uow:
            uow.repository(Attachment).remove(sheet)
            uow.commit()
    visit = world.visited(person, plan)
    use_cases = join(office)
    settings = use_cases.settings()
    settings.office_name, settings.reporting_unit = "东湖学院", "东湖学院纪委案件管理室"
    settings.letter_prefix = "东院纪函"
    use_cases.save_settings(settings)
    form, _changes = use_cases.plans.form_of_visit(visit)
    filled = use_cases.open_form(form)
    filled.attitude = "单小芳同志能够正确认识所犯错误，曾老师反映其工作积极。" * 12
    filled.proposal = "建议继续关心。"
    use_cases.save_form(filled)
    use_cases.paper.finalise(form, "演示用")
    world.put(
        Request(
            subject_id=person,
            visit_id=visit,
            kind="工作生活困难",
            content="家住东湖路18号3栋502室，孩子入学有困难，可打13812345678联系单小芳。",
            raised_on=date(2026, 11, 20),
            owner="赵一鸣",
            due_on=date(2026, 12, 20),
        )
    )
    held = Held(use_cases, world, person, other, plan, visit, form, folder)
    assert isinstance(use_cases.plans.open_plan(plan), WholePlan)
    return held


def with_scans(held: Held) -> Held:
    """Hang papers of every kind on the person's records."""
    case = held.world.all(Case, subject_id=held.person)[0].id
    sanction = held.world.all(Sanction, subject_id=held.person)[0].id
    held.attach(Case, case, a_pdf(((842, 1191), (595, 842))), "决定书.pdf", "处分决定")
    held.attach(Sanction, sanction, a_pdf(((595, 842),), rotate=90), "送达.pdf", "送达回执")
    held.attach(Visit, held.visit, a_picture(), "谈话.jpg", "谈话记录")
    held.attach(Visit, held.visit, a_picture("TIFF", frames=3), "传真.tif", "信函及回信")
    held.attach(Subject, held.person, a_picture("PNG", (1600, 900)), "照片.png", "其他")
    held.attach(Subject, held.person, "本人情况说明\n单小芳".encode(), "说明.txt", "其他")
    return held
