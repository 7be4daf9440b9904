ardour { ["type"] = "dsp", name = "Lacquer Test Source", category = "Utility", license = "MIT", author = "Lacquer Audio", description = [[A series of numbers, after some silence]] }

-- Frames of silence before the series, so that whoever hears it knows its start.
local SILENCE = 9600
local silent, x = 0, 1

function dsp_ioconfig () return { { audio_in = -1, audio_out = -1 } } end
function dsp_params () return {} end
function dsp_init (rate) end

function dsp_run (ins, outs, n_samples)
	local a = {}
	for s = 1, n_samples do
		if silent < SILENCE then
			silent = silent + 1
			a[s] = 0
		else
			x = (x * 75 + 74) % 65537
			a[s] = (x - 32768) / 131072
		end
	end
	for c = 1, #outs do outs[c]:set_table (a, n_samples) end
end
