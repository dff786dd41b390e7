//! Which instructions of a program lock the bus: those with a `lock` prefix, and exchanges with memory,
//! which lock without one.

use std::collections::HashSet;
use std::io;
use std::process::Command;

/// The addresses of the locked instructions in an executable or a library.
pub(super) fn locked_instructions(object: &str) -> io::Result<HashSet<u64>> {
    let mut objdump = Command::new("objdump");
    let output = objdump
        .args(["--disassemble", "--no-show-raw-insn", object])
        .output()?;
    if !output.status.success() {
        return Err(io::Error::other(format!("objdump cannot read {object}")));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().filter_map(locked).collect())
}

/// The address, if the line is a locked instruction.
fn locked(line: &str) -> Option<u64> {
    let (address, instruction) = line.split_once(":\t")?;
    let instruction = instruction.trim_start();
    let exchange = instruction.starts_with("xchg") && instruction.contains('(');
    if !exchange && !instruction.starts_with("lock ") {
        return None;
    }
    u64::from_str_radix(address.trim(), 16).ok()
}

#[cfg(test)]
mod tests {
    use super::locked;

    #[test]
    fn locks_and_exchanges_with_memory() {
        assert_eq!(locked("   13fad:\tlock add %r15,(%rax)"), Some(0x13fad));
        assert_eq!(locked("    1000:\txchg   %eax,0x8(%rdi)"), Some(0x1000));
    }

    #[test]
    fn nothing_else() {
        assert_eq!(locked("    1000:\txchg   %ax,%ax"), None);
        assert_eq!(locked("    1000:\tmov    (%rax),%rdx"), None);
        assert_eq!(locked("0000000000001000 <main>:"), None);
    }
}
