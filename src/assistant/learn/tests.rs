use super::*;
use crate::assistant::testing::{Random, drawn_shape, song_of, target, truth};

#[test]
fn a_known_gaussian_is_recovered() {
    let learned = target(700);
    let (found, truth) = (learned.shape.gaussian(), truth());
    // The mean of a shape is removed: compare what is left of both.
    let level: f64 = (0..SHAPE_BANDS).map(|band| truth.mean[band]).sum::<f64>() / SHAPE_BANDS as f64;
    for band in 0..SHAPE_BANDS {
        let (got, wanted) = (found.mean[band], truth.mean[band] - level);
        // Four standard errors of 700 songs with 4 dB of spread.
        assert!((got - wanted).abs() < 0.61, "band {band}: {got} instead of {wanted}");
    }
    let size = SHAPE_BANDS;
    let centre = nalgebra::DMatrix::identity(size, size).map(|v: f64| v)
        - nalgebra::DMatrix::from_element(size, size, 1.0 / size as f64);
    let wanted = &centre * truth.covariance * &centre;
    let error = (&found.covariance - &wanted).norm() / wanted.norm();
    assert!(error < 0.2, "relative error of the covariance {error}");
}

#[test]
fn a_few_wild_songs_don_t_move_the_mean() {
    let mut random = Random(11);
    let mut learner = Learner::new("with outliers");
    for song in 0..200 {
        let mut shape = drawn_shape(&mut random);
        if song % 20 == 0 {
            for (band, level) in shape.iter_mut().enumerate() {
                *level += if band < 9 { 40.0 } else { -20.0 };
            }
        }
        learner.add(&song.to_string(), &song_of(&shape, &mut random));
    }
    let found = learner.finish_upon(None).expect("learned").shape.gaussian();
    // 5 % of songs at +40 dB less their share of the removed mean would pull a plain mean by 2 dB.
    let truth = truth();
    let low: f64 = (0..9).map(|band| found.mean[band] - truth.mean[band]).sum::<f64>() / 9.0;
    assert!(low.abs() < 0.9, "the low bands moved by {low} dB");
}

#[test]
fn an_album_of_fifty_does_not_outvote_fifty_albums() {
    let mut random = Random(13);
    let mut learner = Learner::new("uneven");
    for song in 0..50 {
        learner.add(&format!("single {song}"), &song_of(&drawn_shape(&mut random), &mut random));
        let mut bright = drawn_shape(&mut random);
        for (band, level) in bright.iter_mut().enumerate() {
            *level += 0.8 * (band as f64 - 13.5);
        }
        learner.add("box set", &song_of(&bright, &mut random));
    }
    let found = learner.finish_upon(None).expect("learned").shape.gaussian();
    let tilt = |mean: &nalgebra::DVector<f64>| (mean[27] - mean[0]) / 27.0;
    let pulled = tilt(&found.mean) - tilt(&truth().mean);
    // Half the songs, all from one album, would pull by 0.4 dB a band; the album weighs 2.6 songs of 52.6.
    assert!(pulled.abs() < 0.17, "{pulled} dB a band");
}

#[test]
fn one_reference_pulls_but_does_not_take_over() {
    let all = target(200);
    let mut random = Random(17);
    let bright: Vec<f64> = (0..SHAPE_BANDS).map(|band| truth().mean[band] + 0.5 * (band as f64 - 13.5)).collect();
    let learn = |songs: usize, random: &mut Random| {
        let mut learner = Learner::new("reference");
        for song in 0..songs {
            learner.add(&song.to_string(), &song_of(&bright, random));
        }
        learner.finish_upon(Some(&all)).expect("learned")
    };
    let pull = |target: &Target| {
        let base = all.shape.gaussian().mean;
        (target.shape.mean_db[27] - base[27]) / (0.5 * 13.5)
    };
    let one = learn(1, &mut random);
    let three = learn(3, &mut random);
    assert!((0.2..0.55).contains(&pull(&one)), "{}", pull(&one));
    assert!(pull(&three) > pull(&one) + 0.1 && pull(&three) < 0.85, "{}", pull(&three));
    Target::from_text(&one.to_text()).expect("a target of one song is a valid target");
    // What is nearer to the kind judges its songs better: each step helps.
    let error_db = |target: &Target| {
        let mean = target.shape.gaussian().mean;
        let middle = bright.iter().sum::<f64>() / bright.len() as f64;
        let squares: f64 = mean.iter().zip(&bright).map(|(mean, kind)| (mean - kind + middle).powi(2)).sum();
        (squares / bright.len() as f64).sqrt()
    };
    let [none, one, three] = [&all, &one, &three].map(error_db);
    assert!(one < 0.75 * none && three < 0.7 * one, "{none} {one} {three}");
}

/// All music, a style, an album of it, one's own masters: each is learned upon the one before.
#[test]
fn levels_are_priors_for_the_next() {
    let all = target(200);
    let mut random = Random(23);
    // Each level is brighter than the one before by as much.
    let kind = |level: i32| -> Vec<f64> {
        (0..SHAPE_BANDS).map(|band| truth().mean[band] + 0.3 * f64::from(level) * (band as f64 - 13.5)).collect()
    };
    let mut learn = |name: &str, songs: usize, level: i32, base: &Target| {
        let mut learner = Learner::new(name);
        for song in 0..songs {
            let mut shape = kind(level);
            shape.iter_mut().for_each(|db| *db += 2.0 * random.normal());
            learner.add(&song.to_string(), &song_of(&shape, &mut random));
        }
        learner.finish_among(Some(base), std::slice::from_ref(&all)).expect("learned")
    };
    let style = learn("style", 30, 1, &all);
    let album = learn("album", 3, 2, &style);
    let own = learn("own", 3, 3, &album);
    let alone = learn("own", 3, 3, &all);
    let tilt = |target: &Target| {
        let mean = &target.shape.mean_db;
        (mean[27] - mean[0]) / 27.0
    };
    let tilts = [&all, &style, &album, &own].map(tilt);
    for (level, pair) in tilts.windows(2).enumerate() {
        let (kind_tilt, truth_tilt) = (0.3 * (level + 1) as f64 - 1.0, pair[0]);
        assert!(pair[1] > truth_tilt + 0.05 && pair[1] < kind_tilt + 0.1, "level {level}: {tilts:?}");
    }
    // The same three songs are known better by one who knows their album and style.
    let truth_tilt = 0.9 - 1.0;
    assert!((tilts[3] - truth_tilt).abs() < (tilt(&alone) - truth_tilt).abs(), "{tilts:?} {}", tilt(&alone));
    // A kind within a kind moves less for as many songs.
    let first = learn("first", 1, 4, &all);
    let second = learn("second", 1, 4, &style);
    assert!(tilt(&first) - tilts[0] > (tilt(&second) - tilts[1]) * (1.2 / 0.9), "{} {}", tilt(&first), tilt(&second));
    for target in [&style, &album, &own] {
        Target::from_text(&target.to_text()).expect("valid");
    }
}

#[test]
fn the_roots_regression_reaches_every_level() {
    let mut random = Random(29);
    let learn = |name: &str, songs: usize, base: Option<&Target>, known: &[Target], random: &mut Random| {
        let mut learner = Learner::new(name);
        for song in 0..songs {
            let mut measured = song_of(&drawn_shape(random), random);
            measured.descriptors = (0..5).map(|_| random.normal() as f32).collect();
            learner.add(&song.to_string(), &measured);
        }
        learner.finish_among(base, known).expect("learned")
    };
    let root = learn("root", 160, None, &[], &mut random);
    let known = std::slice::from_ref(&root);
    let style = learn("style", 12, Some(&root), known, &mut random);
    let album = learn("album", 4, Some(&style), known, &mut random);
    for target in [&style, &album] {
        let conditional = target.conditional.as_ref().expect("conditional");
        assert_eq!((conditional.base.as_str(), conditional.regression.is_none()), ("root", true));
    }
    // Where the root is nobody's but one's own, its regression goes along.
    let alone = learn("album", 4, Some(&root), &[], &mut random);
    let carried = alone.conditional.expect("conditional").regression;
    assert_eq!(carried, root.conditional.expect("conditional").regression);
}

#[test]
fn descriptors_narrow_the_shape() {
    let mut random = Random(19);
    let mut learner = Learner::new("conditional");
    let mut songs = Vec::new();
    for song in 0..160 {
        // Three descriptors say how bright the song is by nature; two say nothing.
        let bright = random.normal();
        let mut shape = drawn_shape(&mut random);
        for (band, level) in shape.iter_mut().enumerate() {
            *level += bright * 0.6 * (band as f64 - 13.5);
        }
        let mut song_measured = song_of(&shape, &mut random);
        song_measured.descriptors =
            (0..5).map(|index| (random.normal() * 0.3 + if index < 3 { bright } else { 0.0 }) as f32).collect();
        learner.add(&format!("album {}", song / 2), &song_measured);
        songs.push((bright, song_measured));
    }
    let learned = learner.finish_upon(None).expect("learned");
    let conditional = learned.conditional.as_ref().expect("descriptors were there");
    let spread = |spread: &Spread| spread.covariance_db2[27][27].sqrt();
    assert!(
        spread(&conditional.residual) < 0.8 * spread(&learned.shape),
        "{} {}",
        spread(&conditional.residual),
        spread(&learned.shape)
    );
    let regression = conditional.regression.as_ref().expect("the base holds the regression");
    let brightest = songs.iter().max_by(|a, b| a.0.total_cmp(&b.0)).expect("songs");
    let predicted = regression.predict(&brightest.1.descriptors).expect("fits");
    assert!(predicted[27] - learned.shape.mean_db[27] > 3.0);
    assert!(regression.predict(&[0.0; 3]).is_none(), "another set of descriptors is not taken");
}

#[test]
fn nothing_to_learn_from_is_said() {
    let nothing = Learner::new("empty").finish_upon(None).expect_err("refused");
    assert!(nothing.contains("no song was given"), "{nothing}");
    let mut learner = Learner::new("short");
    learner.add("album", &Measurement { gated_s: 2.0, ..Measurement::default() });
    assert_eq!(learner.songs(), 0);
    assert!(learner.refused()[0].contains("silent"), "{:?}", learner.refused());
    assert!(learner.finish_upon(None).expect_err("refused").contains("left out"));
}
