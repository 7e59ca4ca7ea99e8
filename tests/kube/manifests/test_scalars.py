"""Plain words of YAML 1.1, compared with an independent reading of goyaml.v2's rules."""

import re

from hypothesis import given
from hypothesis import strategies as st

from playground.kube.manifests.scalars import key_text, resolve

TRUE = {"y", "yes", "true", "on"}
FALSE = {"n", "no", "false", "off"}


@given(
    st.from_regex(r"\A(y|n|yes|no|true|false|on|off)\Z", fullmatch=True),
    st.sampled_from([str.lower, str.upper, str.title]),
)
def test_words_for_true_and_false_come_in_three_spellings(word: str, spell: object) -> None:
    assert callable(spell)
    spelt = spell(word.strip())
    assert resolve(spelt) is (word.strip().lower() in TRUE)
    assert word.strip().lower() in TRUE | FALSE


@given(st.integers(-(1 << 63), (1 << 64) - 1))
def test_whole_numbers_of_64_bits_are_themselves(number: int) -> None:
    assert resolve(str(number)) == number
    assert resolve(hex(number)) == number


@given(st.from_regex(r"\A[+-]?[0-9_.eExob]{1,8}\Z", fullmatch=True))
def test_what_looks_like_a_number_is_one_or_a_text(word: str) -> None:
    found = resolve(word)
    plain = word.replace("_", "")
    if isinstance(found, str):
        assert found == word
        assert word[0] == "_" or not re.fullmatch(r"[+-]?[1-9][0-9]*", plain)  # a word, by its first letter
    elif isinstance(found, float):
        assert found == float(plain)


def test_keys_are_texts() -> None:
    assert [key_text(key) for key in (True, False, 1, 0.5, "a")] == ["true", "false", "1", "0.5", "a"]
