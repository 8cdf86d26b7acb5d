/// Proves who produced an event: an HMAC over the producer's kind, the task and the attempt.
///
/// A pod is given the token of its own attempt and nothing else, so it can speak for that attempt only; it dies with
/// the attempt, because events of an attempt that is over are dropped.
package struct EventToken: Sendable {
    private let secret: [UInt8]

    /// - Parameter secret: shared by dispatcher, gateway and relay; at least 16 bytes.
    package init(secret: String) { self.secret = Array(secret.utf8) }

    /// The token of one attempt, as it goes into the field `token` of all its events.
    package func make(_ producer: TaskEvent.Producer, task: TaskID, attempt: Int) -> String {
        Base64.url.encode(HMACSHA256.code(for: "\(producer.rawValue)/\(task)/\(attempt)", key: self.secret))
    }

    /// Whether `token` lets its bearer say `event`.
    package func admits(_ event: TaskEvent, token: String) -> Bool {
        event.isWithinRights
            && ConstantTime.areEqual(token, self.make(event.producer, task: event.task, attempt: event.attempt))
    }
}
