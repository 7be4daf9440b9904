//! `lacquer targets`: what a song can be held against and delivered for.

use lacquer::assistant::{Delivery, Target};

use crate::{console::Console, table};

/// Lists shipped targets and delivery profiles.
pub fn run(console: Console) {
    let mut text = String::from("Styles (--style NAME)\n");
    let shipped = Target::shipped();
    let width = shipped.iter().map(|target| target.name.len()).max().unwrap_or(0);
    for target in shipped {
        text += &format!("  {:width$}  learned from {} songs\n", target.name, target.songs);
    }
    text +=
        &format!("  {:width$}  a blend by how well each explains the song\n\nDeliveries (--deliver NAME)\n", "auto");
    for delivery in Delivery::profiles() {
        let (lufs, dbtp) = (delivery.integrated_lufs, delivery.ceiling_dbtp);
        text += &format!("  {:10} {lufs:6.1} LUFS {dbtp:5.1} dBTP  {}\n", delivery.name, delivery.source);
    }
    text += &table::wrapped("  LUFS,DBTP", 13, "figures of one's own, for instance --deliver -12,-1");
    console.answer(text.trim_end());
}
