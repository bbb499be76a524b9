//! Calendar days, only as far as "older than 24 months" needs them. Days are passed in; nothing here reads a clock.

use std::fmt;

/// A day of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

impl Date {
    /// The first day of 1970.
    pub const EPOCH: Date = Date { year: 1970, month: 1, day: 1 };

    /// Reads the first ten characters of `2026-11-23` or `2026-11-23T00:00:00Z`. None where they are not a day.
    pub fn parse(text: &str) -> Option<Date> {
        let mut parts = text.get(..10)?.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let digits = |p: &str, n: usize| p.len() == n && p.bytes().all(|b| b.is_ascii_digit());
        if !(digits(year, 4) && digits(month, 2) && digits(day, 2)) {
            return None;
        }
        let date = Date { year: year.parse().ok()?, month: month.parse().ok()?, day: day.parse().ok()? };
        ((1..=12).contains(&date.month) && date.day >= 1 && date.day <= days_in(date.year, date.month))
            .then_some(date)
    }

    /// The same day `months` earlier, or the last day of that month where it is shorter.
    pub fn months_before(self, months: u32) -> Date {
        self.shifted(-i64::from(months))
    }

    /// The same day `months` later, or the last day of that month where it is shorter.
    pub fn months_after(self, months: u32) -> Date {
        self.shifted(i64::from(months))
    }

    /// Days from this one to `later`; negative where that lies before.
    pub fn days_until(self, later: Date) -> i64 {
        later.number() - self.number()
    }

    /// Days since 1 March of the year 0: counted so, the leap day ends a year.
    fn number(self) -> i64 {
        let (month, year) = (i64::from(self.month), i64::from(self.year));
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        year * 365 + leaps + (month * 153 + 2) / 5 + i64::from(self.day) - 1
    }

    fn shifted(self, months: i64) -> Date {
        let count = i64::from(self.year) * 12 + i64::from(self.month) - 1 + months;
        let year = i32::try_from(count.div_euclid(12)).unwrap_or(i32::MIN);
        let month = u8::try_from(count.rem_euclid(12) + 1).unwrap_or(1);
        Date { year, month, day: self.day.min(days_in(year, month)) }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn days_in(year: i32, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn days_between() {
        for (from, to, days) in [
            ("2026-11-23", "2026-11-23", 0),
            ("2024-02-28", "2024-03-01", 2),
            ("2026-02-28", "2026-03-01", 1),
            ("1970-01-01", "2026-11-23", 20_780),
            ("2026-11-23", "2026-11-01", -22),
        ] {
            assert_eq!(day(from).days_until(day(to)), days, "{from} to {to}");
        }
    }

    #[test]
    fn reads_days_and_times_and_nothing_else() {
        assert_eq!(day("2026-11-23T10:00:00Z").to_string(), "2026-11-23");
        for wrong in
            ["", "2026-13-01", "2026-02-29", "26-1-1", "2026/11/23", "+026-11-23", "2026-11-2x", "ä026-11-23"]
        {
            assert_eq!(Date::parse(wrong), None, "{wrong}");
        }
        assert!(Date::parse("2024-02-29").is_some());
    }

    #[test]
    fn goes_back_by_months() {
        assert_eq!(day("2026-11-23").months_before(24), day("2024-11-23"));
        assert_eq!(day("2026-01-31").months_before(2), day("2025-11-30"));
        assert_eq!(day("2026-02-28").months_before(24), day("2024-02-28"));
        assert_eq!(day("2024-02-29").months_before(12), day("2023-02-28"));
        assert_eq!(day("2024-02-29").months_after(24), day("2026-02-28"));
        assert_eq!(day("2025-08-31").months_after(18), day("2027-02-28"));
    }
}
