internal import MaaSControl
internal import MaaSCore

/// The way to the files of tasks, which the object store serves.
@LoopActor
struct TaskFiles {
    let objects: ObjectStore
    /// How long a link works.
    let lifetime: Duration

    /// What a task has made: `?variant=video`, `thumbnail` or `spritesheet`. Throws `WebError` when it has made nothing.
    func content(of row: TaskRow, for request: WebRequest) throws -> WebResponse {
        guard let result = row.result, row.state == .completed else {
            throw WebError(
                status: 409,
                code: "not_completed",
                message: "the task has no video: it is \(row.state.rawValue)",
                // OpenAI's client tries a 409 again by itself, which makes no video.
                headers: ["x-should-retry": "false"]
            )
        }
        switch request.query["variant"] {
        case nil, "video":
            let name = request.query["download"] == nil ? nil : "\(row.id).mp4"
            return self.link(to: result.key, fileName: name, for: request)
        case "thumbnail":
            return self.link(to: OutputKey.thumbnail(task: row.id, attempt: row.attempt), fileName: nil, for: request)
        case "spritesheet":
            return self.link(to: OutputKey.spritesheet(task: row.id, attempt: row.attempt), fileName: nil, for: request)
        default:
            throw WebError.invalid([.init("variant", "must be video, thumbnail or spritesheet")])
        }
    }

    /// A redirect, and the address in the body as well: a page cannot read where a redirect goes, and a `<video>` cannot
    /// send a key. Who asks for JSON gets 200 with it.
    func link(to key: String, fileName: String?, for request: WebRequest) -> WebResponse {
        let url = self.url(of: key, fileName: fileName)
        let expires = Timestamp.now() + self.lifetime
        let wantsJSON = request.headers["accept"]?.contains("application/json") == true
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
