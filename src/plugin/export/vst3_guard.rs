//! Stands between a VST3 host and the framework.

use std::{
    ptr, slice,
    sync::atomic::{AtomicU32, Ordering},
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

use super::{super::Lacquer, turn::Turns};

/// The format's number for the main output's direction, and for samples of 32 bits.
const OUTPUT: i32 = 1;
const SAMPLES_OF_32_BITS: i32 = 0;

/// An instance as the host sees it. MIDI and notes, which the framework knows as well, are none of an effect's.
#[derive(Default)]
pub struct Guarded {
    inner: Wrapper<Lacquer>,
    /// Channels that were agreed upon at activation; 0 while the instance is not active.
    channels: AtomicU32,
    /// Who plays a block.
    turns: Turns,
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
                unsafe { $interface::$name(&self.inner, $($argument),*) }
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
    fn setProcessing(state: u8) -> tresult;
    fn getTailSamples() -> u32;
    guarded {
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
    fn setParamNormalized(id: u32, value: f64) -> tresult;
    fn setComponentHandler(handler: *mut IComponentHandler) -> tresult;
    fn createView(name: FIDString) -> *mut IPlugView;
    guarded {
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
        if fits {
            // SAFETY: the first output is there. What a host left of the block before says nothing of this one.
            unsafe {
                (*call.outputs).silenceFlags = 0;
                return self.inner.process(data);
            }
        }
        // Without buffers it is a flush of parameters, and meant as one where there are none.
        let mut flush = ProcessData { numInputs: 0, numOutputs: 0, ..*call };
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
