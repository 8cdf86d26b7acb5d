internal import MaaSCore

/// Parses stream entries as events and refuses those that their producer may not send.
@LoopActor
final class EventVerifier {
    enum Verdict {
        case event(TaskEvent)
        case refused(RelayMetrics.Outcome, reason: String)
    }

    /// The tokens of one attempt.
    private struct Speakers {
        let attempt: Int
        var pod: String?
        var control: String?
    }

    let token: EventToken
    /// Tokens already verified: an attempt shows the same token with each of about a hundred events, and two readers
    /// check them.
    private var known: [TaskID: Speakers] = [:]

    /// At this size the cache is cleared.
    private static let knownLimit = 20_000

    init(token: EventToken) { self.token = token }

    func read(_ entry: RedisStreamEntry) -> Verdict {
        do {
            let event = try TaskEvent(fields: entry.fields)
            let proof = entry.fields.value(of: TaskEvent.Field.token.rawValue) ?? ""
            return self.admits(event, proof) ? .event(event) : .refused(.forged, reason: "token")
        } catch {
            return .refused(.malformed, reason: error.field.rawValue)
        }
    }

    private func admits(_ event: TaskEvent, _ proof: String) -> Bool {
        var speakers = self.known[event.task].flatMap { $0.attempt == event.attempt ? $0 : nil }
        let known = event.producer == .pod ? speakers?.pod : speakers?.control
        if event.isWithinRights, let known, ConstantTime.areEqual(known, proof) { return true }
        guard self.token.admits(event, token: proof) else { return false }
        if self.known.count >= Self.knownLimit { self.known = [:] }
        speakers = speakers ?? Speakers(attempt: event.attempt)
        switch event.producer {
        case .pod: speakers?.pod = proof
        case .control: speakers?.control = proof
        }
        self.known[event.task] = speakers
        return true
    }
}
