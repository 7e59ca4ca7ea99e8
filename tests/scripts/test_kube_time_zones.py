"""The table of time zones."""

from kube_time_zones import OUT, table


def test_the_table_is_that_of_the_pinned_database() -> None:
    assert OUT.read_text(encoding="ascii") == table(), "write it anew: PYTHONPATH=. python scripts/kube_time_zones.py"
