-- Has wrk replay the requests of a file, and print what load.py reads.
-- Argument: the file, a request a line: target, entity tag or nothing, coding or nothing.

local requests = {}
local position = 0

function init(arguments)
   for line in io.lines(arguments[1]) do
      local target, tag, coding = line:match("^([^\t]*)\t([^\t]*)\t(.*)$")
      local headers = {}
      if tag ~= "" then headers["If-None-Match"] = tag end
      if coding ~= "" then headers["Accept-Encoding"] = coding end
      requests[#requests + 1] = wrk.format("GET", target, headers)
   end
end

function request()
   position = position % #requests + 1
   return requests[position]
end

-- There is no function `response`: with one, wrk itself would be the slower side.

function done(summary, latency)
   local errors = summary.errors
   local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
   if failed > 0 then
      io.stderr:write(failed .. " requests failed\n")
      os.exit(1)
   end
   print(string.format('{"answers": %d, "rate": %f, "p50": %f, "p99": %f}', summary.requests,
      summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000,
      latency:percentile(99) / 1000))
end
