internal import FoundationEssentials
internal import MaaSCore

extension Timestamp {
    /// `metav1.Time`: RFC 3339 in whole seconds, like all times in objects.
    var kubernetesTime: String { self.date.formatted(Date.ISO8601FormatStyle()) }

    /// Parses a time of an object.
    init?(kubernetesTime text: String) {
        guard let time = Timestamp(text) else { return nil }
        self = time
    }

    /// Some 300 years at most: clients may ask for more seconds than a time can have.
    func advanced(bySeconds seconds: Int) -> Timestamp {
        let limit = 10_000_000_000
        return Timestamp(milliseconds: self.milliseconds + Int64(min(max(seconds, -limit), limit)) * 1000)
    }
}
