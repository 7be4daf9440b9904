//! Stands between a VST3 host and the framework.

use std::{
    mem::ManuallyDrop,
    ptr, slice,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread::{self, ThreadId},
};

use nice_plug::wrapper::vst3::{
    Wrapper,
    vst3::{
        Class,
        Steinberg::{
            FIDString, FUnknown, IBStream, IPlugView, IPluginBaseTrait, TUID,
            Vst::{
                BusInfo, CString,
                ChannelContext::{IInfoListener, IInfoListenerTrait},
                IAttributeList, IAudioProcessor, IAudioProcessorTrait, IComponent, IComponentHandler, IComponentTrait,
                IEditController, IEditControllerTrait, IProcessContextRequirements, IProcessContextRequirementsTrait,
                IUnitInfo, IUnitInfoTrait, ParameterInfo,
                ParameterInfo_::ParameterFlags_,
                ProcessData, ProcessSetup, ProgramListInfo, RoutingInfo, SpeakerArrangement, String128, TChar,
                UnitInfo,
            },
            kInvalidArgument, kResultFalse, kResultOk, tresult,
        },
    },
};

use super::{
    super::{Lacquer, SAMPLE_RATES_HZ},
    last_tasks::LastTasks,
    newest,
    turn::Turns,
    vst3_buffers::{CHANNELS, SAMPLES_OF_32_BITS, from, has, has_none, silence, tell_silence},
    vst3_values::Values,
};

/// The format's numbers for audio, and for the main output's direction.
const AUDIO: i32 = 0;
const OUTPUT: i32 = 1;
/// That a parameter is chosen from a list.
const IS_LIST: i32 = ParameterFlags_::kIsList;

/// An instance as the host sees it. MIDI and notes, which the framework knows as well, are none of an effect's.
pub struct Guarded {
    inner: ManuallyDrop<Wrapper<Lacquer>>,
    values: Values,
    tasks: Arc<LastTasks>,
    /// The thread that the framework takes for the host's main thread.
    made_on: ThreadId,
    /// Whether the host said that it plays.
    plays: AtomicBool,
    /// Channels that were agreed upon at activation; 0 while the instance is not active.
    channels: AtomicU32,
    /// Who plays a block.
    turns: Turns,
}

impl Default for Guarded {
    fn default() -> Self {
        let inner = Wrapper::default();
        let (memory, post) = newest::take();
        Self {
            inner: ManuallyDrop::new(inner),
            values: Values::new(memory.expect("the framework makes a plugin with its wrapper")),
            tasks: Arc::new(LastTasks::new(post)),
            made_on: thread::current().id(),
            plays: AtomicBool::new(false),
            channels: AtomicU32::new(0),
            turns: Turns::default(),
        }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // Where the worker does not answer, its end would be the host's: the instance stays in memory then.
        if self.tasks.end() {
            // SAFETY: this is the end; nobody uses it afterwards.
            unsafe { ManuallyDrop::drop(&mut self.inner) };
        }
    }
}

impl Class for Guarded {
    type Interfaces =
        (IComponent, IEditController, IAudioProcessor, IProcessContextRequirements, IUnitInfo, IInfoListener);
}

/// Calls of an interface that the framework answers as they are, beside those that are guarded.
macro_rules! passed_on {
    ($interface:ident: $(fn $name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)* $(guarded { $($guarded:tt)* })?) => {
        impl $interface for Guarded {
            $(unsafe fn $name(&self, $($argument: $type),*) -> $answer {
                // SAFETY: the host's call, as it is.
                unsafe { $interface::$name(&*self.inner, $($argument),*) }
            })*
            $($($guarded)*)?
        }
    };
}

passed_on! { IPluginBaseTrait:
    fn initialize(context: *mut FUnknown) -> tresult;
    fn terminate() -> tresult;
}

passed_on! { IComponentTrait:
    fn getControllerClassId(class: *mut TUID) -> tresult;
    fn setIoMode(mode: i32) -> tresult;
    fn getBusCount(kind: i32, direction: i32) -> i32;
    fn getRoutingInfo(input: *mut RoutingInfo, output: *mut RoutingInfo) -> tresult;
    fn activateBus(kind: i32, direction: i32, index: i32, state: u8) -> tresult;
    fn getState(state: *mut IBStream) -> tresult;
    guarded {
        unsafe fn getBusInfo(&self, kind: i32, direction: i32, index: i32, bus: *mut BusInfo) -> tresult {
            // The framework writes to the answer before it refuses.
            // SAFETY: the host's call, as it is.
            unsafe {
                if kind == AUDIO && (0..=OUTPUT).contains(&direction) && index == 0 && !bus.is_null() {
                    self.inner.getBusInfo(kind, direction, index, bus)
                } else {
                    kInvalidArgument
                }
            }
        }

        unsafe fn setState(&self, state: *mut IBStream) -> tresult {
            self.values.forget_wishes();
            // SAFETY: the host's call, as it is.
            let set = || unsafe { IComponentTrait::setState(&*self.inner, state) };
            if thread::current().id() == self.made_on {
                return set();
            }
            // The worker looks for the window to tell it, which must not be just opening then; on the main thread none is.
            self.tasks.undisturbed(|| {
                let answer = set();
                self.tasks.wait();
                answer
            })
        }

        unsafe fn setActive(&self, state: u8) -> tresult {
            if state == 0 {
                self.channels.store(0, Ordering::Release);
            }
            // SAFETY: the host's call, as it is.
            let answer = unsafe { self.inner.setActive(state) };
            if state != 0 && answer == kResultOk {
                self.channels.store(self.arranged(), Ordering::Release);
            }
            answer
        }
    }
}

passed_on! { IAudioProcessorTrait:
    fn getBusArrangement(direction: i32, index: i32, arrangement: *mut SpeakerArrangement) -> tresult;
    fn canProcessSampleSize(size: i32) -> tresult;
    fn getLatencySamples() -> u32;
    guarded {
        unsafe fn setBusArrangements(
            &self,
            inputs: *mut SpeakerArrangement,
            ins: i32,
            outputs: *mut SpeakerArrangement,
            outs: i32,
        ) -> tresult {
            // The framework counts channels alone: it would say yes to two at the back, and call them stereo.
            // SAFETY: the host's lists are as long as it says.
            let known = unsafe { is_mono_or_stereo(inputs, ins) && is_mono_or_stereo(outputs, outs) };
            // SAFETY: the host's call, as it is.
            if known { unsafe { self.inner.setBusArrangements(inputs, ins, outputs, outs) } } else { kResultFalse }
        }

        unsafe fn setupProcessing(&self, setup: *mut ProcessSetup) -> tresult {
            // SAFETY: the host's call.
            let Some(asked) = (unsafe { setup.as_ref() }) else { return kInvalidArgument };
            // What is refused here leaves the last one in force; activation could only fail.
            if !SAMPLE_RATES_HZ.contains(&(asked.sampleRate as f32))
                || asked.symbolicSampleSize != SAMPLES_OF_32_BITS
                || asked.maxSamplesPerBlock < 0
            {
                return kResultFalse;
            }
            // The framework notes the mode after it has made the configuration of the one before (nice-plug 0.4.2): a bounce
            // would be played as in real time, and the next playing as a bounce, whose worker the audio thread waits for.
            // SAFETY: the host's call, as it is.
            unsafe {
                self.inner.setupProcessing(setup);
                self.inner.setupProcessing(setup)
            }
        }

        unsafe fn getTailSamples(&self) -> u32 {
            // The framework knows of none until a block was played.
            self.values.memory().tail_frames()
        }

        unsafe fn setProcessing(&self, state: u8) -> tresult {
            self.plays.store(state != 0, Ordering::Release);
            // SAFETY: the host's call, as it is.
            unsafe { self.inner.setProcessing(state) }
        }

        unsafe fn process(&self, data: *mut ProcessData) -> tresult {
            // SAFETY: the host's description of the block, which lasts for the call.
            unsafe { self.play(data) }
        }
    }
}

passed_on! { IEditControllerTrait:
    fn setComponentState(state: *mut IBStream) -> tresult;
    fn setState(state: *mut IBStream) -> tresult;
    fn getState(state: *mut IBStream) -> tresult;
    fn getParameterCount() -> i32;
    fn getParamStringByValue(id: u32, value: f64, text: *mut String128) -> tresult;
    fn getParamValueByString(id: u32, text: *mut TChar, value: *mut f64) -> tresult;
    fn normalizedParamToPlain(id: u32, value: f64) -> f64;
    fn plainParamToNormalized(id: u32, value: f64) -> f64;
    guarded {
        unsafe fn getParamNormalized(&self, id: u32) -> f64 {
            // SAFETY: the host's call, as it is.
            let now = unsafe { self.inner.getParamNormalized(id) };
            self.values.shown(id, now)
        }

        unsafe fn createView(&self, name: FIDString) -> *mut IPlugView {
            // SAFETY: the host's call, as it is; what the framework makes belongs to whom it is given.
            unsafe {
                let view = self.inner.createView(name);
                #[cfg(all(feature = "editor", target_os = "linux"))]
                let view = super::vst3_view::guarded(view, self.values.memory(), &self.tasks);
                view
            }
        }

        unsafe fn setParamNormalized(&self, id: u32, value: f64) -> tresult {
            // While it plays it comes with a block as well, at its sample; until then the host reads what it asked for.
            let taken = if self.plays.load(Ordering::Acquire) {
                self.values.wish(id, value)
            } else {
                self.values.set(id, value as f32)
            };
            if taken { kResultOk } else { kInvalidArgument }
        }

        unsafe fn setComponentHandler(&self, handler: *mut IComponentHandler) -> tresult {
            // The worker may be about to use the one before.
            self.tasks.wait();
            // SAFETY: the host's call, as it is.
            unsafe { self.inner.setComponentHandler(handler) }
        }

        unsafe fn getParameterInfo(&self, index: i32, info: *mut ParameterInfo) -> tresult {
            // The framework takes the parameter after the last for one.
            // SAFETY: the host's call, as it is.
            unsafe {
                if !(0..self.inner.getParameterCount()).contains(&index) {
                    return kInvalidArgument;
                }
                let answer = self.inner.getParameterInfo(index, info);
                if let Some(info) = info.as_mut().filter(|info| answer == kResultOk && self.values.is_choice(info.id)) {
                    info.flags |= IS_LIST;
                }
                answer
            }
        }
    }
}

passed_on! { IProcessContextRequirementsTrait:
    fn getProcessContextRequirements() -> u32;
}

passed_on! { IUnitInfoTrait:
    fn getUnitCount() -> i32;
    fn getUnitInfo(index: i32, info: *mut UnitInfo) -> tresult;
    fn getProgramListCount() -> i32;
    fn getProgramListInfo(index: i32, info: *mut ProgramListInfo) -> tresult;
    fn getProgramName(list: i32, index: i32, name: *mut String128) -> tresult;
    fn getProgramInfo(list: i32, index: i32, attribute: CString, value: *mut String128) -> tresult;
    fn hasProgramPitchNames(list: i32, index: i32) -> tresult;
    fn getProgramPitchName(list: i32, index: i32, pitch: i16, name: *mut String128) -> tresult;
    fn getSelectedUnit() -> i32;
    fn selectUnit(unit: i32) -> tresult;
    fn getUnitByBus(kind: i32, direction: i32, bus: i32, channel: i32, unit: *mut i32) -> tresult;
    fn setUnitProgramData(list: i32, index: i32, data: *mut IBStream) -> tresult;
}

passed_on! { IInfoListenerTrait:
    fn setChannelContextInfos(list: *mut IAttributeList) -> tresult;
}

impl Guarded {
    /// Channels of the main output as it is now.
    fn arranged(&self) -> u32 {
        let mut arrangement = 0;
        // SAFETY: there is room for the answer.
        let answer = unsafe { self.inner.getBusArrangement(OUTPUT, 0, &raw mut arrangement) };
        if answer == kResultOk { arrangement.count_ones() } else { 0 }
    }

    /// Plays from one sample of a block to another. Where the song stands is told of its start alone: nobody asks.
    ///
    /// # Safety
    /// The first bus of either direction has all its channels for the whole block.
    unsafe fn play_part(&self, block: &ProcessData, from_sample: u32, to_sample: u32) -> tresult {
        let (mut ins, mut outs) = ([ptr::null_mut(); CHANNELS], [ptr::null_mut(); CHANNELS]);
        // SAFETY: as the caller says; what is pointed to lasts until it has played.
        unsafe {
            let mut input = from(block.inputs, from_sample as usize, &mut ins);
            let mut output = from(block.outputs, from_sample as usize, &mut outs);
            let mut part = ProcessData {
                numSamples: (to_sample - from_sample) as i32,
                numInputs: 1,
                numOutputs: 1,
                inputs: &raw mut input,
                outputs: &raw mut output,
                ..*block
            };
            self.inner.process(&raw mut part)
        }
    }

    /// # Safety
    /// `data` is null or describes a block as the format has it.
    unsafe fn play(&self, data: *mut ProcessData) -> tresult {
        // SAFETY: as the caller says.
        let Some(call) = (unsafe { data.as_ref() }).filter(|call| call.numSamples >= 0) else {
            return kInvalidArgument;
        };
        // Whoever plays already writes to these buffers, perhaps: they are left alone.
        let Some(_turn) = self.turns.take() else {
            return kResultFalse;
        };
        let channels = self.channels.load(Ordering::Acquire);
        if channels == 0 {
            // SAFETY: as the caller says.
            unsafe { silence(call) };
            return kResultFalse;
        }
        // SAFETY: as the caller says.
        let fits = call.symbolicSampleSize == SAMPLES_OF_32_BITS
            && unsafe { has(call.outputs, call.numOutputs, channels) && has(call.inputs, call.numInputs, channels) };
        // SAFETY: the list, if there is one, lasts for the call.
        let mut due = unsafe { self.values.due(call.inputParameterChanges, call.numSamples as u32) };
        let without_values = ProcessData { inputParameterChanges: ptr::null_mut(), ..*call };
        if fits {
            let mut played = 0;
            let answer = loop {
                let until = due.set_until(played).unwrap_or(call.numSamples as u32);
                // SAFETY: all channels of both buses are there, and as long.
                let answer = unsafe { self.play_part(&without_values, played, until) };
                played = until;
                if answer != kResultOk || played >= call.numSamples as u32 {
                    break answer;
                }
            };
            due.set_all();
            // SAFETY: all channels of the first output are there, and as long.
            unsafe { tell_silence(&mut *call.outputs, channels, call.numSamples as usize) };
            return answer;
        }
        due.set_all();
        drop(due);
        // Without buffers it is a flush of parameters, and meant as one where there are none.
        let mut flush = ProcessData { numInputs: 0, numOutputs: 0, ..without_values };
        // SAFETY: as the caller says.
        let (answer, is_flush) =
            unsafe { (self.inner.process(&raw mut flush), call.numSamples == 0 || has_none(call)) };
        if is_flush {
            return answer;
        }
        // SAFETY: as the caller says.
        unsafe { silence(call) };
        kResultFalse
    }
}

/// Whether each bus of a list has one channel or two as a mix has them.
///
/// # Safety
/// There are so many at `arrangements`, or it is null.
unsafe fn is_mono_or_stereo(arrangements: *const SpeakerArrangement, count: i32) -> bool {
    /// Left and right, and the middle of mono.
    const KNOWN: [SpeakerArrangement; 2] = [0b11, 1 << 19];
    if arrangements.is_null() || count <= 0 {
        // What becomes of no bus is the framework's to say.
        return true;
    }
    // SAFETY: as the caller says.
    unsafe { slice::from_raw_parts(arrangements, count as usize) }.iter().all(|bus| KNOWN.contains(bus))
}
