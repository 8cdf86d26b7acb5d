internal import MaaSControl
internal import MaaSCore

/// Access to the files of tasks in the object store.
@LoopActor
struct TaskFiles {
    private let objects: ObjectStore
    private let objectAnswer: ObjectAnswer
    private let lifetime: Duration
    private let streams: Bool

    /// - Parameters:
    ///   - lifetime: of presigned URLs.
    ///   - streams: whether files are streamed through the gateway unless the client asks otherwise.
    init(objects: ObjectStore, lifetime: Duration, streams: Bool) {
        self.objects = objects
        self.objectAnswer = ObjectAnswer(objects: objects)
        self.lifetime = lifetime
        self.streams = streams
    }

    /// The output of a task: `?variant=video`, `thumbnail` or `spritesheet`. Throws `WebError` when there is none, or
    /// it has expired.
    func content(of row: TaskRow, for request: WebRequest) async throws -> WebResponse {
        guard let result = row.result, row.state == .completed else {
            throw WebError(
                status: 409,
                code: "not_completed",
                message: "the task has no video: it is \(row.state.rawValue)",
                // OpenAI's client retries a 409 by default, which would be pointless.
                headers: ["x-should-retry": "false"]
            )
        }
        try self.checkExpiry(of: row)
        let name = request.query["download"] == nil ? nil : "\(row.id).mp4"
        switch request.query["variant"] {
        case nil, "video":
            // What is saved under a name opens in place of the page.
            if name != nil { try await self.checkLink(to: result.key, for: request) }
            return try await self.answer(result.key, of: row.user, type: "video/mp4", fileName: name, for: request)
        case "thumbnail":
            let key = OutputKey.thumbnail(task: row.id, attempt: row.attempt)
            return try await self.still(key, of: row.user, for: request)
        case "spritesheet":
            let key = OutputKey.spritesheet(task: row.id, attempt: row.attempt)
            return try await self.still(key, of: row.user, for: request)
        default:
            throw WebError.invalid([.init("variant", "must be video, thumbnail or spritesheet")])
        }
    }

    /// A picture of the video, which not every template makes: a link to it might show the object store's error page.
    private func still(_ key: String, of user: String, for request: WebRequest) async throws -> WebResponse {
        try await self.checkLink(to: key, for: request)
        return try await self.answer(key, of: user, type: "image/jpeg", fileName: nil, for: request)
    }

    /// Throws 404 when the answer is a link that leads nowhere.
    private func checkLink(to key: String, for request: WebRequest) async throws {
        if try !self.wantsStream(request), await self.isMissing(key) { throw Self.noSuchFile }
    }

    /// False also when the object store does not say.
    private func isMissing(_ key: String) async -> Bool {
        do { return try await self.objects.head(key) == nil } catch { return false }
    }

    private static let noSuchFile = WebError(status: 404, code: "no_such_file", message: "the task has no such file")

    /// The input picture of a task.
    func image(_ input: TaskInput, of row: TaskRow, for request: WebRequest) async throws -> WebResponse {
        try self.checkExpiry(of: row)
        return try await self.answer(input.key, of: row.user, type: input.contentType, fileName: nil, for: request)
    }

    /// The newest preview of a running task, which is replaced while it runs: no cache may keep it.
    func preview(of row: TaskRow, for request: WebRequest) async throws -> WebResponse {
        let key = OutputKey.preview(task: row.id, attempt: row.attempt)
        try await self.checkLink(to: key, for: request)
        var response = try await self.answer(key, of: row.user, type: "image/jpeg", fileName: nil, for: request)
        if try self.wantsStream(request) { response.headers["Cache-Control"] = "no-store" }
        return response
    }

    /// The URL of the video; nil when there is none, or it has expired.
    func videoURL(of row: TaskRow) -> String? {
        guard row.state == .completed, let result = row.result, !row.hasExpired(at: .now()) else { return nil }
        return self.url(of: result.key)
    }

    private func checkExpiry(of row: TaskRow) throws(WebError) {
        guard let expiry = row.expires, expiry <= .now() else { return }
        throw WebError(
            status: 410,
            code: "files_expired",
            message: "the files of this task were kept until \(expiry), and are deleted"
        )
    }

    /// The object itself if requested (`?stream=true`), otherwise a link to it. A request for JSON gets the link.
    private func answer(
        _ key: String,
        of user: String,
        type: String,
        fileName: String?,
        for request: WebRequest
    ) async throws -> WebResponse {
        guard try self.wantsStream(request) else { return self.link(to: key, fileName: fileName, for: request) }
        let answer = try await self.objectAnswer.make(key, of: user, type: type, fileName: fileName, for: request)
        guard let answer else { throw Self.noSuchFile }
        return answer
    }

    private func wantsStream(_ request: WebRequest) throws(WebError) -> Bool {
        switch request.query["stream"] {
        case "true": return true
        case "false": return false
        case nil: return self.streams && !Self.wantsJSON(request)
        default: throw .invalid([.init("stream", "must be true or false")])
        }
    }

    /// Whether it accepts JSON and no file: `*/*` beside JSON is the default of some clients.
    private static func wantsJSON(_ request: WebRequest) -> Bool {
        let ranges = (request.headers["accept"] ?? "").lowercased().split(separator: ",").map { range in
            range.prefix { $0 != ";" }.filter { $0 != " " }
        }
        return ranges.contains("application/json")
            && !ranges.contains { $0 == "*/*" || $0.hasPrefix("video/") || $0.hasPrefix("image/") }
    }

    /// A redirect, with the URL in the body as well: a page cannot read a redirect's target, and a `<video>` cannot
    /// send a key. A request for JSON gets 200 with the URL.
    private func link(to key: String, fileName: String?, for request: WebRequest) -> WebResponse {
        // A signature is for one method.
        let url =
            request.method == .head
            ? self.objects.presignHead(key, lifetime: self.lifetime, for: .user) : self.url(of: key, fileName: fileName)
        let expires = Timestamp.now() + self.lifetime
        let wantsJSON = Self.wantsJSON(request)
        var response = WebResponse.json(
            .object(["url": .string(url), "expires_at": .string("\(expires)")]),
            status: wantsJSON ? 200 : 302
        )
        if !wantsJSON { response.headers["Location"] = url }
        return response
    }

    func url(of key: String, fileName: String? = nil) -> String {
        self.objects.presignGet(key, lifetime: self.lifetime, fileName: fileName)
    }
}
