internal import MaaSCore

extension TaskResult {
    /// Reads what `reporter upload` left in its container's termination log. Nil for anything else, and for facts that
    /// cannot be stored: the programs of a pod can write there what they like.
    init?(report: String) {
        guard let document = try? JSONValue(parsing: report.utf8), let key = document["key"]?.string,
            let size = document["size"]?.integer, size >= 0,
            let digest = (document["sha256"]?.string).flatMap({ Hexadecimal.decode($0) }),
            digest.count == SHA256.digestLength
        else { return nil }
        self.init(key: key, size: size, sha256: Hexadecimal.encode(digest))
        for (name, member) in [
            ("width", \Self.width), ("height", \.height), ("frames", \.frames), ("duration_ms", \.durationMilliseconds),
        ] {
            guard let value = document[name]?.integer else { continue }
            guard let number = Int32(exactly: value), number >= 0 else { return nil }
            self[keyPath: member] = Int(number)
        }
    }
}
