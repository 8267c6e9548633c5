"""Makes ``ledgers/ledger-b.xls`` from ``ledger-b.xlsx`` with LibreOffice: python tests/data/make_old_excel.py."""

import subprocess
from pathlib import Path

LEDGERS = Path(__file__).parent / "ledgers"

if __name__ == "__main__":
    words = ["soffice", "--headless", "--convert-to", "xls:MS Excel 97", "--outdir", str(LEDGERS)]
    subprocess.run([*words, str(LEDGERS / "ledger-b.xlsx")], check=True)
