internal import MaaSCore

/// Reads stream entries as events and refuses what its producer has no right to say.
struct EventVerifier: Sendable {
    let token: EventToken

    enum Verdict {
        case event(TaskEvent)
        case refused(RelayMetrics.Outcome, reason: String)
    }

    func read(_ entry: RedisStreamEntry) -> Verdict {
        // An entry that was trimmed while it was pending.
        if entry.fields.isEmpty { return .refused(.trimmed, reason: "its entry is gone") }
        do {
            let event = try TaskEvent(fields: entry.fields)
            let proof = entry.fields.first { $0.name == TaskEvent.Field.token.rawValue }?.value ?? ""
            return self.token.admits(event, token: proof) ? .event(event) : .refused(.forged, reason: "token")
        } catch {
            return .refused(.malformed, reason: error.field.rawValue)
        }
    }
}
