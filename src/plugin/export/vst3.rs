//! The VST3's entry points: nice-plug's own (`nice_export_vst3`) but for the guard around each instance.

use std::ffi::c_void;

use nice_plug::wrapper::{
    setup_logger,
    vst3::{
        PluginInfo,
        vst3::{
            Class, ComWrapper,
            Steinberg::{
                FIDString, FUnknown, IPluginFactory, IPluginFactory2, IPluginFactory2Trait, IPluginFactory3,
                IPluginFactory3Trait, IPluginFactoryTrait, PClassInfo, PClassInfo2, PClassInfoW, PFactoryInfo, TUID,
                kInvalidArgument, kResultOk, tresult,
            },
        },
    },
};

use super::{super::Lacquer, vst3_guard::Guarded};

/// Makes instances of the one plugin that there is.
struct Factory(PluginInfo);

impl Class for Factory {
    type Interfaces = (IPluginFactory, IPluginFactory2, IPluginFactory3);
}

/// Gives an answer where there is room for one.
///
/// # Safety
/// `room` is null or room for a `T`.
unsafe fn give<T>(room: *mut T, answer: Option<T>) -> tresult {
    match answer {
        Some(answer) if !room.is_null() => {
            // SAFETY: as the caller says.
            unsafe { room.write(answer) };
            kResultOk
        }
        _ => kInvalidArgument,
    }
}

impl IPluginFactoryTrait for Factory {
    unsafe fn getFactoryInfo(&self, info: *mut PFactoryInfo) -> tresult {
        // SAFETY: the host gives room for the answer.
        unsafe { give(info, Some(self.0.create_factory_info())) }
    }

    unsafe fn countClasses(&self) -> i32 {
        1
    }

    unsafe fn getClassInfo(&self, index: i32, info: *mut PClassInfo) -> tresult {
        // SAFETY: as above.
        unsafe { give(info, (index == 0).then(|| self.0.create_class_info())) }
    }

    unsafe fn createInstance(&self, class: FIDString, interface: FIDString, object: *mut *mut c_void) -> tresult {
        if class.is_null() || interface.is_null() || object.is_null() {
            return kInvalidArgument;
        }
        // SAFETY: a class is named by 16 bytes.
        if unsafe { &*class.cast::<[u8; 16]>() } != self.0.cid {
            return kInvalidArgument;
        }
        let instance = ComWrapper::new(Guarded::default());
        let Some(instance) = instance.to_com_ptr::<FUnknown>() else {
            return kInvalidArgument;
        };
        let unknown = instance.as_ptr();
        // SAFETY: the instance answers for itself, and counts the host as its owner where it has the interface, named by 16 bytes.
        unsafe { ((*(*unknown).vtbl).queryInterface)(unknown, interface.cast::<TUID>(), object) }
    }
}

impl IPluginFactory2Trait for Factory {
    unsafe fn getClassInfo2(&self, index: i32, info: *mut PClassInfo2) -> tresult {
        // SAFETY: as above.
        unsafe { give(info, (index == 0).then(|| self.0.create_class_info_2())) }
    }
}

impl IPluginFactory3Trait for Factory {
    unsafe fn getClassInfoUnicode(&self, index: i32, info: *mut PClassInfoW) -> tresult {
        // SAFETY: as above.
        unsafe { give(info, (index == 0).then(|| self.0.create_class_info_unicode())) }
    }

    unsafe fn setHostContext(&self, _: *mut FUnknown) -> tresult {
        kResultOk
    }
}

/// What hosts look for.
// SAFETY: no other symbol of the library has this name.
#[unsafe(no_mangle)]
pub extern "system" fn GetPluginFactory() -> *mut c_void {
    let factory = ComWrapper::new(Factory(PluginInfo::for_plugin::<Lacquer>()));
    factory.to_com_ptr::<IPluginFactory>().map_or(std::ptr::null_mut(), |factory| factory.into_raw().cast())
}

/// A host on Linux has loaded the library.
// SAFETY: as above.
#[unsafe(no_mangle)]
#[cfg(all(target_family = "unix", not(target_os = "macos")))]
pub extern "C" fn ModuleEntry(_: *mut c_void) -> bool {
    setup_logger::<Lacquer>();
    true
}

/// It is about to unload it.
// SAFETY: as above.
#[unsafe(no_mangle)]
#[cfg(all(target_family = "unix", not(target_os = "macos")))]
pub extern "C" fn ModuleExit() -> bool {
    true
}

/// A host on macOS has loaded the bundle.
// SAFETY: as above.
#[unsafe(no_mangle)]
#[cfg(target_os = "macos")]
pub extern "C" fn bundleEntry(_: *mut c_void) -> bool {
    setup_logger::<Lacquer>();
    true
}

/// It is about to unload it.
// SAFETY: as above.
#[unsafe(no_mangle)]
#[cfg(target_os = "macos")]
pub extern "C" fn bundleExit() -> bool {
    true
}

/// A host on Windows has loaded the library.
// SAFETY: as above.
#[unsafe(no_mangle)]
#[cfg(target_os = "windows")]
pub extern "system" fn InitDll() -> bool {
    setup_logger::<Lacquer>();
    true
}

/// It is about to unload it.
// SAFETY: as above.
#[unsafe(no_mangle)]
#[cfg(target_os = "windows")]
pub extern "system" fn ExitDll() -> bool {
    true
}
