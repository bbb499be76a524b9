//! One worker process, and the conversation with it by polling its pipes.

use super::death;
use capmap_model::Failure;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process_group};
use std::ffi::OsString;
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// A worker process with its three pipes. Killed, with whatever it started, when dropped.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    stdin: ChildStdin,
    stdout: ChildStdout,
    stderr: Option<ChildStderr>,
    /// Bytes read from stdout that are not yet a whole line.
    pending: Vec<u8>,
    /// The end of what it wrote on stderr.
    last_words: Vec<u8>,
    /// Goes before the next request.
    prelude: Vec<u8>,
    /// Requests answered so far.
    pub answered: u32,
}

/// What a caller decides after each line.
pub(super) enum Next {
    /// Wait for another line, until the moment given.
    Wait(Instant),
    /// That was the result.
    Done,
}

const LAST_WORDS: usize = 4096;

impl Process {
    /// Starts a worker in a process group of its own.
    pub(super) fn start(command: &[OsString]) -> io::Result<Process> {
        let (program, args) =
            command.split_first().ok_or_else(|| io::Error::from(ErrorKind::InvalidInput))?;
        let mut child = Command::new(program)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()?;
        let gone = || io::Error::from(ErrorKind::BrokenPipe);
        let stdin = child.stdin.take().ok_or_else(gone)?;
        let stdout = child.stdout.take().ok_or_else(gone)?;
        let stderr = child.stderr.take();
        // A worker that does not read must not hold the writer up.
        rustix::io::ioctl_fionbio(&stdin, true)?;
        Ok(Process {
            child,
            stdin,
            stdout,
            stderr,
            pending: Vec::new(),
            last_words: Vec::new(),
            prelude: Vec::new(),
            answered: 0,
        })
    }

    /// Puts `line` before the next request.
    pub(super) fn prelude(&mut self, line: &[u8]) {
        self.prelude.extend_from_slice(line);
    }

    /// Sends `request`, hands every line to `on_line` and waits for more until it says [`Next::Done`].
    ///
    /// # Errors
    /// Where the time is up, the worker dies, or a line is longer than `longest` bytes.
    pub(super) fn converse(
        &mut self,
        request: &[u8],
        mut until: Instant,
        longest: usize,
        on_line: &mut dyn FnMut(&[u8]) -> Next,
    ) -> Result<(), Failure> {
        let mut whole = std::mem::take(&mut self.prelude);
        whole.extend_from_slice(request);
        let mut request = whole.as_slice();
        loop {
            while let Some(end) = memchr(&self.pending) {
                let rest = self.pending.split_off(end + 1);
                let line = std::mem::replace(&mut self.pending, rest);
                match on_line(&line) {
                    Next::Done => {
                        self.answered += 1;
                        return Ok(());
                    }
                    Next::Wait(moment) => until = moment,
                }
            }
            if self.pending.len() > longest {
                return Err(death::talks_too_much());
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(death::timed_out(0));
            }
            if !self.turn(&mut request, left).unwrap_or(false) {
                return Err(self.bury());
            }
        }
    }

    /// Waits for one of the pipes and moves what it can. False where the worker is gone.
    fn turn(&mut self, request: &mut &[u8], left: Duration) -> io::Result<bool> {
        let ready = self.wait(!request.is_empty(), left)?;
        if ready.stderr {
            self.listen()?;
        }
        if ready.stdin {
            match self.stdin.write(request) {
                Ok(n) => *request = &request[n..],
                Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
                Err(_) => return Ok(false),
            }
        }
        if ready.stdout {
            let start = self.pending.len();
            self.pending.resize(start + (64 << 10), 0);
            let n = self.stdout.read(&mut self.pending[start..]).unwrap_or(0);
            self.pending.truncate(start + n);
            return Ok(n > 0);
        }
        Ok(true)
    }

    fn wait(&self, writing: bool, left: Duration) -> io::Result<Ready> {
        let nothing = PollFlags::empty();
        let write = if writing { PollFlags::OUT } else { nothing };
        let mut fds = vec![PollFd::new(&self.stdout, PollFlags::IN), PollFd::new(&self.stdin, write)];
        if let Some(stderr) = &self.stderr {
            fds.push(PollFd::new(stderr, PollFlags::IN));
        }
        let seconds = i64::try_from(left.as_secs()).unwrap_or(i64::MAX);
        let timeout = Timespec { tv_sec: seconds, tv_nsec: left.subsec_nanos().into() };
        match poll(&mut fds, Some(&timeout)) {
            Err(rustix::io::Errno::INTR) => return Ok(Ready::default()),
            other => other?,
        };
        let any = |i: usize| fds.get(i).is_some_and(|fd| fd.revents() != nothing);
        Ok(Ready { stdout: any(0), stdin: writing && any(1), stderr: any(2) })
    }

    /// Keeps the end of what the worker says on stderr.
    fn listen(&mut self) -> io::Result<()> {
        let mut buffer = [0; 4096];
        let Some(stderr) = &mut self.stderr else { return Ok(()) };
        let n = stderr.read(&mut buffer)?;
        if n == 0 {
            self.stderr = None;
        }
        self.last_words.extend_from_slice(&buffer[..n]);
        let surplus = self.last_words.len().saturating_sub(LAST_WORDS);
        self.last_words.drain(..surplus);
        Ok(())
    }

    /// The cause of death of a worker whose pipe closed.
    fn bury(&mut self) -> Failure {
        self.kill();
        while self.stderr.is_some() && self.listen().is_ok() {}
        match self.child.wait() {
            Ok(status) => death::of_exit(status, &String::from_utf8_lossy(&self.last_words)),
            Err(e) => Failure::new(capmap_model::FailureKind::Crashed, format!("the reader is gone: {e}")),
        }
    }

    /// Kills the worker and what it started. A worker that died by itself keeps its own exit status.
    fn kill(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            // Dying of a closed pipe takes a moment; its true status says more than ours.
            std::thread::sleep(Duration::from_millis(20));
        }
        if let (Ok(None), Some(group)) = (self.child.try_wait(), Pid::from_raw(self.child.id().cast_signed()))
        {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

#[derive(Default)]
struct Ready {
    stdout: bool,
    stdin: bool,
    stderr: bool,
}

fn memchr(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|&b| b == b'\n')
}

impl Drop for Process {
    fn drop(&mut self) {
        if let (Ok(None), Some(group)) = (self.child.try_wait(), Pid::from_raw(self.child.id().cast_signed()))
        {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.wait();
    }
}
