//! The worker's loop: one request per line in, one result per line out, until the input ends.

use super::protocol::{Reply, Request};
use crate::{Options, read, sniff};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use capmap_model::{Failure, FailureKind, Format, Outcome};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::fs::File;
use std::io::{self, BufRead, Read, Write};

/// Answers operations other than `extract`: gets the operation's name, the charset that the request names (empty where none)
/// and what was read, gives what stands under `result`; none where it does not know the operation.
pub type Extra<'a> = dyn FnMut(&str, &str, &Outcome) -> Option<serde_json::Value> + 'a;

/// Reads requests from `input` and answers them on `output` until `input` ends.
///
/// Lowers this process's memory limit to `options.limits.memory_bytes` at once and for good, so call it only in a process
/// that exists to be a worker.
///
/// # Errors
/// Where the pipes fail. A request that cannot be understood is answered, not an error.
pub fn serve(
    mut input: impl BufRead,
    mut output: impl Write,
    options: &Options,
    extra: &mut Extra<'_>,
) -> io::Result<()> {
    let mut options = options.clone();
    limit_memory(options.limits.memory_bytes);
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        match serde_json::from_slice::<Request>(&line) {
            Ok(request) if request.op == "configure" => {
                options = request.options.unwrap_or(options);
                limit_memory(options.limits.memory_bytes);
            }
            Ok(request) => {
                line = Vec::new();
                answer(request, &options, &mut output, extra)?;
            }
            Err(e) => {
                send(&mut output, &Reply { error: Some(format!("not a request: {e}")), ..Reply::default() })?
            }
        }
    }
}

fn send(output: &mut impl Write, reply: &Reply) -> io::Result<()> {
    // Written at once: a progress line that waits in a buffer is lost when the worker dies.
    let mut line = serde_json::to_vec(reply)?;
    line.push(b'\n');
    output.write_all(&line)?;
    output.flush()
}

fn answer(
    request: Request,
    base: &Options,
    output: &mut impl Write,
    extra: &mut Extra<'_>,
) -> io::Result<()> {
    let id = request.id;
    let (outcome, format) = extract(&request, base, output);
    let mut reply = Reply { id, format, ..Reply::default() };
    if request.op != "extract" {
        reply.result = extra(&request.op, request.charset.as_deref().unwrap_or_default(), &outcome);
        if reply.result.is_none() {
            reply.error = Some(format!("there is no operation named '{}'", request.op));
            return send(output, &reply);
        }
    }
    reply.outcome = Some(outcome);
    send(output, &reply)
}

fn extract(request: &Request, base: &Options, output: &mut impl Write) -> (Outcome, Option<Format>) {
    let options = options_for(request, base);
    limit_cpu(options.limits.cpu_ms);
    let bytes = match bytes_of(request, options.limits.input_bytes) {
        Ok(bytes) => bytes,
        Err(failure) => return (Outcome::Unreadable { failure }, None),
    };
    let format = request.format.unwrap_or_else(|| sniff(&bytes, &request.source));
    let mut progress = |page: u32| {
        if request.progress {
            // A pipe that broke is noticed when the result is sent.
            let _ = send(output, &Reply { id: request.id, page: Some(page), ..Reply::default() });
        }
    };
    (read(&bytes, &request.source, format, &options, &mut progress), Some(format))
}

fn options_for(request: &Request, base: &Options) -> Options {
    let mut options = base.clone();
    options.skip_pages.extend(&request.skip_pages);
    if let Some(wall_ms) = request.wall_ms {
        options.limits.wall_ms = wall_ms.min(base.limits.wall_ms);
    }
    if request.charset.is_some() {
        options.charset.clone_from(&request.charset);
    }
    options
}

fn bytes_of(request: &Request, limit: u64) -> Result<Vec<u8>, Failure> {
    let io = |e: io::Error| Failure::new(FailureKind::Io, format!("cannot be opened: {e}"));
    if let Some(path) = &request.path {
        let mut bytes = Vec::new();
        File::open(path).and_then(|f| f.take(limit.saturating_add(1)).read_to_end(&mut bytes)).map_err(io)?;
        return Ok(bytes);
    }
    let text = request.bytes.as_deref().unwrap_or("");
    BASE64
        .decode(text)
        .map_err(|e| Failure::new(FailureKind::Malformed, format!("the request's bytes are no base64: {e}")))
}

/// Lowers the soft limit; where the system refuses, the pool's clock is still there.
fn limit_memory(bytes: u64) {
    let old = getrlimit(Resource::As);
    let current = old.maximum.map_or(bytes, |hard| bytes.min(hard));
    let _ = setrlimit(Resource::As, Rlimit { current: Some(current), maximum: old.maximum });
    // A core file of a worker that ran out of memory helps nobody.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
}

/// Allows `ms` more processor time than this process has used so far; the system counts in whole seconds.
fn limit_cpu(ms: u64) {
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    let seconds = u64::try_from(used.tv_sec).unwrap_or(0) + 1 + ms.div_ceil(1000);
    let old = getrlimit(Resource::Cpu);
    let current = old.maximum.map_or(seconds, |hard| seconds.min(hard));
    let _ = setrlimit(Resource::Cpu, Rlimit { current: Some(current), maximum: old.maximum });
}

/// Takes standard output for the protocol and points file descriptor 1 at `/dev/null`, so that a library that prints does
/// not break a line of the protocol.
///
/// # Errors
/// Where the descriptors cannot be duplicated.
pub fn guard_stdout() -> io::Result<File> {
    let own = rustix::io::dup(rustix::stdio::stdout())?;
    let null = File::options().write(true).open("/dev/null")?;
    rustix::stdio::dup2_stdout(&null)?;
    Ok(File::from(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converse(lines: &str) -> Vec<serde_json::Value> {
        let mut output = Vec::new();
        let mut extra = |op: &str, _: &str, o: &Outcome| {
            (op == "count").then(|| serde_json::json!(o.document().map_or(0, |d| d.words())))
        };
        // High enough that this test process does not limit itself.
        let mut options = Options::default();
        options.limits.memory_bytes = 1 << 46;
        options.limits.cpu_ms = 3_600_000;
        serve(lines.as_bytes(), &mut output, &options, &mut extra).unwrap();
        String::from_utf8(output).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    }

    #[test]
    fn one_result_per_line() {
        let replies = converse(concat!(
            "{\"id\":1,\"op\":\"extract\",\"source\":\"a.txt\",\"bytes\":\"aGVsbG8gd29ybGQ=\"}\n\n",
            "nonsense\n",
            "{\"id\":3,\"op\":\"count\",\"source\":\"a.txt\",\"bytes\":\"aGVsbG8gd29ybGQ=\"}\n",
            "{\"id\":4,\"op\":\"dance\",\"bytes\":\"aGVsbG8=\"}\n",
            "{\"id\":5,\"op\":\"extract\",\"source\":\"gone\",\"path\":\"/nonexistent/gone\"}\n",
        ));
        assert_eq!(replies.len(), 5);
        assert_eq!(replies[0]["outcome"].to_string().matches("hello world").count(), 1);
        assert!(replies[1]["error"].as_str().unwrap().starts_with("not a request"));
        assert_eq!(replies[2]["result"], 2);
        assert!(replies[3]["error"].as_str().unwrap().contains("dance"));
        assert!(replies[4]["outcome"].to_string().contains("cannot be opened"));
    }
}
