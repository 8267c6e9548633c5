"""How records leave on paper and in files: PDF, DOCX, XLSX. One module per document.

Nothing heavy is imported here; reportlab and python-docx are loaded by the first document drawn.
"""
