//! Measurements of the chain that anyone can run: beside its peers (`peers`), and as pictures (`plots`).
//!
//! Started by `cargo xtask peers` and `cargo xtask plots`, which build it in release mode.

mod device;
mod limiter_quality;
mod limiters;
mod lv2;
mod machine;
mod meters;
mod signals;
mod table;

fn main() -> anyhow::Result<()> {
    let host = lv2::Host::new();
    println!("{} {:?}", machine::processor(), machine::peer_versions());
    for table in limiter_quality::tables(host.as_ref())? {
        println!("{}", table.markdown());
    }
    Ok(())
}
