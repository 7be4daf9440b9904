//! The review of a suggestion: each card is open, accepted or rejected, with an amount of its own and one for the whole.
//!
//! What is accepted lies over the sound that was set before the first card was accepted ([`Review::base`]): taking a card back
//! brings back what was there. Each act gives the values to set, and only those that it changes.

use serde::{Deserialize, Serialize};

use crate::{
    assistant::{Amounts, Suggestion},
    settings::{
        ChainSettings,
        fields::{Kind, field, fields},
    },
};

/// Values to set, by the fields' ids.
pub type Values = Vec<(String, f32)>;

/// What was decided about a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    #[default]
    Open,
    Accepted,
    Rejected,
}

/// One item of the suggestion under review.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Card {
    pub verdict: Verdict,
    /// How much of it is, or would be, taken, 0 to 100 %.
    pub percent: f64,
}

/// How a suggestion is taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Review {
    /// Which answer of the assistant it is about.
    pub decision: u64,
    /// Amount of the whole, 0 to 100 %.
    pub whole_percent: f64,
    /// One for each item, in the suggestion's order.
    pub cards: Vec<Card>,
    /// The sound from before the first card was accepted.
    pub base: Option<ChainSettings>,
}

impl Review {
    /// The review of a suggestion of which nothing was decided yet.
    pub fn of(decision: u64, suggestion: &Suggestion) -> Self {
        let card = Card { verdict: Verdict::Open, percent: 100.0 };
        Self { decision, whole_percent: 100.0, cards: vec![card; suggestion.items.len()], base: None }
    }

    /// How much of each item sounds.
    pub fn taken(&self) -> Amounts {
        self.amounts(|_, card| card.verdict == Verdict::Accepted)
    }

    /// How much of each item would sound with `item` taken, too; with none, with all open ones.
    pub fn tried(&self, item: Option<usize>) -> Amounts {
        self.amounts(|index, card| {
            let chosen = match item {
                Some(item) => index == item,
                None => card.verdict == Verdict::Open,
            };
            chosen || card.verdict == Verdict::Accepted
        })
    }

    /// What is set with `item` taken at its amount beside what is accepted.
    pub fn settings_with(&self, item: usize, suggestion: &Suggestion, now: &ChainSettings) -> ChainSettings {
        suggestion.settings_at(&self.tried(Some(item)), &self.base.unwrap_or(*now))
    }

    /// Whether anything was accepted.
    pub fn has_accepted(&self) -> bool {
        self.cards.iter().any(|card| card.verdict == Verdict::Accepted)
    }

    /// Accepts a card at its amount.
    pub fn accept(&mut self, item: usize, suggestion: &Suggestion, now: &ChainSettings) -> Values {
        self.change(suggestion, now, |review| review.set(item, Verdict::Accepted))
    }

    /// Accepts every open card that does anything.
    pub fn accept_all(&mut self, suggestion: &Suggestion, now: &ChainSettings) -> Values {
        self.change(suggestion, now, |review| review.set_open(suggestion, Verdict::Accepted))
    }

    /// Puts a card aside; what was accepted of it is taken back.
    pub fn reject(&mut self, item: usize, suggestion: &Suggestion, now: &ChainSettings) -> Values {
        self.change(suggestion, now, |review| review.set(item, Verdict::Rejected))
    }

    /// Puts every open card aside. What was accepted stays.
    pub fn reject_all(&mut self, suggestion: &Suggestion) {
        self.set_open(suggestion, Verdict::Rejected);
    }

    /// Takes back this card alone and lays it open again.
    pub fn reopen(&mut self, item: usize, suggestion: &Suggestion, now: &ChainSettings) -> Values {
        self.change(suggestion, now, |review| review.set(item, Verdict::Open))
    }

    /// Sets a card's amount; an accepted card's sound follows.
    pub fn set_percent(&mut self, item: usize, percent: f64, suggestion: &Suggestion, now: &ChainSettings) -> Values {
        self.change(suggestion, now, |review| {
            if let Some(card) = review.cards.get_mut(item) {
                card.percent = percent.clamp(0.0, 100.0);
            }
        })
    }

    /// Sets the amount of the whole; accepted cards follow.
    pub fn set_whole(&mut self, percent: f64, suggestion: &Suggestion, now: &ChainSettings) -> Values {
        self.change(suggestion, now, |review| review.whole_percent = percent.clamp(0.0, 100.0))
    }

    /// What sounds differently when these amounts are tried over `now`, and how many LU louder it is.
    pub fn trial(&self, tried: &Amounts, suggestion: &Suggestion, now: &ChainSettings) -> (Values, f64) {
        let base = self.base.unwrap_or(*now);
        let (from, to) = (suggestion.settings_at(&self.taken(), &base), suggestion.settings_at(tried, &base));
        let louder_lu = suggestion.louder_lu_at(tried) - suggestion.louder_lu_at(&self.taken());
        (differences(&from, &to, now), louder_lu)
    }

    fn amounts(&self, is_taken: impl Fn(usize, &Card) -> bool) -> Amounts {
        let percent = |(index, card): (usize, &Card)| if is_taken(index, card) { card.percent } else { 0.0 };
        Amounts {
            whole_percent: self.whole_percent,
            items_percent: self.cards.iter().enumerate().map(percent).collect(),
        }
    }

    fn set(&mut self, item: usize, verdict: Verdict) {
        if let Some(card) = self.cards.get_mut(item) {
            card.verdict = verdict;
        }
    }

    fn set_open(&mut self, suggestion: &Suggestion, verdict: Verdict) {
        for (card, item) in self.cards.iter_mut().zip(&suggestion.items) {
            if item.acts && card.verdict == Verdict::Open {
                card.verdict = verdict;
            }
        }
    }

    fn change(&mut self, suggestion: &Suggestion, now: &ChainSettings, act: impl FnOnce(&mut Self)) -> Values {
        let base = self.base.unwrap_or(*now);
        let from = suggestion.settings_at(&self.taken(), &base);
        act(self);
        let to = suggestion.settings_at(&self.taken(), &base);
        // Once all is taken back, the next card is accepted over what is set then.
        self.base = self.has_accepted().then_some(base);
        differences(&from, &to, now)
    }
}

/// The values in which `to` differs from `from`, but for those that `now` has already.
fn differences(from: &ChainSettings, to: &ChainSettings, now: &ChainSettings) -> Values {
    let moved = |field: &&crate::settings::fields::Field| {
        let value = field.get(to);
        value != field.get(from) && value != field.get(now)
    };
    fields().iter().filter(moved).map(|field| (field.id.clone(), field.get(to))).collect()
}

/// All values of the sound in which `to` differs from `now`; how one listens stays.
pub fn changes_to(to: &ChainSettings, now: &ChainSettings) -> Values {
    let mut values = differences(now, to, now);
    values.retain(|(id, _)| field(id).is_some_and(|field| !field.pointer.is_empty()));
    values
}

/// Puts values in an order in which nothing is heard on the way that neither end has: off goes first, on comes last.
pub fn in_order(mut values: Values) -> Values {
    values.sort_by_key(|(id, value)| match field(id).map(|field| field.kind) {
        Some(Kind::Switch) if *value < 0.5 => 0,
        Some(Kind::Switch) => 2,
        _ => 1,
    });
    values
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;

    /// Two EQ bands and a limiter, 3 LU louder; and an item that does nothing.
    pub fn suggestion() -> Suggestion {
        let item = |module: &str, band: Option<usize>, changes: serde_json::Value| {
            json!({
                "module": module, "band": band, "acts": changes != json!([]), "reason": "Because.", "unit": "dB",
                "confidence": 0.8, "measured": 2.0, "target_low": -1.0, "target_high": 1.0, "changes": changes,
            })
        };
        let items = [
            item("eq", Some(0), json!([{ "id": "eq1_on", "value": 1.0 }, { "id": "eq1_gain", "value": -2.0 }])),
            item("eq", Some(1), json!([{ "id": "eq2_on", "value": 1.0 }, { "id": "eq2_gain", "value": 1.0 }])),
            item("compressor", None, json!([])),
            item(
                "limiter",
                None,
                json!([{ "id": "limiter_on", "value": 1.0 }, { "id": "limiter_drive", "value": 4.0 }]),
            ),
        ];
        serde_json::from_value(json!({
            "version": 1, "settings": {}, "items": items, "styles": [], "notes": [],
            "measurement": { "loudness": { "integrated_lufs": -17.0 } },
            "expected": { "loudness": { "integrated_lufs": -14.0 } },
            "decided_lufs": -14.0, "limiter_reduction_p95_db": 1.0,
        }))
        .expect("a suggestion")
    }

    fn set(values: &Values, settings: &mut ChainSettings) {
        for (id, value) in values {
            field(id).expect("a field").set(settings, *value);
        }
    }

    #[test]
    fn accepting_sets_what_changes_and_taking_back_restores_what_was() {
        let suggestion = suggestion();
        let mut review = Review::of(1, &suggestion);
        let mut now = ChainSettings::default();
        now.eq.bands[0].gain_db = 0.5;
        let before = now;
        let values = review.accept(0, &suggestion, &now);
        assert_eq!(values, [("eq1_on".into(), 1.0), ("eq1_gain".into(), -2.0)]);
        set(&values, &mut now);
        set(&review.accept(3, &suggestion, &now), &mut now);
        assert_eq!((now.limiter.on, now.limiter.drive_db), (true, 4.0));
        // Something of one's own meanwhile stays.
        now.eq.bands[5].gain_db = 3.0;
        let values = review.reopen(0, &suggestion, &now);
        set(&values, &mut now);
        assert_eq!((now.eq.bands[0], now.eq.bands[5].gain_db), (before.eq.bands[0], 3.0));
        assert!(now.limiter.on, "the other card stays");
        set(&review.reopen(3, &suggestion, &now), &mut now);
        assert_eq!((now.limiter, review.base), (before.limiter, None));
    }

    #[test]
    fn amounts_of_accepted_cards_are_heard_and_those_of_open_ones_wait() {
        let suggestion = suggestion();
        let mut review = Review::of(1, &suggestion);
        let mut now = ChainSettings::default();
        assert_eq!(review.set_percent(0, 50.0, &suggestion, &now), []);
        set(&review.accept(0, &suggestion, &now), &mut now);
        assert!((now.eq.bands[0].gain_db + 1.0).abs() < 0.02, "{}", now.eq.bands[0].gain_db);
        set(&review.set_whole(50.0, &suggestion, &now), &mut now);
        assert!((now.eq.bands[0].gain_db + 0.5).abs() < 0.02);
        set(&review.set_whole(100.0, &suggestion, &now), &mut now);
        set(&review.set_percent(0, 100.0, &suggestion, &now), &mut now);
        assert_eq!(now.eq.bands[0].gain_db, -2.0);
        // Nothing to set when all is set.
        assert_eq!(review.set_percent(0, 100.0, &suggestion, &now), []);
    }

    #[test]
    fn what_a_card_would_set_follows_its_amount_and_the_wholes() {
        let suggestion = suggestion();
        let mut review = Review::of(1, &suggestion);
        let now = ChainSettings::default();
        let gain_db = |review: &Review| review.settings_with(0, &suggestion, &now).eq.bands[0].gain_db;
        assert_eq!(gain_db(&review), -2.0);
        review.set_percent(0, 50.0, &suggestion, &now);
        assert!((gain_db(&review) + 1.0).abs() < 0.02);
        review.set_whole(50.0, &suggestion, &now);
        assert!((gain_db(&review) + 0.5).abs() < 0.02);
        assert!(!review.settings_with(0, &suggestion, &now).limiter.on, "other cards wait");
    }

    #[test]
    fn all_means_all_that_is_open_and_does_anything() {
        let suggestion = suggestion();
        let mut review = Review::of(1, &suggestion);
        let mut now = ChainSettings::default();
        review.reject(1, &suggestion, &now);
        let values = review.accept_all(&suggestion, &now);
        set(&values, &mut now);
        let verdicts: Vec<_> = review.cards.iter().map(|card| card.verdict).collect();
        assert_eq!(verdicts, [Verdict::Accepted, Verdict::Rejected, Verdict::Open, Verdict::Accepted]);
        assert!(!now.eq.bands[1].on && now.limiter.on);
        let text = serde_json::to_string(&review).expect("serialises");
        assert_eq!(serde_json::from_str::<Review>(&text).expect("comes back"), review);
        review.reject_all(&suggestion);
        assert_eq!(review.cards[0].verdict, Verdict::Accepted);
    }

    #[test]
    fn a_trial_says_what_differs_and_how_much_louder_it_is() {
        let suggestion = suggestion();
        let review = Review::of(1, &suggestion);
        let now = ChainSettings::default();
        let (values, louder_lu) = review.trial(&review.tried(Some(3)), &suggestion, &now);
        assert_eq!(values, [("limiter_on".into(), 1.0), ("limiter_drive".into(), 4.0)]);
        assert!((louder_lu - 3.0).abs() < 1e-6);
        let (values, louder_lu) = review.trial(&review.tried(Some(0)), &suggestion, &now);
        assert_eq!((values.len(), louder_lu), (2, 0.0));
        assert_eq!(review.trial(&review.tried(None), &suggestion, &now).0.len(), 6);
        assert!(!review.has_accepted(), "a trial decides nothing");
    }

    #[test]
    fn switches_go_off_first_and_on_last() {
        let values = vec![("eq1_on".into(), 1.0), ("eq1_gain".into(), 2.0), ("comp_on".into(), 0.0)];
        let ids: Vec<_> = in_order(values).into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids, ["comp_on", "eq1_gain", "eq1_on"]);
    }

    #[test]
    fn going_to_a_sound_leaves_how_one_listens() {
        let mut now = ChainSettings::default();
        now.monitor.bypass = true;
        let mut to = ChainSettings::default();
        to.output.gain_db = 1.0;
        assert_eq!(changes_to(&to, &now), [("output_gain".into(), 1.0)]);
    }
}
