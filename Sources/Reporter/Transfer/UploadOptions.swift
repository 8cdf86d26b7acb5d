internal import MaaSCore

/// What `reporter upload` is told.
struct UploadOptions: Equatable {
    /// The video.
    var path: String
    /// The JSON file of ``VideoFacts``.
    var facts: String?
    /// Pictures of the video, JPEG. They are worth no failure: without them the video is still one.
    var thumbnail: String?
    var spritesheet: String?

    init(path: String, facts: String? = nil, thumbnail: String? = nil, spritesheet: String? = nil) {
        self.path = path
        self.facts = facts
        self.thumbnail = thumbnail
        self.spritesheet = spritesheet
    }

    init(_ arguments: [String]) throws(UsageError) {
        let reader = try ArgumentReader(arguments, options: ["facts", "thumbnail", "spritesheet"])
        guard reader.operands.count == 1, reader.command == nil else { throw UsageError("upload takes one file") }
        self.init(
            path: reader.operands[0],
            facts: reader.option("facts"),
            thumbnail: reader.option("thumbnail"),
            spritesheet: reader.option("spritesheet")
        )
    }
}
