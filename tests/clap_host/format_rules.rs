//! What the format's own validator asks of a plugin: lists, layouts, buffers in place or not, masks, transport, flushes, latency.

use std::{
    ffi::{CStr, c_char},
    mem::zeroed,
    ptr,
};

use clap_sys::{
    events::*,
    ext::{audio_ports::*, audio_ports_config::*, params::*, render::*, state::*, tail::*},
    plugin::clap_plugin_descriptor,
    plugin_features::*,
    process::CLAP_PROCESS_CONTINUE,
};

use super::{
    raw::{Block, Raw, Wire, factory},
    *,
};

/// # Safety
/// `text` is null or a string.
unsafe fn read(text: *const c_char) -> Option<String> {
    // SAFETY: as the caller says.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_str().expect("UTF-8").to_owned())
}

#[test]
fn the_factory_gives_what_it_lists_and_nothing_else() {
    let factory = factory();
    // SAFETY: the factory's own calls; what it gives lasts as long as the program.
    unsafe {
        assert_eq!(factory.get_plugin_count.expect("a call")(factory), 1);
        let descriptor = factory.get_plugin_descriptor.expect("a call");
        assert!(descriptor(factory, 1).is_null() && descriptor(factory, u32::MAX).is_null());
        let listed = &*descriptor(factory, 0);
        assert!(ptr::eq(descriptor(factory, 0), listed), "the same each time");
        assert!(listed.clap_version.major >= 1);
        let texts = |of: &clap_plugin_descriptor| {
            let texts = [of.id, of.name, of.vendor, of.url, of.manual_url, of.support_url, of.version, of.description];
            texts.map(|text| read(text))
        };
        for (what, text) in
            [("id", listed.id), ("name", listed.name), ("vendor", listed.vendor), ("version", listed.version)]
        {
            assert!(read(text).is_some_and(|text| !text.trim().is_empty()), "{what}");
        }
        assert!(read(listed.id).is_some_and(|id| id.contains('.') && !id.contains(char::is_whitespace)));
        let features_of = |of: &clap_plugin_descriptor| {
            let mut features = Vec::new();
            while let Some(feature) = read(*of.features.add(features.len())) {
                features.push(feature);
            }
            features
        };
        let features = features_of(listed);
        let categories = [
            CLAP_PLUGIN_FEATURE_INSTRUMENT,
            CLAP_PLUGIN_FEATURE_AUDIO_EFFECT,
            CLAP_PLUGIN_FEATURE_NOTE_EFFECT,
            CLAP_PLUGIN_FEATURE_NOTE_DETECTOR,
            CLAP_PLUGIN_FEATURE_ANALYZER,
        ];
        assert!(
            categories.iter().any(|category| features.iter().any(|feature| feature.as_bytes() == category.to_bytes()))
        );
        let different: std::collections::HashSet<_> = features.iter().collect();
        assert_eq!(different.len(), features.len(), "no feature twice");
        let create = factory.create_plugin.expect("a call");
        let raw = Raw::new();
        let own = &*(*raw.plugin).desc;
        assert_eq!((texts(own), features_of(own)), (texts(listed), features), "an instance says what the list says");
        assert!(create(factory, ptr::null(), c"org.lacquer.lacquer".as_ptr()).is_null(), "no host");
        let entry = &lacquer::plugin::clap_entry;
        assert!(entry.get_factory.expect("a call")(c"no.such.factory".as_ptr()).is_null());
        assert!(entry.get_factory.expect("a call")(ptr::null()).is_null());
    }
}

#[test]
fn lists_end_where_they_say() {
    let raw = Raw::new();
    assert!(raw.extension::<u8>(c"no.such.extension").is_none());
    let params = raw.extension::<clap_plugin_params>(CLAP_EXT_PARAMS).expect("parameters");
    let ports = raw.extension::<clap_plugin_audio_ports>(CLAP_EXT_AUDIO_PORTS).expect("ports");
    assert!(raw.extension::<clap_plugin_state>(CLAP_EXT_STATE).is_some());
    assert!(raw.extension::<clap_plugin_tail>(CLAP_EXT_TAIL).is_some());
    assert!(raw.extension::<clap_plugin_render>(CLAP_EXT_RENDER).is_some());
    // SAFETY: the instance's own calls; zeros are valid in what they fill.
    unsafe {
        let count = params.count.expect("a call")(raw.plugin);
        let (mut info, mut value) = (zeroed::<clap_param_info>(), 0.0);
        for index in [count, count + 1, u32::MAX] {
            assert!(!params.get_info.expect("a call")(raw.plugin, index, &raw mut info), "{index} of {count}");
        }
        assert!(!params.get_value.expect("a call")(raw.plugin, 12_345, &raw mut value), "no such parameter");
        let mut text = [1; 64];
        assert!(!params.value_to_text.expect("a call")(raw.plugin, 12_345, 0.0, text.as_mut_ptr(), 64));
        assert!(!params.text_to_value.expect("a call")(raw.plugin, 12_345, c"1".as_ptr(), &raw mut value));
        for index in 0..count {
            assert!(params.get_info.expect("a call")(raw.plugin, index, &raw mut info));
            assert!(
                info.min_value <= info.default_value
                    && info.default_value <= info.max_value
                    && info.min_value < info.max_value
            );
            // A text that does not fit is cut off and ends with its zero.
            for room in [1, 2, 3, 5] {
                text.fill(1);
                params.value_to_text.expect("a call")(raw.plugin, info.id, info.max_value, text.as_mut_ptr(), room);
                assert!(text[room as usize..].iter().all(|byte| *byte == 1), "written past the room of {room}");
                assert!(text[..room as usize].contains(&0), "a text has an end");
            }
        }
        let mut port = zeroed::<clap_audio_port_info>();
        for is_input in [true, false] {
            assert_eq!(ports.count.expect("a call")(raw.plugin, is_input), 1);
            assert!(!ports.get.expect("a call")(raw.plugin, 1, is_input, &raw mut port));
            assert!(ports.get.expect("a call")(raw.plugin, 0, is_input, &raw mut port));
            assert_ne!(port.flags & CLAP_AUDIO_PORT_IS_MAIN, 0);
            assert_eq!(port.channel_count, 2);
            assert_eq!(read(port.port_type).as_deref(), Some("stereo"));
        }
    }
}

/// Every layout: what it says in its list is what its ports say once it is chosen, and what it plays.
#[test]
fn each_layout_has_the_ports_it_promises_and_plays() {
    let raw = Raw::new();
    let layouts = raw.extension::<clap_plugin_audio_ports_config>(CLAP_EXT_AUDIO_PORTS_CONFIG).expect("layouts");
    let ports = raw.extension::<clap_plugin_audio_ports>(CLAP_EXT_AUDIO_PORTS).expect("ports");
    // SAFETY: the instance's own calls; zeros are valid in what they fill.
    let (count, mut layout, mut port) = unsafe { (layouts.count.expect("a call")(raw.plugin), zeroed(), zeroed()) };
    assert_eq!(count, 2, "stereo and mono");
    // SAFETY: as above.
    assert!(unsafe { !layouts.get.expect("a call")(raw.plugin, count, &raw mut layout) }, "no third");
    for index in (0..count).chain([0]) {
        // SAFETY: as above; what is given names strings that last as long as the program.
        let channels = unsafe {
            assert!(layouts.get.expect("a call")(raw.plugin, index, &raw mut layout));
            let layout: &clap_audio_ports_config = &layout;
            assert!(layouts.select.expect("a call")(raw.plugin, layout.id));
            assert!(!layouts.select.expect("a call")(raw.plugin, 999), "no such layout");
            assert!(layout.has_main_input && layout.has_main_output);
            let sides = [
                (true, layout.input_port_count, layout.main_input_channel_count, layout.main_input_port_type),
                (false, layout.output_port_count, layout.main_output_channel_count, layout.main_output_port_type),
            ];
            let found = sides.map(|(is_input, count, channels, kind)| {
                assert_eq!((ports.count.expect("a call")(raw.plugin, is_input), count), (1, 1));
                assert!(ports.get.expect("a call")(raw.plugin, 0, is_input, &raw mut port));
                let port: &clap_audio_port_info = &port;
                assert_eq!(port.channel_count, channels);
                assert_eq!(read(port.port_type), read(kind));
                assert_eq!(read(kind).as_deref(), Some(if channels == 1 { "mono" } else { "stereo" }));
                assert_eq!(port.flags, CLAP_AUDIO_PORT_IS_MAIN, "of 32 bits, and nothing more is asked of a host");
                assert!(port.name.contains(&0) && port.name[0] != 0);
                (port.id, port.in_place_pair, channels)
            });
            let [(input, input_pair, channels), (output, output_pair, others)] = found;
            assert_eq!((input_pair, output_pair), (output, input), "each may be played in the other's place");
            assert_eq!(channels, others);
            channels as usize
        };
        assert!(raw.activate(RATE_HZ, 512) && raw.start());
        let mut buffers = vec![song(512)[0].clone(); channels];
        assert_eq!(raw.play(&mut buffers, &[]), CLAP_PROCESS_CONTINUE, "{channels} channels");
        let late = raw.latency() as usize;
        for buffer in &buffers {
            assert_eq!(buffer[late..], song(512)[0][..512 - late], "neutral is the input, later");
        }
        raw.stop();
        raw.deactivate();
    }
}

/// Plays `input` in blocks of all sizes; in place or not, with whatever transport and masks `odd` makes up.
fn play_in_blocks(raw: &Raw, input: &[Vec<f32>; 2], in_place: bool, odd: &mut dyn FnMut(&mut Block)) -> [Vec<f32>; 2] {
    let mut whole = input.clone();
    let (mut start, mut round) = (0, 0);
    while start < input[0].len() {
        let frames = [64, 1, 333, 512, 17][round % 5].min(input[0].len() - start);
        let mut other = input.each_ref().map(|channel| channel[start..start + frames].to_vec());
        let mut outputs = whole.each_mut().map(|channel| channel[start..].as_mut_ptr());
        let mut inputs = if in_place { outputs } else { other.each_mut().map(|channel| channel.as_mut_ptr()) };
        let events = if round == 0 { events(&busy(), 0) } else { Vec::new() };
        let events: Vec<_> = events.iter().map(|event| Wire::value(0, event.param, event.value)).collect();
        let (inputs, outputs) = (Some(&mut inputs[..]), Some(&mut outputs[..]));
        let mut call =
            Block { frames: frames as u32, inputs, outputs, events: &events, transport: ptr::null(), mask: 0 };
        odd(&mut call);
        let (status, mask) = raw.process(call);
        assert_eq!(status, CLAP_PROCESS_CONTINUE);
        for (index, channel) in whole.iter().enumerate() {
            let samples = &channel[start..start + frames];
            let is_constant = samples.iter().all(|sample| *sample == samples[0]);
            assert!(mask & 1 << index == 0 || is_constant, "a mask that lies makes hosts drop the sound");
        }
        start += frames;
        round += 1;
    }
    whole
}

#[test]
fn in_place_or_not_whatever_the_transport_does_and_the_host_left_in_masks_the_sound_is_the_same() {
    let input = song(20_000);
    let mut expected = input.clone();
    let [left, right] = &mut expected;
    lacquer::dsp::Chain::new(RATE_HZ, busy().eq.phase).process(&busy(), left, right);
    let mut state = 3u64;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 16
    };
    for in_place in [false, true] {
        for storm in [false, true] {
            let raw = Raw::new();
            assert!(raw.activate(RATE_HZ, 512) && raw.start());
            // SAFETY: zeros are a valid transport.
            let mut transport: clap_event_transport = unsafe { zeroed() };
            let output = play_in_blocks(&raw, &input, in_place, &mut |block| {
                block.mask = random() & 3;
                if storm && random() & 3 != 0 {
                    transport.flags = random() as u32;
                    transport.tempo = [120.0, 0.0, -1.0, f64::NAN, f64::INFINITY, 1e-300][random() as usize % 6];
                    transport.tsig_num = random() as u16;
                    transport.tsig_denom = random() as u16;
                    transport.song_pos_beats = random() as i64;
                    transport.song_pos_seconds = (random() as i64).wrapping_neg();
                    transport.loop_start_beats = i64::MAX;
                    transport.loop_end_beats = i64::MIN;
                    transport.bar_number = random() as i32;
                    block.transport = &raw const transport;
                }
            });
            assert!(output == expected, "in place: {in_place}, storm: {storm}");
        }
    }
}

#[test]
fn transport_within_a_block_changes_no_sample() {
    let input = song(512);
    let play = |wires: &[Wire]| {
        let raw = Raw::new();
        assert!(raw.activate(RATE_HZ, 512) && raw.start());
        let mut output = input.clone();
        assert_eq!(raw.play(&mut output, wires), CLAP_PROCESS_CONTINUE);
        output
    };
    let gain = Wire::value(200, number("input_gain"), 0.7);
    let mut with = Vec::new();
    for time in (0..512).chain([512, 600]) {
        with.push(Wire::transport(time, f64::from(time)));
        if time == 77 {
            with.push(gain);
        }
    }
    assert_eq!(play(&with), play(&[gain]));
    assert_ne!(play(&[gain]), play(&[]));
}

#[test]
fn latency_is_told_within_activation_alone_and_is_the_same_while_active() {
    let raw = Raw::new();
    let params = plugin().params();
    for round in 0..6 {
        let phase = Wire::value(0, number("eq_phase"), f64::from(round % 2));
        raw.flush(&[phase]);
        assert!(raw.activate([44_100.0, 96_000.0][round as usize / 2 % 2], 512) && raw.start());
        let latency = raw.latency();
        for step in 0..20 {
            let share = f64::from(step) / 19.0;
            let storm: Vec<_> = params
                .iter()
                .filter(|param| param.id != number("listen"))
                .map(|param| {
                    let value = param.min + share * (param.max - param.min);
                    Wire::value(step, param.id, if param.stepped { value.round() } else { value })
                })
                .collect();
            let mut output = song(512);
            assert_eq!(raw.play(&mut output, &storm), CLAP_PROCESS_CONTINUE);
            assert_eq!(raw.latency(), latency);
        }
        let saved = raw.save(usize::MAX, usize::MAX).expect("saves");
        assert!(raw.load(&saved, usize::MAX, usize::MAX));
        assert_eq!(raw.latency(), latency);
        raw.stop();
        raw.deactivate();
    }
    let [restarts, told, late] = raw.asked();
    assert!(restarts > 0 && told > 0, "{restarts} restarts asked for, {told} changes told");
    assert_eq!(late, 0, "a change was told while the plugin was active or inactive, not being activated");
}

#[test]
fn what_is_flushed_is_what_a_block_would_have_taken() {
    for active in [false, true] {
        let (flushed, played) = (Raw::new(), Raw::new());
        for raw in [&flushed, &played] {
            assert!(raw.activate(RATE_HZ, 512) && raw.start());
        }
        if !active {
            flushed.stop();
            flushed.deactivate();
        }
        let values: Vec<_> = events(&busy(), 0).iter().map(|event| Wire::value(0, event.param, event.value)).collect();
        flushed.flush(&values);
        let mut output = song(1);
        assert_eq!(played.play(&mut output, &values), CLAP_PROCESS_CONTINUE);
        assert_eq!(flushed.save(9, usize::MAX), played.save(usize::MAX, usize::MAX), "active: {active}");
    }
}
