//! Web captures as WARC 1.1 (ISO 28500): the evidence of what a page said, in the form that archives keep and tools read.

mod read;
mod write;

pub use read::{Captured, Records, Skip, WarcError};
pub(crate) use write::{Exchange, Place, Writer};

/// `2026-11-23T02:00:00Z`, from seconds since 1970.
pub fn rfc3339(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // Howard Hinnant's calendar: eras of 400 years, years that begin in March.
    let z = days + 719_468;
    let (era, doe) = (z / 146_097, z % 146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (day, month) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    let year = yoe + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_calendar() {
        let known = [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_392_000, "2026-11-23T00:00:00Z"),
        ];
        for (seconds, text) in known {
            assert_eq!(rfc3339(seconds), text);
        }
        assert_eq!(rfc3339(1_795_392_000 + 7384), "2026-11-23T02:03:04Z");
    }
}
