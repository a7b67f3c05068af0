"""Tags of rows: kept beside the data, a line a change, and read again as columns."""
