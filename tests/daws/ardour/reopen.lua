-- Opens the session again and prints what its plugins stand at.
AudioEngine:set_backend ("None (Dummy)", "", "")
session = load_session (os.getenv ("LACQUER_SESSION"), "lacquer")
for index = 0, 11 do
	local proc = session:master_out ():nth_plugin (index)
	if not proc:isnil () and proc:display_name () == "Lacquer" then
		local plugin = proc:to_insert ():plugin (0)
		for parameter = 0, plugin:parameter_count () - 1 do
			if plugin:parameter_label (parameter) == "Output Gain" then
				print ("FOUND", "gain", ARDOUR.LuaAPI.get_processor_param (proc, parameter, true))
			end
		end
	end
end
close_session ()
