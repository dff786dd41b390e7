//! Where flash and RAM of the emulated machines are.

use std::path::PathBuf;
use std::{env, fs};

pub fn main() {
    let target = env::var("TARGET").unwrap();
    let (flash, ram) = match target.as_str() {
        "thumbv6m-none-eabi" => ("0x00000000, LENGTH = 256K", "0x20000000, LENGTH = 16K"),
        "thumbv7m-none-eabi" => ("0x00000000, LENGTH = 256K", "0x20000000, LENGTH = 64K"),
        "thumbv7em-none-eabihf" => ("0x00000000, LENGTH = 4M", "0x20000000, LENGTH = 4M"),
        // The secure side: the other one is not set up.
        "thumbv8m.main-none-eabihf" => ("0x10000000, LENGTH = 512K", "0x38000000, LENGTH = 512K"),
        "riscv32imc-unknown-none-elf" => ("0x80000000, LENGTH = 1M", "0x80100000, LENGTH = 1M"),
        other => panic!("no machine is known for {other}"),
    };
    let mut memory =
        format!("MEMORY\n{{\n  FLASH : ORIGIN = {flash}\n  RAM : ORIGIN = {ram}\n}}\n");
    if target.starts_with("riscv") {
        for (alias, region) in [
            ("TEXT", "FLASH"),
            ("RODATA", "FLASH"),
            ("DATA", "RAM"),
            ("BSS", "RAM"),
            ("HEAP", "RAM"),
            ("STACK", "RAM"),
        ] {
            memory += &format!("REGION_ALIAS(\"REGION_{alias}\", {region});\n");
        }
        memory += "_heap_size = 0;\n";
    }
    let out = PathBuf::from(env::var("OUT_DIR").unwrap());
    fs::write(out.join("memory.x"), memory).unwrap();
    println!("cargo::rustc-link-search={}", out.display());
    println!("cargo::rerun-if-changed=build.rs");
}
