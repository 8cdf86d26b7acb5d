internal import FoundationEssentials
internal import MaaSCore

/// What postprocess.py found out about the video.
struct VideoFacts: Codable, Equatable {
    var width: Int?
    var height: Int?
    var frames: Int?
    var durationMilliseconds: Int?

    private enum CodingKeys: String, CodingKey {
        case width, height, frames
        case durationMilliseconds = "duration_ms"
    }

    /// Without values that an event cannot hold: the relay would refuse the final event because of them.
    private var credible: VideoFacts {
        let limits = 0...Int(Int32.max)
        var facts = self
        for member in [\Self.width, \.height, \.frames, \.durationMilliseconds] {
            if let value = facts[keyPath: member], !limits.contains(value) { facts[keyPath: member] = nil }
        }
        return facts
    }

    /// Reads the JSON file at `path`, which is optional.
    static func read(_ path: String?) throws(TransferError) -> VideoFacts {
        guard let path else { return VideoFacts() }
        do {
            return try JSONDecoder().decode(VideoFacts.self, from: Data(contentsOf: URL(filePath: path))).credible
        } catch {
            throw TransferError(message: "The file of --facts cannot be read: \(path).", status: ExitCode.configuration)
        }
    }
}
