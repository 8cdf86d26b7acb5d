internal import FoundationEssentials
internal import MaaSCore

extension Timestamp {
    /// `metav1.Time`: RFC 3339 in whole seconds, as all times in objects are.
    var kubernetesTime: String { self.date.formatted(Date.ISO8601FormatStyle()) }

    /// Reads a time out of an object.
    init?(kubernetesTime text: String) {
        guard let time = Timestamp(text) else { return nil }
        self = time
    }

    func advanced(bySeconds seconds: Int) -> Timestamp {
        Timestamp(milliseconds: self.milliseconds + Int64(seconds) * 1000)
    }
}
