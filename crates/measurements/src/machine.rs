//! What the figures were measured on: the processor, and the versions of the peers.

use std::{fs, process::Command};

/// The packages that hold the peers: Debian's names and Fedora's.
const PACKAGES: [(&str, &str); 3] =
    [("lsp-plugins-lv2", "lsp-plugins-lv2"), ("calf-plugins", "lv2-calf-plugins"), ("x42-plugins", "lv2-x42-plugins")];

/// The processor's name, or its architecture where the system does not tell.
pub fn processor() -> String {
    let told = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    told.or_else(|| first_line("sysctl", &["-n", "machdep.cpu.brand_string"]))
        .unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

/// Packages of the peers with their versions, as far as the system's package manager (dpkg or rpm) tells.
pub fn peer_versions() -> Vec<String> {
    PACKAGES
        .iter()
        .filter_map(|(debian, fedora)| {
            let version = first_line("dpkg-query", &["-W", "-f=${Version}", debian])
                .or_else(|| first_line("rpm", &["-q", "--qf", "%{VERSION}-%{RELEASE}", fedora]))?;
            Some(format!("{debian} {version}"))
        })
        .collect()
}

fn first_line(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok().filter(|output| output.status.success())?;
    String::from_utf8_lossy(&output.stdout).lines().next().map(|line| line.trim().to_owned()).filter(|l| !l.is_empty())
}
