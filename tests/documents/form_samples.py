"""Forms as an office fills them, for tests of what leaves the program."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

from app.documents.paper_options import PaperOptions
from app.domain.registration_form import RegistrationForm

ROOT = Path(__file__).parents[2]
OPTIONS = PaperOptions(resources=ROOT / "resources", author="某某学院纪委")


def form(**values: str) -> RegistrationForm:
    """Return a filled form, altered by keyword."""
    filled = {
        "reporting_unit": "中共某某学院纪律检查委员会",
        "reported_on": "2024年5月8日",
        "name": "张三",
        "sex": "男",
        "born_on": "1975.03",
        "education": "大学本科",
        "work_since": "1998.07",
        "party_since": "2001.06",
        "workplace": "化学与材料学院副教授",
        "address": "东湖路18号3栋502室",
        "phone": "13812345678",
        "facts": "2022年3月至2023年6月，违反财经纪律，将结余款12480.50元转入个人账户。",
        "party_decided_on": "2023.11.08",
        "party_kind": "党内严重警告",
        "admin_decided_on": "2023.11.08",
        "admin_kind": "政务记过",
        "visited_on": "2024年5月8日（实地）",
        "attitude": "认识深刻，表示“完全接受组织处理”；工作积极——态度诚恳……",
        "proposal": "建议予以肯定和鼓励，增强其奋发有为的自信心。",
        "remarks": "",
    }
    return RegistrationForm(**{**filled, **values})


def extracted(pdf: bytes, *how: str) -> str:
    """Return what pdftotext reads, without any blanks; ``how`` are options such as -raw."""
    read = subprocess.run(
        ["pdftotext", *how, "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode("utf-8")
    return "".join(read.split())


def pypdf_text(pdf: bytes) -> str:
    """Return what pypdf reads, without any blanks."""
    from pypdf import PdfReader

    pages = PdfReader(io.BytesIO(pdf)).pages
    return "".join("".join(page.extract_text() for page in pages).split())
