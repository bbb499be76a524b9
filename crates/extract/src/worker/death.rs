//! Why a worker gave no result, as a failure that people understand.

use capmap_model::{Failure, FailureKind};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

/// A worker that gave no result.
#[derive(Debug, Clone)]
pub(super) struct Death {
    /// Why.
    pub failure: Failure,
    /// The page that it was reading.
    pub page: Option<u32>,
}

impl Death {
    /// True where trying the same again may help: the worker was killed from outside or fell over by accident.
    pub(super) fn may_be_chance(&self) -> bool {
        self.failure.kind == FailureKind::Crashed
    }
}

/// Took longer than allowed.
pub(super) fn timed_out(wall_ms: u64) -> Failure {
    let detail = format!("took longer than the limit of {wall_ms} ms; allow more with --limit wall_ms=N");
    Failure::new(FailureKind::Timeout, detail)
}

/// Wrote more than any document can be.
pub(super) fn talks_too_much() -> Failure {
    Failure::new(
        FailureKind::Limit,
        "the reader's result exceeds every limit; the file is not an honest document",
    )
}

/// Reads the cause of death from the exit status and from what the worker said last.
pub(super) fn of_exit(status: ExitStatus, last_words: &str) -> Failure {
    const SIGXCPU: i32 = 24;
    let memory = ["memory allocation of", "out of memory", "capacity overflow", "Cannot allocate memory"];
    if memory.iter().any(|m| last_words.contains(m)) {
        let detail = "needs more memory than the limit allows; if the file is trusted, raise it with --limit memory_bytes=N";
        return Failure::new(FailureKind::Memory, detail);
    }
    if status.signal() == Some(SIGXCPU) {
        let detail = "needs more processor time than the limit allows; allow more with --limit cpu_ms=N";
        return Failure::new(FailureKind::Timeout, detail);
    }
    if last_words.contains("overflowed its stack") {
        return Failure::new(
            FailureKind::Crashed,
            "nested too deeply for its reader; save the file anew and pass that",
        );
    }
    let how = match (status.signal(), status.code()) {
        (Some(signal), _) => format!("signal {signal}"),
        (None, Some(code)) => format!("exit status {code}"),
        (None, None) => "no exit status".to_owned(),
    };
    Failure::new(
        FailureKind::Crashed,
        format!("the reader died on this file ({how}); convert it to PDF or text and pass that"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_told_apart() {
        let kind = |raw: i32, words: &str| of_exit(ExitStatus::from_raw(raw), words).kind;
        assert_eq!(kind(6, "memory allocation of 8589934592 bytes failed"), FailureKind::Memory);
        assert_eq!(kind(24, ""), FailureKind::Timeout);
        assert_eq!(kind(9, ""), FailureKind::Crashed);
        assert!(
            of_exit(ExitStatus::from_raw(6), "thread 'main' has overflowed its stack")
                .detail
                .contains("deeply")
        );
    }
}
