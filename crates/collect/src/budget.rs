//! How many bytes may be in memory at once while files are read in parallel.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A number of bytes that readers share. A reader that needs more than is free waits.
#[derive(Debug)]
pub struct Budget {
    total: u64,
    free: Mutex<u64>,
    freed: Condvar,
}

/// Bytes taken from a [`Budget`]; given back when dropped.
#[derive(Debug)]
pub struct Hold<'a> {
    budget: &'a Budget,
    bytes: u64,
}

impl Budget {
    /// A budget of `total` bytes.
    pub fn new(total: u64) -> Self {
        Budget { total, free: Mutex::new(total), freed: Condvar::new() }
    }

    /// Waits until `bytes` are free and takes them. A file larger than the whole budget takes all of it: it is read
    /// alone instead of never.
    pub fn take(&self, bytes: u64) -> Hold<'_> {
        let bytes = bytes.min(self.total);
        let mut free = self.lock();
        while *free < bytes {
            free = self.freed.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
        *free -= bytes;
        Hold { budget: self, bytes }
    }

    /// A number cannot be left half-changed, so a reader that died while holding the lock did no harm.
    fn lock(&self) -> MutexGuard<'_, u64> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        *self.budget.lock() += self.bytes;
        self.budget.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn never_more_than_the_total_is_out() {
        let (budget, out, most) = (Budget::new(10), AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|threads| {
            for size in [3, 4, 7, 10, 400, 1, 6, 5] {
                let (budget, out, most) = (&budget, &out, &most);
                threads.spawn(move || {
                    for _ in 0..200 {
                        let hold = budget.take(size);
                        let now = out.fetch_add(hold.bytes, Ordering::SeqCst) + hold.bytes;
                        most.fetch_max(now, Ordering::SeqCst);
                        out.fetch_sub(hold.bytes, Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(most.into_inner(), 10);
        assert_eq!(*budget.free.lock().unwrap(), 10);
    }
}
