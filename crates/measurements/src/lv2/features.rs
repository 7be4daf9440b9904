//! What the host offers a plugin when it starts: numbers for URIs, the block's length, a worker.

use std::{
    ffi::{CStr, CString, c_char, c_void},
    ptr,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

use super::lilv::{Feature, OptionEntry, UridMap, UridUnmap, WorkerInterface, WorkerSchedule};

const URID_MAP: &CStr = c"http://lv2plug.in/ns/ext/urid#map";
const URID_UNMAP: &CStr = c"http://lv2plug.in/ns/ext/urid#unmap";
const OPTIONS: &CStr = c"http://lv2plug.in/ns/ext/options#options";
const BOUNDED_BLOCK: &CStr = c"http://lv2plug.in/ns/ext/buf-size#boundedBlockLength";
const SCHEDULE: &CStr = c"http://lv2plug.in/ns/ext/worker#schedule";
pub const WORKER_INTERFACE: &CStr = c"http://lv2plug.in/ns/ext/worker#interface";
const SAMPLE_RATE: &CStr = c"http://lv2plug.in/ns/ext/parameters#sampleRate";
const BLOCK_LENGTHS: [&CStr; 3] = [
    c"http://lv2plug.in/ns/ext/buf-size#minBlockLength",
    c"http://lv2plug.in/ns/ext/buf-size#maxBlockLength",
    c"http://lv2plug.in/ns/ext/buf-size#nominalBlockLength",
];
const ATOM_FLOAT: &CStr = c"http://lv2plug.in/ns/ext/atom#Float";
const ATOM_INT: &CStr = c"http://lv2plug.in/ns/ext/atom#Int";
const ATOM_SEQUENCE: &CStr = c"http://lv2plug.in/ns/ext/atom#Sequence";
const ATOM_CHUNK: &CStr = c"http://lv2plug.in/ns/ext/atom#Chunk";

/// Every URI that was ever given a number, which is its place plus one. Never shrinks: plugins keep the pointers.
fn uris() -> MutexGuard<'static, Vec<CString>> {
    static URIS: OnceLock<Mutex<Vec<CString>>> = OnceLock::new();
    URIS.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner)
}

/// The number of a URI.
fn number(uri: &CStr) -> u32 {
    let mut uris = uris();
    let place = uris.iter().position(|known| known.as_c_str() == uri).unwrap_or_else(|| {
        uris.push(uri.to_owned());
        uris.len() - 1
    });
    place as u32 + 1
}

unsafe extern "C" fn map(_: *mut c_void, uri: *const c_char) -> u32 {
    // SAFETY: LV2 asks the plugin for a string that ends in a zero byte.
    number(unsafe { CStr::from_ptr(uri) })
}

unsafe extern "C" fn unmap(_: *mut c_void, number: u32) -> *const c_char {
    uris().get((number as usize).wrapping_sub(1)).map_or(ptr::null(), |uri| uri.as_ptr())
}

/// Numbers of the atom types with which event ports are cleared before each block.
#[derive(Clone, Copy)]
pub struct AtomTypes {
    pub sequence: u32,
    pub chunk: u32,
}

impl AtomTypes {
    pub fn new() -> Self {
        Self { sequence: number(ATOM_SEQUENCE), chunk: number(ATOM_CHUNK) }
    }
}

/// The plugin's side of the worker, known once the plugin has started.
pub struct Worker {
    pub plugin: *mut c_void,
    pub interface: *const WorkerInterface,
}

unsafe extern "C" fn schedule_work(worker: *mut c_void, size: u32, data: *const c_void) -> u32 {
    // SAFETY: `worker` is the address of the `Worker` that lives in a box beside the plugin.
    let state = unsafe { &*worker.cast::<Worker>() };
    if !state.interface.is_null() {
        // SAFETY: the interface and the handle are the plugin's own; the data is what it hands over for this call. Work done at
        // once, on the same thread, is what LV2 asks of a host that renders offline.
        unsafe { ((*state.interface).work)(state.plugin, respond, worker, size, data) };
    }
    0
}

unsafe extern "C" fn respond(worker: *mut c_void, size: u32, data: *const c_void) -> u32 {
    // SAFETY: as above.
    unsafe {
        let state = &*worker.cast::<Worker>();
        (*state.interface).work_response.map_or(0, |response| response(state.plugin, size, data))
    }
}

/// All features, in boxes whose addresses stay while the plugin lives.
pub struct Features {
    _maps: Box<(UridMap, UridUnmap)>,
    _values: Box<(f32, i32, i32)>,
    _options: Box<[OptionEntry]>,
    _schedule: Box<WorkerSchedule>,
    pub worker: Box<Worker>,
    list: Vec<Feature>,
    pointers: Vec<*const Feature>,
}

impl Features {
    pub fn new(sample_rate: f64, block: usize) -> Self {
        let mut maps =
            Box::new((UridMap { handle: ptr::null_mut(), map }, UridUnmap { handle: ptr::null_mut(), unmap }));
        let values = Box::new((sample_rate as f32, 1i32, block as i32));
        let (float, int) = (number(ATOM_FLOAT), number(ATOM_INT));
        let entry =
            |key: &CStr, kind, value| OptionEntry { context: 0, subject: 0, key: number(key), size: 4, kind, value };
        let mut options: Box<[OptionEntry]> = Box::new([
            entry(SAMPLE_RATE, float, ptr::from_ref(&values.0).cast()),
            entry(BLOCK_LENGTHS[0], int, ptr::from_ref(&values.1).cast()),
            entry(BLOCK_LENGTHS[1], int, ptr::from_ref(&values.2).cast()),
            entry(BLOCK_LENGTHS[2], int, ptr::from_ref(&values.2).cast()),
            OptionEntry { context: 0, subject: 0, key: 0, size: 0, kind: 0, value: ptr::null() },
        ]);
        let mut worker = Box::new(Worker { plugin: ptr::null_mut(), interface: ptr::null() });
        let mut schedule = Box::new(WorkerSchedule { handle: ptr::from_mut(&mut *worker).cast(), schedule_work });
        let list = vec![
            Feature { uri: URID_MAP.as_ptr(), data: ptr::from_mut(&mut maps.0).cast() },
            Feature { uri: URID_UNMAP.as_ptr(), data: ptr::from_mut(&mut maps.1).cast() },
            Feature { uri: OPTIONS.as_ptr(), data: options.as_mut_ptr().cast() },
            Feature { uri: BOUNDED_BLOCK.as_ptr(), data: ptr::null_mut() },
            Feature { uri: SCHEDULE.as_ptr(), data: ptr::from_mut(&mut *schedule).cast() },
        ];
        let mut features = Self {
            _maps: maps,
            _values: values,
            _options: options,
            _schedule: schedule,
            worker,
            list,
            pointers: Vec::new(),
        };
        features.pointers = features.list.iter().map(ptr::from_ref).chain([ptr::null()]).collect();
        features
    }

    /// The list as `instantiate` takes it: pointers, the last one null.
    pub fn as_ptr(&self) -> *const *const Feature {
        self.pointers.as_ptr()
    }
}
