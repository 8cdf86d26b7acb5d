extension TaskFailure {
    /// The failure of a task whose job cannot be made.
    package init(_ error: TemplateError) { self.init(.templateError, message: error.message) }
}
