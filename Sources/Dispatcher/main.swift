internal import MaaSCore

ServiceMain(
    name: "dispatcher",
    summary: "starts queued tasks as jobs when their GPUs are free, and follows them to their end"
) { context in
    try DispatcherServices.make(context)
}.run()
