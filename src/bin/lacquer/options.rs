//! What one can type: commands and options, with their help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use lacquer::{
    assistant::{Delivery, Module},
    render::wav::Word,
};

/// Measures a mix, suggests delicate mastering settings with reasons in numbers, and masters it.
///
/// Reads WAV, AIFF, FLAC, MP3, Ogg Vorbis, AAC and M4A, mono or stereo, 8 to 768 kHz; writes WAV. Exit codes: 0 done, 1 bad input
/// or options, 2 failed while working.
#[derive(Debug, Parser)]
#[command(name = "lacquer", version, arg_required_else_help = true)]
pub struct Options {
    #[command(subcommand)]
    pub command: Command,
    /// Says nothing but errors (and the answer that was asked for).
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Measures files: loudness, spectrum, dynamics, stereo image, faults.
    Analyze {
        /// Audio files.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// One JSON object a line and file, as soon as it is measured, with the file's name under `file`.
        #[arg(long)]
        json: bool,
    },
    /// Suggests settings for a mix, each with its reason.
    Suggest {
        /// An audio file.
        file: PathBuf,
        #[command(flatten)]
        wishes: WishOptions,
        /// Writes the settings to a file that `lacquer master --settings` reads.
        #[arg(long, short, value_name = "SETTINGS.json")]
        output: Option<PathBuf>,
        /// Overwrites an existing settings file.
        #[arg(long)]
        force: bool,
    },
    /// Masters files: suggests, applies, writes WAV with the source's tags.
    Master(MasterOptions),
    /// Learns a target from masters: what good ones measure, as statistics.
    Learn {
        /// Audio files, or folders that are searched for them with all their subfolders. Files of one folder count as an album.
        #[arg(required = true, value_name = "DIR|FILE")]
        sources: Vec<PathBuf>,
        /// The target file.
        #[arg(long, short, value_name = "TARGET.json")]
        output: PathBuf,
        /// The target's name; without it, the file's.
        #[arg(long)]
        name: Option<String>,
        /// What few masters are a kind of: a style (see `lacquer targets`), or a target file made by `lacquer learn`, of an album for
        /// instance; without it, all music.
        #[arg(long, value_name = "STYLE|T.json")]
        upon: Option<String>,
        /// A line that says what kind of music it is, kept in the file.
        #[arg(long, value_name = "TEXT", default_value = "")]
        description: String,
        /// Overwrites an existing target file.
        #[arg(long)]
        force: bool,
    },
    /// Lists the styles and deliveries that come with Lacquer.
    Targets,
    /// Writes the demo mix, a song with honest flaws, as WAV.
    #[command(hide = true)]
    DemoMix {
        output: PathBuf,
        /// Overwrites an existing file.
        #[arg(long)]
        force: bool,
    },
    /// Writes the manual's pages into a folder, for `man`.
    #[command(hide = true)]
    Manual { folder: PathBuf },
    /// Writes completions for a shell to standard output.
    Completions { shell: Shell },
}

#[derive(Debug, Args)]
pub struct MasterOptions {
    /// Audio files; with --album folders too.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Masters the songs named, or those of the folders named, as one record: the loudest is the anchor, the others keep their
    /// loudness against it within 1 LU and their colour within 1 dB. Masters go into the folder `-o`, or `DIR-mastered`; --report
    /// names one page for all.
    #[arg(long, conflicts_with_all = ["settings", "json"])]
    pub album: bool,
    /// The WAV file, or a folder for one file each (made when it does not exist). Without it, `NAME-mastered.wav` beside the source.
    #[arg(long, short, value_name = "OUT.wav|DIR")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub wishes: WishOptions,
    /// Masters with these settings instead of a suggestion: --amount and --only then scale and restrict them, --deliver sets the
    /// limiter's drive and ceiling for that loudness. The EQ works with minimum phase, or with linear phase if its settings say
    /// `"phase": "linear"`; either way the master lies in time with the song.
    #[arg(long, value_name = "SETTINGS.json", conflicts_with_all = ["style", "target", "reference"])]
    pub settings: Option<PathBuf>,
    /// Writes a report with charts as one HTML file, or into a folder one for each song.
    #[arg(long, value_name = "OUT.html|DIR")]
    pub report: Option<PathBuf>,
    /// Word of the WAV file: 16 and 24 bits are dithered, 32f is float.
    #[arg(long, value_enum, default_value = "24")]
    pub bits: Bits,
    /// Overwrites existing files (never the source).
    #[arg(long)]
    pub force: bool,
}

/// What one asks of the assistant.
#[derive(Debug, Args)]
pub struct WishOptions {
    /// Style that the song is held against (see `lacquer targets`), or several with their weights as in metal=60,all=40; auto lets the
    /// measurement tell.
    #[arg(long, default_value = "auto", value_name = "NAME|NAME=60,…|auto")]
    pub style: String,
    /// A target file made by `lacquer learn`.
    #[arg(long, value_name = "T.json")]
    pub target: Option<PathBuf>,
    /// A finished record to learn the target from; may be given several times. With --target or a --style, it is learned upon that
    /// instead of upon all music.
    #[arg(long, value_name = "FILE", num_args = 1)]
    pub reference: Vec<PathBuf>,
    /// What it is made for: streaming, loud, apple, broadcast, cd, vinyl, or LUFS,DBTP as in -12,-1 [default: streaming].
    #[arg(long, value_parser = Delivery::parse, value_name = "NAME|LUFS,DBTP", allow_hyphen_values = true)]
    pub deliver: Option<Delivery>,
    /// How far to go, 0 (nothing) to 100 (all that is suggested).
    #[arg(long, default_value = "100", value_parser = percent, value_name = "0-100")]
    pub amount: f64,
    /// Modules that may act, separated by commas.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "MODULE,...")]
    pub only: Option<Vec<OnlyModule>>,
    /// Answers as one JSON object a line and file.
    #[arg(long)]
    pub json: bool,
}

impl WishOptions {
    /// Files that are read to know what to aim at.
    pub fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.target.iter().chain(&self.reference)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OnlyModule {
    Eq,
    Compressor,
    Imager,
    Limiter,
}

impl From<OnlyModule> for Module {
    fn from(module: OnlyModule) -> Self {
        match module {
            OnlyModule::Eq => Self::Eq,
            OnlyModule::Compressor => Self::Compressor,
            OnlyModule::Imager => Self::Imager,
            OnlyModule::Limiter => Self::Limiter,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Bits {
    #[value(name = "16")]
    Bits16,
    #[value(name = "24")]
    Bits24,
    #[value(name = "32f")]
    Float32,
}

impl From<Bits> for Word {
    fn from(bits: Bits) -> Self {
        match bits {
            Bits::Bits16 => Self::Bits16,
            Bits::Bits24 => Self::Bits24,
            Bits::Float32 => Self::Float32,
        }
    }
}

fn percent(text: &str) -> Result<f64, String> {
    match text.trim_end_matches('%').trim().parse::<f64>() {
        Ok(value) if (0.0..=100.0).contains(&value) => Ok(value),
        _ => Err("give a number from 0 to 100".to_owned()),
    }
}
