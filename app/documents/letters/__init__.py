"""The letters of a revisit: one module per document, two drawers, one list."""
