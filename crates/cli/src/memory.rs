//! Gives freed memory back to the system between the steps of a run: what readers and rules took must not stand beside what
//! the index and the store take, or a large folder costs the sum of all steps and not the largest.

/// Returns what the allocator holds and nobody uses.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code)] // the C library's function has no safe wrapper
pub fn give_back() {
    // SAFETY: takes no pointer, and may be called at any time and from any thread.
    unsafe { libc::malloc_trim(0) };
}

/// Other allocators do so by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn give_back() {}
