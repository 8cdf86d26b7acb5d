-- Posts the job in the file that JOB names, over and over, each time under a name of its own.
local file = io.open(os.getenv("JOB"))
local job = file:read("a")
local head, tail = job:match('^(.-"name": ")nothing%-[^"]*(".*)$')
local count = 0

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"

function request()
    count = count + 1
    return wrk.format(nil, nil, nil, head .. "nothing-" .. count .. tail)
end
