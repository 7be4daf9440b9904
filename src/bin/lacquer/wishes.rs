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
    let style = style(&options.style)?;
    let target = options.target.as_deref().map(read_target).transpose()?;
    let own_target = match options.reference.is_empty() {
        true => target,
        // References are a kind of what else was named.
        false => Some(learn_references(options, target.as_ref().or_else(|| alone(&style)), console)?),
    };
    Ok(Wishes {
        style,
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

fn style(text: &str) -> Result<Style, Error> {
    let style = Style::parse(text).map_err(Error::BadInput)?;
    if let Style::Blend(parts) = &style {
        parts.iter().try_for_each(|(name, _)| shipped(name).map(|_| ()))?;
    }
    Ok(style)
}

/// The target of a style that was chosen alone.
fn alone(style: &Style) -> Option<&'static Target> {
    match style {
        Style::Blend(parts) if parts.len() == 1 => shipped(&parts[0].0).ok(),
        _ => None,
    }
}

/// The target that comes with Lacquer under this name.
fn shipped(name: &str) -> Result<&'static Target, Error> {
    let shipped = Target::shipped();
    shipped.iter().find(|target| target.name.eq_ignore_ascii_case(name)).ok_or_else(|| {
        let names: Vec<_> = shipped.iter().map(|target| target.name.as_str()).collect();
        Error::BadInput(format!("there is no style `{name}`: give auto or one of {}", names.join(", ")))
    })
}

/// What a target is to be learned upon: a style by its name, or a target file.
pub fn upon(text: &str) -> Result<Target, Error> {
    if Path::new(text).exists() { read_target(Path::new(text)) } else { shipped(text).cloned() }
}

fn read_target(path: &Path) -> Result<Target, Error> {
    Target::from_text(&read_text(path)?).map_err(|error| Error::BadInput(format!("{}: {error}", path.display())))
}

fn learn_references(options: &WishOptions, base: Option<&Target>, console: Console) -> Result<Target, Error> {
    let mut learner = Learner::new(REFERENCE_NAME);
    for path in &options.reference {
        let mut recording = Recording::open(path)?.streamed();
        learner.add(&album(path), &listen(&mut recording, "reference", console)?);
    }
    learner.finish(base).map_err(Error::BadInput)
}

/// The album a file belongs to: its folder's name.
pub fn album(path: &Path) -> String {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy().into_owned()
}
