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

    /// Reads the JSON file at `path`, which is optional.
    static func read(_ path: String?) throws(TransferError) -> VideoFacts {
        guard let path else { return VideoFacts() }
        do {
            return try JSONDecoder().decode(VideoFacts.self, from: Data(contentsOf: URL(filePath: path)))
        } catch {
            throw TransferError(message: "--facts: cannot read \(path)", status: ExitCode.configuration)
        }
    }
}
