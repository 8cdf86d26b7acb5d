internal import MaaSControl
internal import MaaSCore

/// Makes a repeated submission the same submission, by the client's `Idempotency-Key`.
///
/// The key is bound to a task id before anything is stored, so a repetition after any kind of break uses the same id,
/// and storing a row twice is harmless. Without Redis a submission goes ahead without this protection.
@LoopActor
final class IdempotencyKeys {
    struct Reservation {
        let id: TaskID
        /// Whether this is the first time the key is seen.
        let isNew: Bool
    }

    private let redis: RedisClient
    private let logger: Logger

    /// Seconds for which a key is remembered.
    private static let lifetime = 86_400

    init(redis: RedisClient, logger: Logger) {
        self.redis = redis
        self.logger = logger
    }

    /// The id for this submission; nil without a key, or when Redis is away. Throws 422 when the key was used for
    /// another task.
    func reserve(_ request: WebRequest, user: String, draft: TaskDraft) async throws -> Reservation? {
        guard let key = request.headers["idempotency-key"], !key.isEmpty else { return nil }
        guard key.utf8.count <= 255 else {
            throw WebError.badRequest("Idempotency-Key may have 255 bytes", code: "bad_idempotency_key")
        }
        guard self.redis.isConnected else { return nil }
        let id = TaskID.make()
        let print = Self.fingerprint(draft)
        let name = "maas:idempotency:" + Hexadecimal.encode(SHA256.digest(of: "\(user)\n\(key)"))
        do {
            let before = try await self.redis.send(
                ["SET", name, "\(id) \(print)", "NX", "GET", "EX", "\(Self.lifetime)"]
            )
            guard let text = before.string else { return Reservation(id: id, isNew: true) }
            let parts = text.split(separator: " ").map(String.init)
            guard parts.count == 2, let first = TaskID(parts[0]) else { return nil }
            guard parts[1] == print else {
                throw WebError(
                    status: 422,
                    code: "idempotency_key_reused",
                    message: "this Idempotency-Key was used for another task"
                )
            }
            return Reservation(id: first, isNew: false)
        } catch let error as RedisError {
            self.logger.warning("no protection against repetition", [.error: "\(error)"])
            return nil
        }
    }

    private static func fingerprint(_ draft: TaskDraft) -> String {
        var document: JSONValue = ["parameters": draft.parameters]
        document["template"] = JSONValue(draft.template)
        document["priority"] = JSONValue(draft.priority)
        var bytes = document.encoded()
        if case .file(let file) = draft.picture { bytes += file.digest }
        return Hexadecimal.encode(SHA256.digest(of: bytes))
    }
}
