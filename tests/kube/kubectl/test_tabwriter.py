"""Tabs made columns."""

from playground.kube.kubectl.tabwriter import laid_out


def test_columns_are_two_wider_than_their_widest_cell() -> None:
    assert laid_out("Name:\tweb\nNamespace:\tdefault") == "Name:       web\nNamespace:  default"


def test_a_line_without_a_tab_ends_the_columns_above_it() -> None:
    assert laid_out("IP:\t1\nIPs:\n  IP:\t1\nLong name:\tx") == "IP:  1\nIPs:\n  IP:       1\nLong name:  x"


def test_inner_columns_are_as_wide_as_the_lines_that_have_them() -> None:
    text = "a\tbb\tc\nlonger\tb\tc\nx\ty"
    assert laid_out(text) == "a       bb  c\nlonger  b   c\nx       y"


def test_an_empty_cell_is_two_wide() -> None:
    assert laid_out("a\t\tb\nc\t\td") == "a    b\nc    d"
