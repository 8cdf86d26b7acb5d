/// Authenticates the producer of an event: an HMAC over the producer's kind, the task and the attempt.
///
/// A pod gets only the token of its own attempt, so it can send events only for that attempt. The token becomes
/// worthless with the attempt's end, because events of earlier attempts are dropped.
package struct EventToken: Sendable {
    private let secrets: EventSecrets

    /// - Parameter secrets: shared by dispatcher, gateway and relay; at least 16 bytes each.
    package init(secret secrets: EventSecrets) { self.secrets = secrets }

    /// The token of one attempt, for the field `token` of all its events.
    package func make(_ producer: TaskEvent.Producer, task: TaskID, attempt: Int) -> String {
        Self.make(producer, task: task, attempt: attempt, secret: self.secrets.current)
    }

    /// Whether `token` permits its bearer to send `event`.
    package func admits(_ event: TaskEvent, token: String) -> Bool {
        event.isWithinRights
            && self.secrets.contains { secret in
                let right = Self.make(event.producer, task: event.task, attempt: event.attempt, secret: secret)
                return ConstantTime.areEqual(token, right)
            }
    }

    private static func make(_ producer: TaskEvent.Producer, task: TaskID, attempt: Int, secret: String) -> String {
        let message = "\(producer.rawValue)/\(task)/\(attempt)"
        return Base64.url.encode(HMACSHA256.code(for: message, key: Array(secret.utf8)))
    }
}
