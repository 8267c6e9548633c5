"""Papers that hang on a record: the list, attaching, the viewer, exporting."""
