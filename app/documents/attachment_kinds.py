"""What a paper from outside is, by its content and never by its name; PDFs are read in a child.

A PDF is a program of its own: it is opened in a process with limits on memory and time, so that
whatever it does, the records' process only waits. Word and Excel files are recognised by their
parts and not parsed at all.
"""

from __future__ import annotations

import io
import multiprocessing
import time
import zipfile
from multiprocessing.connection import Connection

from app.documents.refused import Refused
from app.domain import attachment as media
from app.services.attachments import Inspected
from app.services.ports import UserError

SECONDS = 30.0
"""How long a PDF may take: 200 scanned pages need a tenth of a second."""

_MOST_PAGES = 20_000
_PDF_WITHIN = 1024  # its mark may stand anywhere in the first kilobyte
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TIFF = (b"II*\x00", b"MM\x00*")
_REFUSED = (
    (b"MZ", "是程序文件，不能附入"),
    (b"\x7fELF", "是程序文件，不能附入"),
    (b"#!", "是程序文件，不能附入"),
    (b"Rar!", "是压缩包，请先解压，再附入其中的文件"),
    (b"7z\xbc\xaf", "是压缩包，请先解压，再附入其中的文件"),
    (b"\x1f\x8b", "是压缩包，请先解压，再附入其中的文件"),
    (b"{\\rtf", "是 RTF 文档，请另存为 .docx 或 PDF 再附入"),
    (b"GIF8", "是 GIF 图片，请另存为 PNG 或 JPG 再附入"),
    (b"BM", "是 BMP 图片，请另存为 PNG 或 JPG 再附入"),
    (b"OFD", "是 OFD 文件，请另存为 PDF 再附入"),
)
_TAKEN = "可附入 PDF、图片（JPG、PNG、TIFF）、Word、Excel 和纯文本"
_LOCKED = "设有打开密码，以后无法查看。请取消密码后再附入"


def inspect(content: bytes, *, seconds: float = SECONDS) -> Inspected:
    """Return kind and pages. Raises ``UserError`` with a predicate: “是程序文件，不能附入”."""
    head = content[:_PDF_WITHIN]
    if content.startswith(b"\xff\xd8\xff"):
        return Inspected(media.JPEG, 1)
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Inspected(media.PNG, 1)
    if content.startswith(_TIFF):
        return Inspected(media.TIFF, _tiff_pages(content))
    if content.startswith(b"PK\x03\x04"):
        return Inspected(_zipped(content), None)
    if content.startswith(_OLE):
        return Inspected(_ole(content), None)
    for mark, sentence in _REFUSED:
        if content.startswith(mark):
            raise UserError(f"{sentence}。{_TAKEN}。")
    if b"%PDF-" in head:
        return Inspected(media.PDF, pdf_pages(content, seconds=seconds))
    if _is_text(content):
        return Inspected(media.TXT, None)
    raise UserError(f"不是可以附入的文件。{_TAKEN}。")


def pdf_pages(content: bytes, *, seconds: float = SECONDS) -> int:
    """Return how many pages a PDF has. Raises ``UserError`` for one that cannot be read."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=_serve, args=(theirs,), daemon=True, name="pdf")
    child.start()
    theirs.close()
    deadline = time.monotonic() + seconds
    try:
        ours.send_bytes(content)
        while not ours.poll(0.2):
            if time.monotonic() > deadline:
                raise UserError(
                    f"读了{seconds:.0f}秒还没有读完，没有附入。请用扫描软件重新存成 PDF 再附入。"
                )
        said = ours.recv_bytes().decode()
    except (EOFError, OSError):
        raise UserError("展开后太大或已损坏，没有附入。请重新存成 PDF 再附入。") from None
    finally:
        ours.close()
        if child.is_alive():
            child.kill()
        child.join(5)
    if not said.isdecimal():
        raise UserError(said)
    return int(said)


def _serve(pipe: Connection) -> None:
    """Answer with the number of pages or a sentence; runs in a process of its own."""
    from app.documents.workbook_child import limit_this_process

    limit_this_process()
    said = told_pages(pipe.recv_bytes())
    pipe.send_bytes(said.encode())
    pipe.close()


def told_pages(content: bytes) -> str:
    """Return the number of pages of a PDF, or why there is none; to be run where limits hold."""
    try:
        return str(_count(content))
    except Refused as refused:
        return str(refused)
    except MemoryError:
        return "展开后太大，没有附入。请重新存成 PDF 再附入。"
    except Exception:
        return "已损坏，读不出页，没有附入。请重新扫描或重新存成 PDF 再附入。"


def _count(content: bytes) -> int:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError

    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        try:
            opened = bool(reader.decrypt(""))  # locked against changes only
        except (DependencyError, NotImplementedError):
            opened = False
        if not opened:
            raise Refused(f"{_LOCKED}。")
    pages = len(reader.pages)
    if not 0 < pages <= _MOST_PAGES:
        raise Refused(f"有{pages}页，不能附入。请检查文件。")
    return pages


def _tiff_pages(content: bytes) -> int:
    """Count the pictures of a TIFF along its chain of directories."""
    little = content.startswith(b"II")

    def number(at: int, length: int) -> int:
        part = content[at : at + length]
        if len(part) != length:
            raise UserError("已损坏，没有附入。请重新扫描再附入。")
        return int.from_bytes(part, "little" if little else "big")

    seen: set[int] = set()
    at = number(4, 4)
    while at and at not in seen and len(seen) < _MOST_PAGES:
        seen.add(at)
        at = number(at + 2 + 12 * number(at, 2), 4)
    if not seen:
        raise UserError("是空的图片，没有附入。请重新扫描再附入。")
    return len(seen)


def _zipped(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {entry.filename for entry in archive.infolist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        raise UserError("已损坏，没有附入。请用 Word、Excel 或 WPS 重新保存再附入。") from None
    if "word/document.xml" in names:
        found = media.DOCX
    elif names & {"xl/workbook.xml", "xl/workbook.bin"}:
        found = media.XLSX
    else:
        raise UserError(f"是压缩包或其他格式的文档，不能附入。{_TAKEN}。")
    if any(name.endswith("vbaProject.bin") for name in names):
        raise UserError("带有宏程序，不能附入。请另存为不含宏的文件，或存成 PDF 再附入。")
    return found


def _ole(content: bytes) -> str:
    def has(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if has("EncryptedPackage"):
        raise UserError(f"{_LOCKED}。")
    if has("WordDocument"):
        return media.DOC
    if has("Workbook") or has("Book\0"):
        return media.XLS
    raise UserError(f"是其他格式的文档，不能附入。{_TAKEN}。")


def _is_text(content: bytes) -> bool:
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        if encoding == "utf-16" and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            continue
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Characters that an office made for itself are text; control characters are not.
        return not any((one < " " and one not in "\r\n\t\f") or one == "\x7f" for one in text)
    return False


def read_text(content: bytes) -> str:
    """Return the text of a TXT attachment."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", "replace")
