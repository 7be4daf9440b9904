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
    assert!(regression.predict(&[0.0; 3]).is_none(), "fewer descriptors are not taken");
    let more = [&brightest.1.descriptors[..], &[7.0; 4]].concat();
    assert_eq!(regression.predict(&more), Some(predicted), "what was added since is left alone");
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
