-- wrk: submits tasks, as a client of the API does. What is not accepted ("Non-2xx") would make the number worthless, and
-- the benchmark says so.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer " .. os.getenv("MAAS_API_KEY")
wrk.body = '{"template":"demo","parameters":{"prompt":"A paper boat drifting down a rain-washed street, evening light"}}'

-- In one line for run: requests a second, p50 and p99 in ms.
function done(summary, latency)
    local rate = summary.requests / (summary.duration / 1e6)
    io.write(("result %.1f %.3f %.3f\n"):format(rate, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
