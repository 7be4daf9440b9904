ardour { ["type"] = "dsp", name = "Lacquer Test Sink", category = "Utility", license = "MIT", author = "Lacquer Audio", description = [[Holds what comes against the series of the source]] }

local x, heard, wrong = 1, 0, 0

function dsp_ioconfig () return { { audio_in = -1, audio_out = -1 } } end
function dsp_params ()
	return {
		{ ["type"] = "output", name = "Heard", min = 0, max = 1e9 },
		{ ["type"] = "output", name = "Wrong", min = 0, max = 1e9 },
	}
end
function dsp_init (rate) end

function dsp_run (ins, outs, n_samples)
	local left, right = ins[1]:get_table (n_samples), ins[2]:get_table (n_samples)
	for s = 1, n_samples do
		if heard > 0 or left[s] ~= 0 or right[s] ~= 0 then
			x = (x * 75 + 74) % 65537
			local expected = (x - 32768) / 131072
			heard = heard + 1
			if left[s] ~= expected or right[s] ~= expected then wrong = wrong + 1 end
		end
	end
	for c = 1, #outs do outs[c]:set_table (c == 1 and left or right, n_samples) end
	local ctrl = CtrlPorts:array ()
	ctrl[1], ctrl[2] = heard, wrong
end
