//! A folder as one file, the same bytes whoever packs it and when: entries in the order of their names, one date, no owner, two modes.

use std::{
    fs,
    io::{Cursor, Write},
    path::Path,
};

use anyhow::{Context, Result, ensure};
use flate2::{Compression, GzBuilder};
use zip::write::SimpleFileOptions;

/// The smallest archive: it is packed once and fetched often.
const LEVEL: u32 = 9;
/// Modes of a file, and of a folder or a file that can be run.
const PLAIN: u32 = 0o644;
const RUNS: u32 = 0o755;
/// The first second of 1980 and of 2100: a zip knows no date before, and its calendar here no century that is not a leap year.
const FIRST: u64 = 315_532_800;
const END: u64 = 4_102_444_800;

/// What an archive is packed as.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Form {
    TarGz,
    Zip,
}

impl Form {
    pub fn extension(self) -> &'static str {
        match self {
            Self::TarGz => "tar.gz",
            Self::Zip => "zip",
        }
    }
}

/// A date between 1980 and 2099.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    seconds: u32,
}

impl Moment {
    /// From seconds since 1970.
    pub fn new(seconds: u64) -> Option<Self> {
        let seconds = (FIRST..END).contains(&seconds).then_some(seconds)?;
        Some(Self { seconds: u32::try_from(seconds).ok()? })
    }

    /// Since 1970.
    pub fn seconds(self) -> u32 {
        self.seconds
    }

    /// Year, month, day, hour, minute and second, UTC.
    fn calendar(self) -> (u16, [u8; 5]) {
        let (mut days, second) = (self.seconds / 86_400, self.seconds % 86_400);
        let mut year = 1970;
        let leap = |year: u16| year.is_multiple_of(4);
        while days >= 365 + u32::from(leap(year)) {
            days -= 365 + u32::from(leap(year));
            year += 1;
        }
        let mut month = 0;
        let lengths = [31, 28 + u32::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        while days >= lengths[month] {
            days -= lengths[month];
            month += 1;
        }
        let fields = [month as u32 + 1, days + 1, second / 3600, second / 60 % 60, second % 60];
        (year, fields.map(|field| field as u8))
    }
}

/// Something in the folder: where it goes, and what it holds.
struct Entry {
    name: String,
    runs: bool,
    /// None of a folder.
    bytes: Option<Vec<u8>>,
}

/// The archive of `folder`, in which it is called `name`.
pub fn pack(folder: &Path, name: &str, date: Moment, form: Form) -> Result<Vec<u8>> {
    let mut entries = Vec::new();
    gather(folder, name, &mut entries).with_context(|| format!("{} cannot be packed", folder.display()))?;
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    match form {
        Form::TarGz => tar_gz(&entries, date),
        Form::Zip => zip(&entries, date),
    }
}

fn gather(path: &Path, name: &str, entries: &mut Vec<Entry>) -> Result<()> {
    let metadata = fs::symlink_metadata(path)?;
    ensure!(metadata.is_dir() || metadata.is_file(), "{} is neither a file nor a folder", path.display());
    if metadata.is_file() {
        let bytes = Some(fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?);
        entries.push(Entry { name: name.into(), runs: runs(&metadata), bytes });
        return Ok(());
    }
    entries.push(Entry { name: format!("{name}/"), runs: true, bytes: None });
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let child = entry.file_name();
        let child = child.to_str().with_context(|| format!("{child:?} is no text"))?;
        gather(&entry.path(), &format!("{name}/{child}"), entries)?;
    }
    Ok(())
}

/// Whether its owner may run it. The rest of its mode is the machine's habit.
#[cfg(unix)]
fn runs(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn runs(_: &fs::Metadata) -> bool {
    false
}

fn tar_gz(entries: &[Entry], date: Moment) -> Result<Vec<u8>> {
    let gzip = GzBuilder::new().mtime(date.seconds()).write(Vec::new(), Compression::new(LEVEL));
    let mut tar = tar::Builder::new(gzip);
    for entry in entries {
        let bytes = entry.bytes.as_deref().unwrap_or_default();
        // A new header is of no owner and group.
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(if entry.bytes.is_some() { tar::EntryType::Regular } else { tar::EntryType::Directory });
        header.set_mode(if entry.runs { RUNS } else { PLAIN });
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(date.seconds().into());
        header.set_size(bytes.len() as u64);
        tar.append_data(&mut header, &entry.name, bytes)?;
    }
    Ok(tar.into_inner()?.finish()?)
}

fn zip(entries: &[Entry], date: Moment) -> Result<Vec<u8>> {
    let (year, [month, day, hour, minute, second]) = date.calendar();
    let options = SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .compression_level(Some(LEVEL.into()))
        .last_modified_time(zip::DateTime::from_date_and_time(year, month, day, hour, minute, second)?);
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for entry in entries {
        let options = options.unix_permissions(if entry.runs { RUNS } else { PLAIN });
        match &entry.bytes {
            Some(bytes) => {
                zip.start_file(&*entry.name, options)?;
                zip.write_all(bytes)?;
            }
            None => zip.add_directory(&*entry.name, options)?,
        }
    }
    Ok(zip.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use std::{
        fs::File,
        time::{Duration, SystemTime},
    };

    use super::*;

    /// 29 February 2024, 12:34:56 UTC.
    const LEAP_DAY: u64 = 1_709_210_096;

    const FILES: [(&str, &str); 4] = [
        ("README.md", "read"),
        ("bin/lacquer", "run"),
        ("bin/a", ""),
        ("Lacquer.vst3/Contents/x/Lacquer.so", "plugin"),
    ];

    /// The same folder each time, its files made in the order given and `age` seconds old.
    fn folder<'a>(files: impl Iterator<Item = &'a (&'a str, &'a str)>, age: u64) -> tempfile::TempDir {
        let temp = tempfile::tempdir().expect("a folder");
        for (name, content) in files {
            let path = temp.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            fs::write(&path, content).expect("written");
            let file = File::options().append(true).open(&path).expect("opened");
            file.set_modified(SystemTime::now() - Duration::from_secs(age)).expect("dated");
            #[cfg(unix)]
            if name.ends_with("lacquer") {
                use std::os::unix::fs::PermissionsExt;
                // What a group may do is each machine's own affair.
                let mode = if age > 0 { 0o700 } else { 0o775 };
                fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("set");
            }
        }
        temp
    }

    #[test]
    fn the_same_files_give_the_same_bytes_whenever_and_in_whatever_order_they_were_made() {
        let date = Moment::new(LEAP_DAY).expect("a date");
        let (first, second) = (folder(FILES.iter(), 0), folder(FILES.iter().rev(), 1_000_000));
        for form in [Form::TarGz, Form::Zip] {
            let [a, b] = [&first, &second].map(|folder| pack(folder.path(), "lacquer-1", date, form).expect("packed"));
            assert!(a == b, "{form:?}");
            let later = pack(first.path(), "lacquer-1", Moment::new(LEAP_DAY + 2).expect("a date"), form);
            assert!(a != later.expect("packed"), "{form:?} bears its date");
        }
    }

    #[test]
    fn what_is_packed_comes_out_again() {
        let date = Moment::new(LEAP_DAY).expect("a date");
        let folder = folder(FILES.iter(), 0);
        let bytes = pack(folder.path(), "l", date, Form::TarGz).expect("packed");
        let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(&*bytes));
        let mut names = Vec::new();
        for entry in tar.entries().expect("entries") {
            let mut entry = entry.expect("an entry");
            let name = entry.path().expect("a path").display().to_string();
            assert_eq!(entry.header().mtime().expect("a date"), LEAP_DAY);
            assert_eq!((entry.header().uid().expect("an owner"), entry.header().gid().expect("a group")), (0, 0));
            #[cfg(unix)]
            {
                let runs = name.ends_with('/') || name.ends_with("lacquer");
                assert_eq!(entry.header().mode().expect("a mode"), if runs { RUNS } else { PLAIN }, "{name}");
            }
            if let Some((_, content)) = FILES.iter().find(|(file, _)| name == format!("l/{file}")) {
                let mut text = String::new();
                std::io::Read::read_to_string(&mut entry, &mut text).expect("read");
                assert_eq!(text, *content);
            }
            names.push(name);
        }
        assert!(names.is_sorted() && names.len() == 9, "{names:?}");

        let bytes = pack(folder.path(), "l", date, Form::Zip).expect("packed");
        let zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
        assert_eq!(zip.file_names().collect::<Vec<_>>(), names);
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        let calendar = |seconds| Moment::new(seconds).expect("a date").calendar();
        assert_eq!(calendar(LEAP_DAY), (2024, [2, 29, 12, 34, 56]));
        assert_eq!(calendar(FIRST), (1980, [1, 1, 0, 0, 0]));
        assert_eq!(calendar(END - 1), (2099, [12, 31, 23, 59, 59]));
        assert!(Moment::new(FIRST - 1).is_none() && Moment::new(END).is_none());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_refused() {
        let folder = folder(FILES.iter(), 0);
        std::os::unix::fs::symlink("README.md", folder.path().join("link")).expect("linked");
        let error = pack(folder.path(), "l", Moment::new(LEAP_DAY).expect("a date"), Form::Zip).expect_err("a link");
        assert!(format!("{error:#}").contains("link is neither a file nor a folder"), "{error:#}");
    }
}
