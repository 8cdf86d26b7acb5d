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

    func advanced(bySeconds seconds: Int) -> Timestamp {
        Timestamp(milliseconds: self.milliseconds + Int64(seconds) * 1000)
    }
}
