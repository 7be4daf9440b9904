//! The format's rules for what an instance says of itself: factory, buses, arrangements, units, parameters.

use std::{collections::BTreeSet, mem::zeroed, ptr};

use nice_plug::wrapper::vst3::vst3::{
    ComPtr, Interface,
    Steinberg::{
        FUnknown, IPluginBaseTrait, IPluginFactory2, IPluginFactory2Trait, IPluginFactory3, IPluginFactory3Trait,
        IPluginFactoryTrait, PClassInfo2, PClassInfoW, PFactoryInfo,
        Vst::{
            BusInfo, IComponent, IKeyswitchController, IMidiMapping, INoteExpressionController,
            IProcessContextRequirements, IUnitInfo, IUnitInfoTrait, ProcessSetup, SpeakerArrangement, UnitInfo,
        },
    },
};

use super::{
    host::{bytes, factory},
    *,
};

/// Arrangements as hosts know them: empty, mono, left, stereo, two at the back, two at the sides, three, four, 5.1, 7.1.4.
const ARRANGEMENTS: [SpeakerArrangement; 10] = [0, MONO, 1, STEREO, 0x30, 0x600, 0x7, 0x33, 0x3f, 0x0003_f63f];

/// The format's flag of a bus that is active by itself; its bindings have another type for it on each system.
const DEFAULT_ACTIVE: u32 = 1;

#[test]
fn the_factory_names_one_effect_for_mastering() {
    // SAFETY: the library's own factory; there is room for each answer.
    unsafe {
        let factory = factory();
        let mut about: PFactoryInfo = zeroed();
        assert_eq!(factory.getFactoryInfo(&raw mut about), kResultOk);
        assert_eq!(bytes(&about.vendor), "Lacquer Audio");
        let second: ComPtr<IPluginFactory2> = factory.cast().expect("its second form");
        let third: ComPtr<IPluginFactory3> = factory.cast().expect("its third form");
        let (mut info, mut wide): (PClassInfo2, PClassInfoW) = (zeroed(), zeroed());
        assert_eq!(second.getClassInfo2(0, &raw mut info), kResultOk);
        assert_eq!(third.getClassInfoUnicode(0, &raw mut wide), kResultOk);
        assert_eq!((bytes(&info.name), string(&wide.name)), ("Lacquer".into(), "Lacquer".into()));
        assert_eq!(
            (bytes(&info.category), bytes(&info.subCategories)),
            ("Audio Module Class".into(), bytes(&wide.subCategories))
        );
        assert!(bytes(&info.subCategories).split('|').any(|word| word == "Mastering"));
        assert_eq!(
            (bytes(&info.version), string(&wide.version)),
            (env!("CARGO_PKG_VERSION").into(), bytes(&info.version))
        );
        assert!(bytes(&info.sdkVersion).starts_with("VST 3."));
        assert_eq!(info.cid, wide.cid);
        for index in [-1, 1, i32::MAX] {
            assert_ne!(second.getClassInfo2(index, &raw mut info), kResultOk, "class {index}");
            assert_ne!(third.getClassInfoUnicode(index, &raw mut wide), kResultOk, "class {index}");
        }
        let unknown = [7; 16];
        for (class, interface) in [(unknown, IComponent::IID.as_ptr().cast()), (info.cid, unknown.as_ptr())] {
            let mut object = ptr::null_mut();
            assert_ne!(factory.createInstance(class.as_ptr(), interface, &raw mut object), kResultOk);
            assert!(object.is_null(), "what is refused is not given");
        }
    }
}

#[test]
fn an_effect_has_no_notes_and_says_what_it_wants_to_know() {
    let vst3 = Vst3::new();
    assert!(vst3.controller.cast::<IMidiMapping>().is_none());
    assert!(vst3.controller.cast::<INoteExpressionController>().is_none());
    assert!(vst3.controller.cast::<IKeyswitchController>().is_none());
    assert!(vst3.component.cast::<IProcessContextRequirements>().is_some());
}

fn bus(vst3: &Vst3, kind: i32, direction: i32, index: i32, filled: u8) -> (i32, Vec<u8>, BusInfo) {
    // SAFETY: any bytes are numbers, and there is room for the answer.
    unsafe {
        let mut info: BusInfo = zeroed();
        ptr::write_bytes(&raw mut info, filled, 1);
        let answer = vst3.component.getBusInfo(kind, direction, index, &raw mut info);
        let bytes = std::slice::from_raw_parts((&raw const info).cast::<u8>(), size_of::<BusInfo>()).to_vec();
        (answer, bytes, info)
    }
}

#[test]
fn buses_are_told_alike_each_time_and_what_is_none_is_left_alone() {
    let vst3 = Vst3::new();
    for arrangement in [STEREO, MONO, STEREO] {
        assert!(vst3.arrange(arrangement, arrangement));
        for direction in [0, 1] {
            let (answer, told, info) = bus(&vst3, 0, direction, 0, 0x55);
            assert_eq!(answer, kResultOk);
            assert_eq!(told, bus(&vst3, 0, direction, 0, 0xaa).1, "told alike");
            assert!(!string(&info.name).is_empty());
            assert_eq!(info.flags, DEFAULT_ACTIVE);
            assert_eq!(info.channelCount, arrangement.count_ones() as i32);
        }
    }
    for (kind, direction, index) in
        [(0, 0, 1), (0, 1, 1), (0, 0, -1), (0, 2, 0), (0, -1, 0), (1, 0, 0), (1, 1, 0), (2, 0, 0)]
    {
        let (answer, told, _) = bus(&vst3, kind, direction, index, 0x55);
        assert_ne!(answer, kResultOk, "{kind} {direction} {index}");
        assert!(told.iter().all(|byte| *byte == 0x55), "{kind} {direction} {index} is left alone");
        // SAFETY: the instance's own call.
        assert_ne!(unsafe { vst3.component.activateBus(kind, direction, index, 1) }, kResultOk);
    }
    for direction in [0, 1] {
        for state in [1, 0, 1] {
            // SAFETY: the instance's own call.
            assert_eq!(unsafe { vst3.component.activateBus(0, direction, 0, state) }, kResultOk);
        }
    }
}

#[test]
fn an_arrangement_is_the_one_that_was_asked_for_or_the_one_from_before() {
    let vst3 = Vst3::new();
    let now = |vst3: &Vst3| {
        [0, 1].map(|direction| {
            let mut told = 0;
            // SAFETY: room for the answer.
            assert_eq!(unsafe { vst3.processor.getBusArrangement(direction, 0, &raw mut told) }, kResultOk);
            assert_eq!(bus(vst3, 0, direction, 0, 0).2.channelCount, told.count_ones() as i32);
            told
        })
    };
    let input = song(256);
    for inputs in ARRANGEMENTS {
        for outputs in ARRANGEMENTS {
            let before = now(&vst3);
            let taken = vst3.arrange(inputs, outputs);
            assert_eq!(taken, inputs == outputs && [MONO, STEREO].contains(&inputs), "{inputs:x} to {outputs:x}");
            assert_eq!(now(&vst3), if taken { [inputs, outputs] } else { before }, "{inputs:x} to {outputs:x}");
            // Whatever was said, what is told plays.
            assert!(vst3.activate(RATE_HZ, 256));
            let channels = now(&vst3)[0].count_ones() as usize;
            vst3.play(&input[..channels], Calls { block: 256, in_place: false }, &[]);
            vst3.deactivate();
        }
    }
    // SAFETY: no list is one of no buses.
    assert_ne!(unsafe { vst3.processor.setBusArrangements(ptr::null_mut(), 0, ptr::null_mut(), 0) }, kResultOk);
}

#[test]
fn units_are_a_tree_in_which_every_parameter_has_its_place() {
    let vst3 = Vst3::new();
    let units: ComPtr<IUnitInfo> = vst3.controller.cast().expect("units");
    // SAFETY: the instance's own calls; there is room for each answer.
    unsafe {
        assert_eq!(units.getProgramListCount(), 0);
        let count = units.getUnitCount();
        let mut list: Vec<UnitInfo> = Vec::new();
        for index in 0..count {
            let mut info: UnitInfo = zeroed();
            assert_eq!(units.getUnitInfo(index, &raw mut info), kResultOk);
            list.push(info);
        }
        let mut beyond: UnitInfo = zeroed();
        for index in [-1, count] {
            assert_ne!(units.getUnitInfo(index, &raw mut beyond), kResultOk, "unit {index}");
        }
        let ids: BTreeSet<i32> = list.iter().map(|unit| unit.id).collect();
        assert_eq!(ids.len(), list.len(), "each has an id of its own");
        let of = |id: i32| list.iter().find(|unit| unit.id == id);
        let path = |id: i32| {
            let (mut names, mut at) = (Vec::new(), id);
            while let Some(unit) = of(at).filter(|unit| unit.id != 0) {
                assert!(unit.id >= 0 && unit.parentUnitId >= -1 && unit.parentUnitId != unit.id);
                assert!(!string(&unit.name).is_empty());
                assert_eq!(unit.programListId, -1);
                names.insert(0, string(&unit.name));
                at = unit.parentUnitId;
                assert!(at <= 0 || of(at).is_some(), "{}", unit.id);
                assert!(names.len() <= list.len(), "no unit is its own parent's parent");
            }
            names.join("/")
        };
        for unit in &list {
            path(unit.id);
        }
        for param in vst3.params() {
            if let Some(field) = fields().iter().find(|field| number(&field.id) == param.id) {
                assert_eq!(path(param.unitId), field.group, "{}", field.id);
            } else {
                assert!(param.unitId == 0 || of(param.unitId).is_some(), "{}", string(&param.title));
            }
        }
    }
}

#[test]
fn parameters_say_what_can_be_done_with_them() {
    let params = Vst3::new().params();
    let is = |param: &nice_plug::wrapper::vst3::vst3::Steinberg::Vst::ParameterInfo, flag: u32| {
        param.flags & flag as i32 != 0
    };
    let (automated, read_only) = (ParameterFlags_::kCanAutomate as u32, ParameterFlags_::kIsReadOnly as u32);
    let bypass: Vec<_> = params.iter().filter(|param| is(param, ParameterFlags_::kIsBypass as u32)).collect();
    assert!(matches!(bypass[..], [param] if param.id == number("bypass") && is(param, automated)));
    let titles: BTreeSet<_> = params.iter().map(|param| string(&param.title)).collect();
    let ids: BTreeSet<_> = params.iter().map(|param| param.id).collect();
    assert_eq!((titles.len(), ids.len()), (params.len(), params.len()), "each has its own");
    assert!(titles.iter().all(|title| !title.is_empty()));
    for param in &params {
        let title = string(&param.title);
        assert!(param.id < 1 << 31, "{title}");
        assert!(param.stepCount >= 0 && (0.0..=1.0).contains(&param.defaultNormalizedValue), "{title}");
        assert!(!(is(param, automated) && is(param, read_only)), "{title}");
        let field = fields().iter().find(|field| number(&field.id) == param.id);
        let chosen = field.map(|field| matches!(field.kind, Kind::Choice { .. }));
        assert_eq!(is(param, ParameterFlags_::kIsList as u32), chosen.unwrap_or(title == "Deliver For"), "{title}");
    }
}

/// An instance that is ended and begun again is the one from before.
#[test]
fn ends_and_beginnings_leave_state_and_sound() {
    let vst3 = Vst3::new();
    let input = song(3000);
    assert!(vst3.activate(RATE_HZ, 512));
    vst3.play(&song(64), Calls { block: 64, in_place: true }, &points(&busy(), 0));
    let (saved, heard) = (vst3.save(), chain(&input, &busy()));
    for _ in 0..3 {
        vst3.deactivate();
        // SAFETY: the instance's own calls, in the format's order.
        unsafe {
            assert_eq!(vst3.component.terminate(), kResultOk);
            assert_eq!(vst3.component.initialize(ptr::null_mut::<FUnknown>()), kResultOk);
        }
        assert_eq!(vst3.save(), saved);
        assert!(vst3.activate(RATE_HZ, 512));
        assert_eq!(vst3.play(&input, Calls { block: 512, in_place: false }, &[]), heard);
    }
    // At another rate without an end between, as some hosts do.
    for rate_hz in [96_000.0, RATE_HZ] {
        assert!(vst3.activate(rate_hz, 512), "{rate_hz} Hz");
    }
    assert_eq!(vst3.play(&input, Calls { block: 512, in_place: false }, &[]), heard);
}

/// What the set-up takes can be activated and plays; what it refuses leaves the one from before in force.
#[test]
fn a_rate_is_refused_when_it_is_set_up_or_not_at_all() {
    let vst3 = Vst3::new();
    let set_up = |rate_hz: f64, size: i32, frames: i32| {
        let mut setup =
            ProcessSetup { processMode: 0, symbolicSampleSize: size, maxSamplesPerBlock: frames, sampleRate: rate_hz };
        // SAFETY: the instance's own call.
        unsafe { vst3.processor.setupProcessing(&raw mut setup) == kResultOk }
    };
    assert!(set_up(RATE_HZ, 0, 256));
    for rate_hz in [
        8000.0,
        22_050.0,
        32_000.0,
        44_100.0,
        48_000.0,
        88_200.0,
        96_000.0,
        192_000.0,
        384_000.0,
        12_345.678,
        123_456.78,
        1234.5678,
        1_234_567.8,
        7999.0,
        768_000.0,
        999.0,
        800_000.0,
        0.0,
        -1.0,
        f64::NAN,
        f64::INFINITY,
    ] {
        let taken = set_up(rate_hz, 0, 256);
        assert_eq!(taken, (1000.0..=768_000.0).contains(&rate_hz), "{rate_hz} Hz");
        // SAFETY: the instance's own calls, in the format's order.
        unsafe {
            assert_eq!(vst3.component.setActive(1), kResultOk, "{rate_hz} Hz");
            assert_eq!(vst3.processor.setProcessing(1), kResultOk);
        }
        let output = vst3.play(&song(256), Calls { block: 64, in_place: false }, &[]);
        assert!(output.iter().flatten().all(|sample| sample.is_finite()));
        vst3.deactivate();
    }
    assert!(!set_up(RATE_HZ, 1, 256), "samples of 64 bits");
    assert!(!set_up(RATE_HZ, 0, -1), "blocks of less than nothing");
    // SAFETY: nothing is what is tried.
    assert_ne!(unsafe { vst3.processor.setupProcessing(ptr::null_mut()) }, kResultOk);
}
