internal import MaaSControl
internal import MaaSCore

/// Loads the picture of a draft from its source, and validates it.
@LoopActor
struct PictureLoader {
    let configuration: MaaSConfiguration.APIGateway
    let fetcher: PictureFetcher
    let uploads: Uploads

    /// Throws ``PictureFault`` when there is no acceptable picture.
    ///
    /// - Parameter request: to which the picture's file is charged.
    func load(_ source: PictureSource, for user: String, of request: WebRequestBody) async throws -> PictureFile {
        try PictureFile(try await self.file(source, for: user, of: request))
    }

    private func file(
        _ source: PictureSource,
        for user: String,
        of request: WebRequestBody
    ) async throws -> TemporaryFile {
        switch source {
        case .file(let file): return file
        case .upload(let id): return try await self.uploads.fetch(id, for: user, of: request)
        case .stored(let input): return try await self.uploads.copy(of: input, for: user, of: request)
        case .task(let id): return try await self.uploads.copy(ofTask: id, for: user, of: request)
        case .url(let url) where DataURL.isOne(url):
            let file = try TemporaryFile(in: "/tmp", of: request)
            try file.append(try DataURL(url, limit: self.configuration.inlineImageLimit).bytes)
            file.finish()
            return file
        case .url(let url): return try await self.fetcher.fetch(url, for: user, of: request)
        }
    }
}
