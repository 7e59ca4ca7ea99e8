"""Lists of index ranges such as `0,2-5`: reading them, counting them, finding where two overlap.

Source: pkg/apis/batch/validation/validation.go (validateIndexesFormat, parseIndexInterval), v1.36.
"""

from playground.kube.apiserver.validation.field import go_quote
from playground.kube.apiserver.validation.go_numbers import atoi

Interval = tuple[int, int]


def count_indexes(text: str, completions: int) -> int:
    """Return how many indexes a list names. Raises ValueError with the real sentence."""
    total, last = 0, None
    for part in text.split(",") if text else []:
        low, high = read_interval(part, completions)
        if last is not None and last >= low:
            raise ValueError(f"non-increasing order, previous: {last}, current: {low}")
        total += high - low + 1
        last = high
    return total


def read_interval(text: str, completions: int) -> Interval:
    """Read `5` or `2-5`; both ends are below `completions`. Raises ValueError with the real sentence."""
    limits = text.split("-")
    if len(limits) > 2:
        raise ValueError(
            f"the fragment {go_quote(text)} violates the requirement that an index interval "
            "can have at most two parts separated by '-'"
        )
    low = _index(limits[0], completions)
    if len(limits) == 1:
        return low, low
    high = _index(limits[1], completions)
    if low >= high:
        raise ValueError(f"non-increasing order, previous: {low}, current: {high}")
    return low, high


def _index(text: str, completions: int) -> int:
    try:
        number = atoi(text)
    except ValueError as error:
        raise ValueError(f"cannot convert string to integer for index: {go_quote(text)}") from error
    if number >= completions:
        raise ValueError(f"too large index: {go_quote(text)}")
    return number


def first_overlap(completed: str, failed: str, completions: int) -> int | None:
    """Return the lowest index that stands in both lists; ranges that cannot be read are passed over."""
    done, lost = _readable(completed, completions), _readable(failed, completions)
    at, other = 0, 0
    while at < len(done) and other < len(lost):
        (low, high), (failed_low, failed_high) = done[at], lost[other]
        if low <= failed_high and failed_low <= high:
            return max(low, failed_low)
        if low <= failed_low:
            at += 1
        else:
            other += 1
    return None


def _readable(text: str, completions: int) -> list[Interval]:
    found = []
    for part in text.split(",") if text else []:
        try:
            found.append(read_interval(part, completions))
        except ValueError:
            continue
    return found
