"""Do people report round ages? Whipple's, Myers' and Bachi's indices of preference for final digits of the age.

All take `counts`, the people by single years of age, and `ages`, the ages in completed years they belong to, both of shape (n,);
ages outside the range that an index looks at may be there and may be in wider groups. All refuse negative counts, gaps in
the ages and an empty range with ValueError. None of them tells why ages end in a digit: a year of many births ends in one, too.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from domicile.core.demography.tables import Column, Numbers, lowest_ages, single_years, total_of


def whipple(
    counts: Column, ages: Column, *, digits: int | Iterable[int] = (0, 5), lowest: int = 23, highest: int = 62
) -> float:
    """Whipple's index: 100 where no digit is preferred, 500 where all ages end in 0 or 5 (1000 for one digit alone).

    100 times the people of ages from `lowest` to `highest`, both included, whose age ends in one of `digits`, divided by the
    share of all people of these ages that would fall to so many digits (a fifth for two, a tenth for one). The ages 23 to 62 and
    the digits 0 and 5 are those of the United Nations (Demographic Yearbook 1963, page 17; H. S. Shryock, J. S. Siegel, The
    Methods and Materials of Demography, 1976, chapter 8); 100 to 105 counts as highly accurate there, 175 and more as very
    rough. The range holds whole tens of years, so that each digit is in it equally often.
    """
    wanted = sorted({digits} if isinstance(digits, int) else set(digits))
    if not wanted or len(wanted) > 9 or not all(0 <= digit <= 9 for digit in wanted):
        raise ValueError(f"digits: {wanted}; give between one and nine of the digits 0 to 9")
    _whole_tens(lowest, highest)
    held, years = single_years(counts, ages, lowest, highest)
    chosen = held[np.isin(years % 10, wanted)].sum()
    return float(100 * chosen / (total_of(held, f"of ages {lowest} to {highest}") * len(wanted) / 10))


def myers(
    counts: Column, ages: Column, *, lowest: int = 10, highest: int | None = None, equal_windows: bool = False
) -> float:
    """Myers' blended index: half the sum of what `myers_by_digit` deviates from 10 per cent; 0 to 90.

    It says which share of people at least have reported an age with another final digit than their own. Some tables (the
    spreadsheet SINGAGE of the U.S. Census Bureau is one) print the whole sum, which is twice this.
    """
    return _half_deviation(myers_by_digit(counts, ages, lowest=lowest, highest=highest, equal_windows=equal_windows))


def myers_by_digit(
    counts: Column, ages: Column, *, lowest: int = 10, highest: int | None = None, equal_windows: bool = False
) -> Numbers:
    """The blended population by final digit 0 to 9 in per cent, shape (10,); 10 each where no digit is preferred.

    R. J. Myers, Errors and bias in the reporting of ages in census data, Transactions of the Actuarial Society of America 41,
    1940; the steps are those of Shryock and Siegel (chapter 8): for each digit, the people at ages that end in it from
    `lowest` on are taken as often as its place in the first ten years (1 to 10 times), and those from `lowest` + 10 on 9 to 0
    times, so that no digit comes first. `highest` is included; without it the range ends at 99, or where the whole tens of
    single years in `ages` end; say `highest` where the open group would be the last year of a ten (0 to 89 and over, say).

    Both sums go to the top of the range. Where the top still has many people, the digits that stand late are then taken once
    more than others: ten equal counts at every age give about 9.5 to 10.5. With `equal_windows` the first sum ends ten years below
    the top, so that each of the ten starts counts equally many years: then equal counts give 10 each, exactly.
    """
    if highest is None:
        highest = _last_whole_ten(ages, lowest)
    _whole_tens(lowest, highest)
    held, years = single_years(counts, ages, lowest, highest)
    decades = held.reshape(-1, 10)
    if len(decades) < 2:
        raise ValueError(f"ages {lowest} to {highest}: blending wants twenty years at least")
    place = np.arange(1, 11)
    first = decades[:-1].sum(axis=0) if equal_windows else decades.sum(axis=0)
    blended = first * place + decades[1:].sum(axis=0) * (10 - place)
    percent = 100 * blended / total_of(blended, f"of ages {lowest} to {highest}")
    by_digit = np.empty(10)
    by_digit[years[:10] % 10] = percent
    return by_digit


def bachi(counts: Column, ages: Column, *, method: str = "pasex") -> float:
    """Bachi's index: half the sum of what `bachi_by_digit` deviates from 10 per cent; 0 to 90."""
    return _half_deviation(bachi_by_digit(counts, ages, method=method))


def bachi_by_digit(counts: Column, ages: Column, *, method: str = "pasex") -> Numbers:
    """Per cent of people whose age ends in each digit 0 to 9, each in a range in which no digit has an advantage, shape (10,).

    R. Bachi, The tendency to round off age returns: measurement and correction, Bulletin of the International Statistical
    Institute 33, 1951: Whipple's method for each digit in turn. A digit is looked at in two ranges of fifty years one year apart,
    so chosen that its ages lie in the middle or at both ends alike (0 in 25-74 and 26-75, 1 in 26-75 and 27-76, 2 in 27-76 and
    28-77, 3 in 23-72 and 24-73, 4 in 24-73 and 25-74, 5 to 9 as 0 to 4), so that people getting fewer with age in a straight line
    give 10 per cent each. The ages 23 to 77 are wanted. `method`: "pasex" divides the people of both ranges together (ages at the
    ends count half), as the spreadsheet SINGAGE of the U.S. Census Bureau does (E. E. Arriaga, Population Analysis with
    Microcomputers, 1994); "bachi" takes the mean of the two ratios. They differ little. The ten need not add up to 100.
    """
    if method not in {"pasex", "bachi"}:
        raise ValueError(f"method: {method!r}; give 'pasex' or 'bachi'")
    held, years = single_years(counts, ages, 23, 77)
    percent = np.empty(10)
    for digit in range(10):
        start = 23 + (digit - 3) % 5
        parts = [(_of_digit(held, years, digit, low), _of_all(held, low)) for low in (start, start + 1)]
        if method == "pasex":
            percent[digit] = 100 * sum(one for one, _all in parts) / sum(every for _one, every in parts)
        else:
            percent[digit] = 50 * sum(one / every for one, every in parts)
    return percent


def _of_digit(held: Numbers, years: Numbers | np.ndarray, digit: int, low: int) -> float:
    inside = (years >= low) & (years < low + 50) & (years % 10 == digit)
    return float(held[inside].sum())


def _of_all(held: Numbers, low: int) -> float:
    return total_of(held[low - 23 : low + 27], f"of ages {low} to {low + 49}")


def _whole_tens(lowest: int, highest: int) -> None:
    if (highest - lowest + 1) % 10 or highest < lowest:
        raise ValueError(f"ages {lowest} to {highest}, both included, are not whole tens of years; move an end")


def _last_whole_ten(ages: Column, lowest: int) -> int:
    """Where the single years from `lowest` on end, in whole tens, at 99 at most."""
    years = set(lowest_ages(ages).tolist())
    end = lowest
    while end in years and end < 100:
        end += 1
    return lowest + (end - lowest) // 10 * 10 - 1


def _half_deviation(percent: Numbers) -> float:
    return float(np.abs(percent - 10).sum() / 2)
