-- Posts the job in the file that JOB names, over and over.
local file = io.open(os.getenv("JOB"))
wrk.method = "POST"
wrk.body = file:read("a")
wrk.headers["Content-Type"] = "application/json"
