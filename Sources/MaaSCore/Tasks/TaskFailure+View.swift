extension TaskFailure {
    /// The failure as the task's user sees it.
    package var view: JSONValue { ["code": .string(self.code), "message": .string(self.message)] }
}
