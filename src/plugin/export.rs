//! The entry points that hosts look for in the library.

use nice_plug::{nice_export_clap, nice_export_vst3};

use super::Lacquer;

nice_export_clap!(Lacquer);
nice_export_vst3!(Lacquer);
