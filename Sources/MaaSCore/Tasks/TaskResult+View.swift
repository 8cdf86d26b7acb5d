extension TaskResult {
    /// The file of `task` as its user sees it: with where to get it instead of its key. Unknown members are null.
    package func view(of task: TaskID) -> JSONValue {
        [
            "size": .integer(self.size),
            "sha256": JSONValue(self.sha256),
            "width": JSONValue(self.width),
            "height": JSONValue(self.height),
            "frames": JSONValue(self.frames),
            "duration_ms": JSONValue(self.durationMilliseconds),
            "url": .string("/v1/tasks/\(task)/content"),
        ]
    }
}
