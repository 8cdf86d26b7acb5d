internal import MaaSCore

let service = ServiceMain(
    name: "progress-relay",
    summary: "shows users what happens to their tasks, live, and writes it to the database"
) { try RelayServices.make($0) }

service.run()
