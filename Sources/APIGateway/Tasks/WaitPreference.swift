internal import MaaSCore

/// `Prefer: wait=10` (RFC 7240 §4.3): for how long a request may be held back until it can be answered with an end.
struct WaitPreference: Sendable, Equatable {
    let seconds: Int

    var duration: Duration { .seconds(self.seconds) }
    /// The value of `Preference-Applied`.
    var applied: String { "wait=\(self.seconds)" }

    /// The preference in a header with any number of them, cut at `limit`; nil when it has none that we understand, which
    /// the RFC has us ignore. `wait` alone is as long as it may be.
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
