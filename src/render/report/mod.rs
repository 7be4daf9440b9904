//! One HTML page that shows what mastering did: figures, charts, each item with its reason. Self-contained: no other file, no
//! network, no script.

use super::master::Reductions;
use crate::{analysis::Measurement, assistant::Suggestion, settings::ChainSettings};

/// Everything the page shows.
#[derive(Debug, Clone)]
pub struct ReportInput<'a> {
    /// What was mastered: a file's name or a title.
    pub title: &'a str,
    /// The source, whole.
    pub before: &'a Measurement,
    /// The result, whole.
    pub after: &'a Measurement,
    /// What the chain was set to.
    pub settings: &'a ChainSettings,
    /// What the assistant said, unless the settings came from elsewhere.
    pub suggestion: Option<&'a Suggestion>,
    pub reductions: &'a Reductions,
}

/// The page as text.
pub fn html(input: &ReportInput) -> String {
    format!("<!doctype html><title>{}</title>", escape(input.title))
}

/// A text as it may stand in HTML, in an attribute too.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
