internal import MaaSCore

/// `Prefer: wait=10` (RFC 7240 §4.3): how long a request may wait for its task's end.
struct WaitPreference: Sendable, Equatable {
    let seconds: Int

    var duration: Duration { .seconds(self.seconds) }
    /// The value of `Preference-Applied`.
    var applied: String { "wait=\(self.seconds)" }

    /// Parses a header with any number of preferences, limited to `limit`; nil without a valid wait, since the RFC says
    /// to ignore others. A plain `wait` means the limit.
    init?(_ header: String?, limit: Duration) {
        let most = Int(limit.components.seconds)
        for preference in (header ?? "").split(separator: ",") {
            let text = preference.prefix { $0 != ";" }.filter { !" \t\"".contains($0) }.lowercased()
            if text == "wait" {
                self.seconds = most
                return
            }
            guard text.hasPrefix("wait="), let seconds = Int(text.dropFirst("wait=".count)), seconds >= 0 else {
                continue
            }
            self.seconds = min(seconds, most)
            return
        }
        return nil
    }
}
