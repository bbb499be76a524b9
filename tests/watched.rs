//! A run of the program under observation: how much memory it and its workers take, and workers that are killed on the way.

use crate::project::Run;
use std::collections::BTreeMap;
use std::fs::read_to_string;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What was seen of a run.
pub struct Watched {
    pub run: Run,
    pub took: Duration,
    /// Most memory that was resident, in MiB; what the workers took is not in it.
    pub peak: u64,
    pub workers: Vec<Worker>,
}

/// A worker process.
pub struct Worker {
    /// Most memory that was resident, in MiB.
    pub peak: u64,
    /// The address space that the system allows it, in MiB; none where it lived too briefly to be asked.
    pub limit: Option<u64>,
}

/// Runs `command` to its end and kills the first `kills` workers, each once it has worked for a while.
pub fn watch(mut command: Command, kills: usize) -> Watched {
    let began = Instant::now();
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let pid = child.id();
    let reader = thread::spawn(move || child.wait_with_output().unwrap());
    let (mut peak, mut left) = (0, kills);
    let mut workers: BTreeMap<u32, (Worker, Instant)> = BTreeMap::new();
    while !reader.is_finished() {
        peak = peak.max(mib(pid, "VmHWM:"));
        for worker in children(pid) {
            let fresh = || (Worker { peak: 0, limit: None }, Instant::now());
            let (seen, since) = workers.entry(worker).or_insert_with(fresh);
            seen.peak = seen.peak.max(mib(worker, "VmHWM:"));
            seen.limit = address_space(worker).or(seen.limit);
            if left > 0 && since.elapsed() > Duration::from_millis(150) && kill(worker) {
                left -= 1;
                *since = Instant::now() + Duration::from_secs(3600);
            }
        }
        thread::sleep(Duration::from_millis(3));
    }
    let output = reader.join().unwrap();
    assert_eq!(left, 0, "the run ended before all workers could be killed");
    let workers = workers.into_values().map(|(worker, _)| worker).collect();
    Watched { run: Run::of(&output), took: began.elapsed(), peak, workers }
}

fn kill(pid: u32) -> bool {
    Command::new("kill").args(["-9", &pid.to_string()]).status().is_ok_and(|status| status.success())
}

/// A value of the process's status, given in kB, as MiB.
fn mib(pid: u32, name: &str) -> u64 {
    let status = read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|l| l.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn address_space(pid: u32) -> Option<u64> {
    let limits = read_to_string(format!("/proc/{pid}/limits")).ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max address space"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? >> 20)
}

/// Processes that threads of this one have started and that still run.
fn children(pid: u32) -> Vec<u32> {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let lists = threads.map(|t| read_to_string(t.path().join("children")).unwrap_or_default());
    lists.flat_map(|l| l.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<u32>>()).collect()
}
