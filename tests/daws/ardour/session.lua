-- A session in Ardour without a window, in the folder that LACQUER_SESSION names. Prints one line a finding: FOUND NAME VALUE.
-- A series of numbers runs through the plugin on the master bus into a sink that holds what comes out against the series.
AudioEngine:set_backend ("None (Dummy)", "", "")
session = create_session (os.getenv ("LACQUER_SESSION"), "lacquer", 48000)

local function say (name, value) print ("FOUND", name, value) io.stdout:flush () end
local function new () return ARDOUR.LuaAPI.new_plugin (session, "Lacquer", ARDOUR.PluginType.VST3, "") end
local function wait (seconds) ARDOUR.LuaAPI.usleep (seconds * 1000000) end
local function value (proc, index) return ARDOUR.LuaAPI.get_processor_param (proc, index, true) end

local master = session:master_out ()
local proc = new ()
assert (not proc:isnil (), "the plugin was not found")
local insert = proc:to_insert ()
local plugin = insert:plugin (0)
say ("parameters", plugin:parameter_count ())

-- Source, ten instances, sink.
local source = ARDOUR.LuaAPI.new_luaproc (session, "Lacquer Test Source")
local sink = ARDOUR.LuaAPI.new_luaproc (session, "Lacquer Test Sink")
assert (not source:isnil () and not sink:isnil (), "the test's own scripts were not found")
for _ = 1, 9 do master:add_processor_by_index (new (), -1, nil, true) end
master:add_processor_by_index (proc, -1, nil, true)
master:add_processor_by_index (sink, -1, nil, true)
master:add_processor_by_index (source, 0, nil, true)
wait (2)
say ("latency", insert:signal_latency ())
say ("heard", value (sink, 0))
say ("wrong", value (sink, 1))

-- While it plays: another block size, the transport rolls and stops.
session:request_roll (ARDOUR.TransportRequestSource.TRS_UI)
for _, frames in ipairs ({ 64, 2048, 256, 1024 }) do
	AudioEngine:set_buffer_size (frames)
	wait (0.5)
end
say ("rolled", session:transport_sample ())
session:request_stop (false, false, ARDOUR.TransportRequestSource.TRS_UI)
wait (0.5)
say ("heard_on", value (sink, 0))
say ("latency_on", insert:signal_latency ())

-- Loaded again and again, and fifty at once: Ardour takes minutes to part from more, for it looks through all controls for each.
for _ = 1, 40 do local one = new () assert (not one:isnil ()) end
collectgarbage ()
local many = {}
for index = 1, 50 do many[index] = new () assert (not many[index]:isnil ()) end
say ("at_once", #many)
many = nil
collectgarbage ()

-- What the session saves of the plugin.
for index = 0, plugin:parameter_count () - 1 do
	if plugin:parameter_label (index) == "Output Gain" then
		ARDOUR.LuaAPI.set_processor_param (proc, index, -6)
		wait (0.2)
		say ("gain", value (proc, index))
	end
end
session:save_state ("", false, false, false, false)
close_session ()
