"""一人一档 as one PDF: cover, contents, everything with archive page numbers, and the closing sheet."""
