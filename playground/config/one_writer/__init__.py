"""PostgreSQL with one writing transaction at a time, named in `DATABASES` as an engine (docs/adr/0009)."""
