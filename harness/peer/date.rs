//! The `Date` field, written at most once a second and thread.

use std::cell::Cell;
use std::io::Write;
use std::time::{Duration, SystemTime};

/// An IMF-fixdate, which always has this length.
pub(super) type Date = [u8; 29];

thread_local! {
    static LAST: Cell<(u64, Date)> = const { Cell::new((u64::MAX, [0; 29])) };
}

/// The current date in the preferred form of RFC 9110 §5.6.7.
// 9110-6.6.1-1: the time at which the message is made.
pub(super) fn http_date() -> Date {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    LAST.with(|last| {
        let (second, text) = last.get();
        if second == now {
            return text;
        }
        let text = format(now);
        last.set((now, text));
        text
    })
}

fn format(seconds: u64) -> Date {
    let mut text = [0; 29];
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.min(LAST_SECOND));
    // Every date up to the year 9999 has exactly this length, so that the write cannot fail.
    let _ = write!(&mut text[..], "{}", httpdate::HttpDate::from(time));
    text
}

/// The end of the year 9999, behind which there is no HTTP-date.
const LAST_SECOND: u64 = 253_402_300_799;

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn is_an_imf_fixdate() {
        assert_eq!(&format(784_111_777), b"Sun, 06 Nov 1994 08:49:37 GMT");
    }

    #[test]
    fn is_the_current_time() {
        let text = http_date();
        let date = httpdate::parse_http_date(std::str::from_utf8(&text).unwrap()).unwrap();
        let age = SystemTime::now().duration_since(date).unwrap();
        assert!(age < Duration::from_secs(3), "{age:?}");
    }
}
