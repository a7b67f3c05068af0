"""The same points at several times: in one array, in several files, by a column."""
