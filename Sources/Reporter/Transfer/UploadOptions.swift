internal import MaaSCore

/// The options of `reporter upload`.
struct UploadOptions: Equatable {
    /// The video.
    var path: String
    /// The JSON file of ``VideoFacts``.
    var facts: String?
    /// JPEG pictures of the video. Failing to upload them is not an error.
    var thumbnail: String?
    var spritesheet: String?
    /// From the stop signal until the upload is given up.
    var grace = RunOptions.usualGrace

    init(path: String, facts: String? = nil, thumbnail: String? = nil, spritesheet: String? = nil) {
        self.path = path
        self.facts = facts
        self.thumbnail = thumbnail
        self.spritesheet = spritesheet
    }

    init(_ arguments: [String]) throws(UsageError) {
        let reader = try ArgumentReader(arguments, options: ["facts", "thumbnail", "spritesheet", "grace"])
        guard reader.operands.count == 1, reader.command == nil else { throw UsageError("upload takes one file") }
        self.init(
            path: reader.operands[0],
            facts: reader.option("facts"),
            thumbnail: reader.option("thumbnail"),
            spritesheet: reader.option("spritesheet")
        )
        if let grace = try reader.number("grace", in: 0...3600) { self.grace = .seconds(grace) }
    }
}
