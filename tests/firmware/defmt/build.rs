//! As in the other images, and where the linker puts the strings.

#[path = "../build.rs"]
mod memory;

fn main() {
    memory::main();
    println!("cargo::rustc-link-arg-bins=-Tdefmt.x");
    println!("cargo::rerun-if-changed=../build.rs");
}
