//! Options into wishes: style, target or references, delivery, amount, modules.

use std::path::Path;

use lacquer::{
    assistant::{Delivery, Learner, Module, Style, Target, Wishes},
    render::{Error, Recording, text::read_text},
};

use crate::{analyze::listen, console::Console, options::WishOptions};

/// Name of a target that is learned from references.
const REFERENCE_NAME: &str = "reference";

/// Makes wishes of options; references are measured here.
pub fn wishes(options: &WishOptions, console: Console) -> Result<Wishes, Error> {
    let own_target = match &options.target {
        Some(path) => Some(read_target(path)?),
        None if options.reference.is_empty() => None,
        None => Some(learn_references(options, console)?),
    };
    Ok(Wishes {
        style: style(&options.style)?,
        own_target,
        delivery: options.deliver.unwrap_or(Delivery::profiles()[0]),
        amount_percent: options.amount,
        only: modules(options),
    })
}

/// Modules that may act.
pub fn modules(options: &WishOptions) -> Vec<Module> {
    match &options.only {
        Some(only) => only.iter().map(|module| Module::from(*module)).collect(),
        None => Module::ALL.to_vec(),
    }
}

fn style(name: &str) -> Result<Style, Error> {
    if name.eq_ignore_ascii_case("auto") {
        return Ok(Style::Auto);
    }
    let shipped = Target::shipped();
    match shipped.iter().find(|target| target.name.eq_ignore_ascii_case(name)) {
        Some(target) => Ok(Style::Named(target.name.clone())),
        None => {
            let names: Vec<_> = shipped.iter().map(|target| target.name.as_str()).collect();
            Err(Error::BadInput(format!("there is no style `{name}`: give auto or one of {}", names.join(", "))))
        }
    }
}

fn read_target(path: &Path) -> Result<Target, Error> {
    Target::from_text(&read_text(path)?).map_err(|error| Error::BadInput(format!("{}: {error}", path.display())))
}

fn learn_references(options: &WishOptions, console: Console) -> Result<Target, Error> {
    let mut learner = Learner::new(REFERENCE_NAME);
    for path in &options.reference {
        let mut recording = Recording::open(path)?.streamed();
        learner.add(&album(path), &listen(&mut recording, "reference", console)?);
    }
    learner.finish().map_err(Error::BadInput)
}

/// The album a file belongs to: its folder's name.
pub fn album(path: &Path) -> String {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy().into_owned()
}
