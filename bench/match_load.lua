-- For wrk: POST /match/sanctions with one name after another of a file. TAMGA_NAMES: the file, a name a line; TAMGA_TOKEN: the caller's token.
local names = {}
for line in io.lines(os.getenv("TAMGA_NAMES")) do
  names[#names + 1] = '{"queries":{"q":{"schema":"Person","properties":{"name":["' .. line:gsub('["\\]', "") .. '"]}}}}'
end
local token = os.getenv("TAMGA_TOKEN")
local headers = { ["Content-Type"] = "application/json" }
if token and token ~= "" then headers["Authorization"] = "Bearer " .. token end
local at = 0

function init() math.randomseed(7) at = math.random(#names) end

function request()
  at = at % #names + 1
  return wrk.format("POST", "/match/sanctions", headers, names[at])
end
