internal import MaaSCore

/// Converts a failure to and from the JSON of the column `stop`.
extension TaskFailure {
    var document: JSONValue {
        [
            "code": .string(self.code), "message": .string(self.message), "retryable": .bool(self.isRetryable),
        ]
    }

    /// Nil for a document without a code.
    init?(document: JSONValue) {
        guard let code = document["code"]?.string else { return nil }
        self.init(
            code: code,
            message: document["message"]?.string ?? "",
            isRetryable: document["retryable"]?.bool ?? false
        )
    }
}
