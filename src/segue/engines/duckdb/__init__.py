"""The embedded engine: DuckDB sessions over immutable Parquet snapshots, and a journal in SQLite."""
