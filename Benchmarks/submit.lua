-- wrk: submits tasks, as a client of the API does. What is not accepted ("Non-2xx") would make the number worthless, and
-- the benchmark says so.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer " .. os.getenv("MAAS_API_KEY")
wrk.body = '{"template":"demo","parameters":{"prompt":"A paper boat drifting down a rain-washed street, evening light"}}'
