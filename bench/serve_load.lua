-- For wrk: POST /v1/screen with one name after another of a file. TAMGA_NAMES: the file, a name a line; TAMGA_TOKEN: the caller's token;
-- TAMGA_DELAY: milliseconds that each connection waits between two requests, which makes a rate.
local names = {}
for line in io.lines(os.getenv("TAMGA_NAMES")) do
  names[#names + 1] = '{"name":"' .. line:gsub('["\\]', "") .. '"}'
end
local token = os.getenv("TAMGA_TOKEN")
local headers = { ["Content-Type"] = "application/json" }
if token and token ~= "" then headers["Authorization"] = "Bearer " .. token end
local at = 0
local pause = tonumber(os.getenv("TAMGA_DELAY") or "0")

function init() math.randomseed(7) at = math.random(#names) end

function request()
  at = at % #names + 1
  return wrk.format("POST", "/v1/screen", headers, names[at])
end

if pause > 0 then
  -- Spread around the mean, so that the connections do not move in step.
  function delay() return math.floor(pause * (0.5 + math.random()) + 0.5) end
end
