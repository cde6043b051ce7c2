"""Days so many months away."""

import datetime as dt


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day of a later (or, negative, an earlier) month, or the first of the one after where that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return day.replace(year=year, month=month + 1)
    except ValueError:
        return (dt.date(year, month + 1, 28) + dt.timedelta(days=4)).replace(day=1)
