//! A small VST3 host: one instance through the library's own factory, blocks with parameter points at samples, states as streams.

use std::{
    cell::{Cell, RefCell},
    ffi::c_void,
    mem::zeroed,
    ptr,
};

use nice_plug::wrapper::vst3::vst3::{
    Class, ComPtr, ComWrapper, Interface,
    Steinberg::{
        FUnknown, IBStream, IBStreamTrait, IPluginBaseTrait, IPluginFactory, IPluginFactoryTrait, PClassInfo,
        Vst::{
            AudioBusBuffers, AudioBusBuffers__type0, IAudioProcessor, IAudioProcessorTrait, IComponent,
            IComponentTrait, IEditController, IEditControllerTrait, IParamValueQueue, IParamValueQueueTrait,
            IParameterChanges, IParameterChangesTrait, ParamID, ParamValue, ParameterInfo, ProcessData, ProcessSetup,
            SpeakerArrangement,
        },
        kInvalidArgument, kResultFalse, kResultOk, tresult,
    },
};

/// A parameter takes a value, 0 to 1, at a sample of what is played.
#[derive(Debug, Clone, Copy)]
pub struct Point {
    pub sample: usize,
    pub id: u32,
    pub value: f64,
}

/// How the host calls.
#[derive(Debug, Clone, Copy)]
pub struct Calls {
    pub block: usize,
    /// Whether input and output are the same memory.
    pub in_place: bool,
}

/// All points of one parameter in one block.
struct Queue(ParamID, Vec<(i32, ParamValue)>);

impl Class for Queue {
    type Interfaces = (IParamValueQueue,);
}

impl IParamValueQueueTrait for Queue {
    unsafe fn getParameterId(&self) -> ParamID {
        self.0
    }

    unsafe fn getPointCount(&self) -> i32 {
        self.1.len() as i32
    }

    unsafe fn getPoint(&self, index: i32, sample: *mut i32, value: *mut ParamValue) -> tresult {
        let Some(point) = self.1.get(index as usize) else {
            return kInvalidArgument;
        };
        // SAFETY: the plugin gives room for both.
        unsafe { (*sample, *value) = *point };
        kResultOk
    }

    unsafe fn addPoint(&self, _: i32, _: ParamValue, _: *mut i32) -> tresult {
        kResultFalse
    }
}

struct Changes(Vec<ComWrapper<Queue>>);

impl Class for Changes {
    type Interfaces = (IParameterChanges,);
}

impl IParameterChangesTrait for Changes {
    unsafe fn getParameterCount(&self) -> i32 {
        self.0.len() as i32
    }

    unsafe fn getParameterData(&self, index: i32) -> *mut IParamValueQueue {
        let queue = self.0.get(index as usize).and_then(ComWrapper::as_com_ref::<IParamValueQueue>);
        queue.map_or(ptr::null_mut(), |queue| queue.as_ptr())
    }

    unsafe fn addParameterData(&self, _: *const ParamID, _: *mut i32) -> *mut IParamValueQueue {
        ptr::null_mut()
    }
}

fn changes(points: &[(i32, u32, f64)]) -> ComWrapper<Changes> {
    let mut queues: Vec<Queue> = Vec::new();
    for (sample, id, value) in points {
        match queues.iter_mut().find(|queue| queue.0 == *id) {
            Some(queue) => queue.1.push((*sample, *value)),
            None => queues.push(Queue(*id, vec![(*sample, *value)])),
        }
    }
    ComWrapper::new(Changes(queues.into_iter().map(ComWrapper::new).collect()))
}

/// A state in memory.
#[derive(Default)]
struct Stream {
    bytes: RefCell<Vec<u8>>,
    place: Cell<usize>,
}

impl Class for Stream {
    type Interfaces = (IBStream,);
}

impl IBStreamTrait for Stream {
    unsafe fn read(&self, buffer: *mut c_void, count: i32, given: *mut i32) -> tresult {
        let (bytes, place) = (self.bytes.borrow(), self.place.get());
        let taken = (bytes.len() - place).min(count as usize);
        // SAFETY: the plugin gives room for so many bytes, and for their number if it wants it.
        unsafe {
            ptr::copy_nonoverlapping(bytes[place..].as_ptr(), buffer.cast(), taken);
            if let Some(given) = given.as_mut() {
                *given = taken as i32;
            }
        }
        self.place.set(place + taken);
        kResultOk
    }

    unsafe fn write(&self, buffer: *mut c_void, count: i32, taken: *mut i32) -> tresult {
        // SAFETY: the plugin gives so many bytes, and room for their number if it wants it.
        unsafe {
            self.bytes.borrow_mut().extend_from_slice(std::slice::from_raw_parts(buffer.cast(), count as usize));
            if let Some(taken) = taken.as_mut() {
                *taken = count;
            }
        }
        kResultOk
    }

    unsafe fn seek(&self, place: i64, mode: i32, result: *mut i64) -> tresult {
        let start = [0, self.place.get(), self.bytes.borrow().len()][mode as usize] as i64;
        self.place.set((start + place) as usize);
        // SAFETY: room for the place, or null.
        if let Some(result) = unsafe { result.as_mut() } {
            *result = start + place;
        }
        kResultOk
    }

    unsafe fn tell(&self, place: *mut i64) -> tresult {
        // SAFETY: room for the place.
        unsafe { *place = self.place.get() as i64 };
        kResultOk
    }
}

/// One instance.
pub struct Vst3 {
    pub component: ComPtr<IComponent>,
    pub processor: ComPtr<IAudioProcessor>,
    pub controller: ComPtr<IEditController>,
    channels: Cell<usize>,
}

impl Vst3 {
    pub fn new() -> Self {
        let factory = factory();
        // SAFETY: the factory is the library's own; an object is asked for by the interface that it is then used by.
        unsafe {
            assert_eq!(factory.countClasses(), 1);
            let mut info: PClassInfo = zeroed();
            assert_eq!(factory.getClassInfo(0, &raw mut info), kResultOk);
            assert_ne!(factory.getClassInfo(1, &raw mut info), kResultOk);
            let mut object = ptr::null_mut();
            let made = factory.createInstance(info.cid.as_ptr(), IComponent::IID.as_ptr().cast(), &raw mut object);
            assert_eq!(made, kResultOk);
            let component = ComPtr::from_raw(object.cast::<IComponent>()).expect("a component");
            assert_eq!(component.initialize(ptr::null_mut::<FUnknown>()), kResultOk);
            let (processor, controller) =
                (component.cast().expect("it plays"), component.cast().expect("it has parameters"));
            Self { component, processor, controller, channels: Cell::new(2) }
        }
    }

    /// Asks for so many channels in and out.
    pub fn arrange(&self, mut inputs: SpeakerArrangement, mut outputs: SpeakerArrangement) -> bool {
        // SAFETY: one arrangement each, as is said.
        let taken = unsafe { self.processor.setBusArrangements(&raw mut inputs, 1, &raw mut outputs, 1) } == kResultOk;
        if taken {
            self.channels.set(inputs.count_ones() as usize);
        }
        taken
    }

    /// Gets ready to play in real time.
    pub fn activate(&self, rate_hz: f64, longest: usize) -> bool {
        self.activate_as(0, rate_hz, longest)
    }

    /// The same for a mode of the format's.
    pub fn activate_as(&self, mode: i32, rate_hz: f64, longest: usize) -> bool {
        let mut setup = ProcessSetup {
            processMode: mode,
            symbolicSampleSize: 0,
            maxSamplesPerBlock: longest as i32,
            sampleRate: rate_hz,
        };
        // SAFETY: the instance's own calls, in the format's order.
        unsafe {
            self.processor.setupProcessing(&raw mut setup) == kResultOk
                && self.component.setActive(1) == kResultOk
                && self.processor.setProcessing(1) == kResultOk
        }
    }

    pub fn deactivate(&self) {
        // SAFETY: as above.
        unsafe {
            self.processor.setProcessing(0);
            self.component.setActive(0);
        }
    }

    pub fn latency(&self) -> usize {
        // SAFETY: the instance's own call.
        unsafe { self.processor.getLatencySamples() as usize }
    }

    /// One block as the format describes it; channels may be missing. Gives the answer and the output's silence flags.
    pub fn process(
        &self,
        frames: usize,
        inputs: &mut [*mut f32],
        outputs: &mut [*mut f32],
        points: &[(i32, u32, f64)],
    ) -> (tresult, u64) {
        self.process_within(frames, inputs, outputs, points, |call| call())
    }

    /// The same; `within` gets the plugin's call alone, to be made once.
    pub fn process_within(
        &self,
        frames: usize,
        inputs: &mut [*mut f32],
        outputs: &mut [*mut f32],
        points: &[(i32, u32, f64)],
        within: impl FnOnce(&mut dyn FnMut()),
    ) -> (tresult, u64) {
        let bus = |channels: &mut [*mut f32]| AudioBusBuffers {
            numChannels: channels.len() as i32,
            silenceFlags: 0,
            __field0: AudioBusBuffers__type0 { channelBuffers32: channels.as_mut_ptr() },
        };
        let (mut input, mut output) = (bus(inputs), bus(outputs));
        let changes = changes(points);
        // SAFETY: zeros are null pointers and numbers; what is set lasts for the call.
        unsafe {
            let mut data: ProcessData = zeroed();
            data.numSamples = frames as i32;
            (data.numInputs, data.numOutputs) = (i32::from(!inputs.is_empty()), i32::from(!outputs.is_empty()));
            (data.inputs, data.outputs) = (&raw mut input, &raw mut output);
            data.inputParameterChanges = changes.as_com_ref::<IParameterChanges>().expect("an interface").as_ptr();
            let mut answer = kResultFalse;
            within(&mut || answer = self.processor.process(&raw mut data));
            (answer, output.silenceFlags)
        }
    }

    /// Lets `call` give these points to the plugin.
    pub fn with_changes(&self, points: &[(i32, u32, f64)], call: impl FnOnce(*mut IParameterChanges)) {
        let changes = changes(points);
        call(changes.as_com_ref::<IParameterChanges>().expect("an interface").as_ptr());
    }

    /// Plays the channels and gives what came out.
    pub fn play(&self, input: &[Vec<f32>], calls: Calls, points: &[Point]) -> Vec<Vec<f32>> {
        let mut whole = input.to_vec();
        let length = input[0].len();
        for start in (0..length).step_by(calls.block) {
            let end = length.min(start + calls.block);
            let mut other: Vec<_> = input.iter().map(|channel| channel[start..end].to_vec()).collect();
            let mut outputs: Vec<_> = whole.iter_mut().map(|channel| channel[start..].as_mut_ptr()).collect();
            let mut inputs: Vec<_> =
                if calls.in_place { outputs.clone() } else { other.iter_mut().map(Vec::as_mut_ptr).collect() };
            let due = points.iter().filter(|point| (start..end).contains(&point.sample));
            let due: Vec<_> = due.map(|point| ((point.sample - start) as i32, point.id, point.value)).collect();
            let (answer, silent) = self.process(end - start, &mut inputs, &mut outputs, &due);
            assert_eq!(answer, kResultOk);
            for (index, channel) in whole.iter().enumerate() {
                let is_silent = channel[start..end].iter().all(|sample| *sample == 0.0);
                assert!(silent & 1 << index == 0 || is_silent, "flags that lie make hosts drop the sound");
            }
        }
        whole
    }

    pub fn save(&self) -> Vec<u8> {
        let stream = ComWrapper::new(Stream::default());
        // SAFETY: the stream lasts for the call.
        unsafe {
            let stream = stream.as_com_ref::<IBStream>().expect("an interface").as_ptr();
            assert_eq!(self.component.getState(stream), kResultOk);
        }
        stream.bytes.take()
    }

    pub fn load(&self, bytes: &[u8]) -> bool {
        let stream = ComWrapper::new(Stream { bytes: RefCell::new(bytes.to_vec()), place: Cell::new(0) });
        // SAFETY: the stream lasts for the calls.
        unsafe {
            let stream = stream.as_com_ref::<IBStream>().expect("an interface").as_ptr();
            self.component.setState(stream) == kResultOk && self.controller.setComponentState(stream) == kResultOk
        }
    }

    pub fn params(&self) -> Vec<ParameterInfo> {
        // SAFETY: zeros are valid in what is filled.
        unsafe {
            let count = self.controller.getParameterCount();
            let mut infos = vec![zeroed::<ParameterInfo>(); count as usize];
            for (index, info) in infos.iter_mut().enumerate() {
                assert_eq!(self.controller.getParameterInfo(index as i32, info), kResultOk);
            }
            let mut beyond = zeroed::<ParameterInfo>();
            assert_ne!(self.controller.getParameterInfo(count, &raw mut beyond), kResultOk);
            infos
        }
    }

    pub fn value(&self, id: u32) -> f64 {
        // SAFETY: the instance's own call.
        unsafe { self.controller.getParamNormalized(id) }
    }

    pub fn text(&self, id: u32, value: f64) -> String {
        let mut text = [0; 128];
        // SAFETY: there is room for as much as the format has.
        assert_eq!(unsafe { self.controller.getParamStringByValue(id, value, &raw mut text) }, kResultOk);
        string(&text)
    }

    pub fn read(&self, id: u32, text: &str) -> Option<f64> {
        let mut text: Vec<u16> = text.encode_utf16().chain([0]).collect();
        let mut value = 0.0;
        // SAFETY: the text ends with zero, and there is room for the value.
        (unsafe { self.controller.getParamValueByString(id, text.as_mut_ptr().cast(), &raw mut value) } == kResultOk)
            .then_some(value)
    }
}

impl Drop for Vst3 {
    fn drop(&mut self) {
        // SAFETY: the end of the instance, as the format orders it.
        unsafe {
            self.deactivate();
            self.component.terminate();
        }
    }
}

/// The library's factory.
pub fn factory() -> ComPtr<IPluginFactory> {
    // SAFETY: the library's own, whose owner the caller becomes.
    unsafe { ComPtr::from_raw(lacquer::plugin::GetPluginFactory().cast::<IPluginFactory>()) }.expect("a factory")
}

/// What a text of bytes says.
pub fn bytes(text: &[i8]) -> String {
    let units: Vec<u16> = text.iter().map(|byte| u16::from(*byte as u8)).collect();
    string(&units)
}

/// What a text of the format says.
pub fn string(text: &[u16]) -> String {
    let end = text.iter().position(|unit| *unit == 0).unwrap_or(text.len());
    String::from_utf16_lossy(&text[..end])
}
