"""The tables of audiences' journals, for installations whose control database is on PostgreSQL."""
