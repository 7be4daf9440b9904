//! Stands between a VST3 host and the framework.

use std::{
    mem::ManuallyDrop,
    ptr, slice,
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    thread::{self, ThreadId},
};

use nice_plug::wrapper::vst3::{
    Wrapper,
    vst3::{
        Class,
        Steinberg::{
            FIDString, FUnknown, IBStream, IPlugView, IPluginBaseTrait, TUID,
            Vst::{
                AudioBusBuffers, BusInfo, CString,
                ChannelContext::{IInfoListener, IInfoListenerTrait},
                IAttributeList, IAudioProcessor, IAudioProcessorTrait, IComponent, IComponentHandler, IComponentTrait,
                IEditController, IEditControllerTrait, IProcessContextRequirements, IProcessContextRequirementsTrait,
                IUnitInfo, IUnitInfoTrait, ParameterInfo, ProcessData, ProcessSetup, ProgramListInfo, RoutingInfo,
                SpeakerArrangement, String128, TChar, UnitInfo,
            },
            kInvalidArgument, kResultFalse, kResultOk, tresult,
        },
    },
};

use super::{super::Lacquer, last_tasks::LastTasks, newest, turn::Turns, vst3_values::Values};

/// The format's number for the main output's direction, and for samples of 32 bits.
const OUTPUT: i32 = 1;
const SAMPLES_OF_32_BITS: i32 = 0;
/// The most channels that there are: stereo.
const CHANNELS: usize = 2;

/// An instance as the host sees it. MIDI and notes, which the framework knows as well, are none of an effect's.
pub struct Guarded {
    inner: ManuallyDrop<Wrapper<Lacquer>>,
    values: Values,
    tasks: LastTasks,
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
            tasks: LastTasks::new(post),
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
    fn getBusInfo(kind: i32, direction: i32, index: i32, bus: *mut BusInfo) -> tresult;
    fn getRoutingInfo(input: *mut RoutingInfo, output: *mut RoutingInfo) -> tresult;
    fn activateBus(kind: i32, direction: i32, index: i32, state: u8) -> tresult;
    fn setState(state: *mut IBStream) -> tresult;
    fn getState(state: *mut IBStream) -> tresult;
    guarded {
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
    fn setBusArrangements(inputs: *mut SpeakerArrangement, ins: i32, outputs: *mut SpeakerArrangement, outs: i32) -> tresult;
    fn getBusArrangement(direction: i32, index: i32, arrangement: *mut SpeakerArrangement) -> tresult;
    fn canProcessSampleSize(size: i32) -> tresult;
    fn getLatencySamples() -> u32;
    fn setupProcessing(setup: *mut ProcessSetup) -> tresult;
    fn getTailSamples() -> u32;
    guarded {
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
    fn getParamNormalized(id: u32) -> f64;
    guarded {
        unsafe fn createView(&self, name: FIDString) -> *mut IPlugView {
            // SAFETY: the host's call, as it is; what the framework makes belongs to whom it is given.
            unsafe {
                let view = self.inner.createView(name);
                #[cfg(all(feature = "editor", target_os = "linux"))]
                let view = super::vst3_view::guarded(view, self.values.memory());
                view
            }
        }

        unsafe fn setParamNormalized(&self, id: u32, value: f64) -> tresult {
            if thread::current().id() == self.made_on {
                // SAFETY: the host's call, as it is.
                unsafe { self.inner.setParamNormalized(id, value) }
            } else if self.plays.load(Ordering::Acquire) {
                // It comes with a block as well.
                kResultOk
            } else if self.values.set(id, value as f32) {
                kResultOk
            } else {
                kInvalidArgument
            }
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
                if (0..self.inner.getParameterCount()).contains(&index) {
                    self.inner.getParameterInfo(index, info)
                } else {
                    kInvalidArgument
                }
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
            // SAFETY: the first output is there. What a host left of the block before says nothing of this one.
            unsafe { (*call.outputs).silenceFlags = 0 };
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

/// The first bus from a sample on; `channels` becomes the list of where its channels are then.
///
/// # Safety
/// There is such a bus with all its channels of 32 bits, [`CHANNELS`] of them at most, which are longer.
unsafe fn from(buses: *const AudioBusBuffers, sample: usize, channels: &mut [*mut f32; CHANNELS]) -> AudioBusBuffers {
    // SAFETY: as the caller says.
    unsafe {
        let mut bus = *buses;
        for (index, channel) in channels.iter_mut().enumerate().take(bus.numChannels as usize) {
            *channel = (*bus.__field0.channelBuffers32.add(index)).add(sample);
        }
        bus.__field0.channelBuffers32 = channels.as_mut_ptr();
        bus
    }
}

/// Whether the first bus has all its channels.
///
/// # Safety
/// There are so many buses at `buses`, and each has a pointer for each of its channels of 32 bits, or is null.
unsafe fn has(buses: *const AudioBusBuffers, count: i32, channels: u32) -> bool {
    // SAFETY: as the caller says.
    unsafe {
        match buses.as_ref() {
            Some(bus)
                if count > 0 && bus.numChannels == channels as i32 && !bus.__field0.channelBuffers32.is_null() =>
            {
                slice::from_raw_parts(bus.__field0.channelBuffers32, channels as usize)
                    .iter()
                    .all(|channel| !channel.is_null())
            }
            _ => false,
        }
    }
}

/// Whether there is no channel to write to.
///
/// # Safety
/// The outputs are what the call says of them, or null.
unsafe fn has_none(call: &ProcessData) -> bool {
    // SAFETY: as the caller says.
    call.outputs.is_null() || call.numOutputs <= 0 || unsafe { (*call.outputs).numChannels } <= 0
}

/// Fills with zeros what is there of the outputs.
///
/// # Safety
/// The outputs are what the call says of them, or null.
unsafe fn silence(call: &ProcessData) {
    if call.outputs.is_null() {
        return;
    }
    let bytes = call.numSamples as usize * if call.symbolicSampleSize == SAMPLES_OF_32_BITS { 4 } else { 8 };
    // SAFETY: as the caller says; zero bytes are the number zero, and a pointer is one whatever it leads to.
    unsafe {
        for bus in slice::from_raw_parts(call.outputs, call.numOutputs.max(0) as usize) {
            let channels = bus.__field0.channelBuffers32.cast::<*mut u8>();
            if !channels.is_null() {
                for channel in slice::from_raw_parts(channels, bus.numChannels.max(0) as usize) {
                    if !channel.is_null() {
                        ptr::write_bytes(*channel, 0, bytes);
                    }
                }
            }
        }
    }
}
