internal import MaaSControl
internal import MaaSCore

/// Uploads: objects that users store themselves before the submission that refers to them.
///
/// An upload is checked and copied when it is used, because anybody with its presigned URL can change it as long as
/// that is valid.
@LoopActor
final class Uploads {
    private let configuration: MaaSConfiguration.APIGateway
    private let store: TaskStore
    private let objects: ObjectStore

    /// For each user, whose turn it is to read a picture.
    private let turns = KeyedLocks<String>()

    private static let partSize = 1 << 20
    /// The most uploads of one user that no task has used.
    private static let unusedLimit = 100
    /// The most uploads of one user. They are kept for ``MaaSConfiguration/APIGateway/uploadLifetime``.
    private static let userLimit = 1_000

    /// An upload ready to receive its file.
    struct Opened {
        let id: String
        /// Where to PUT the file.
        let url: String
        let expires: Timestamp
    }

    init(configuration: MaaSConfiguration.APIGateway, store: TaskStore, objects: ObjectStore) {
        self.configuration = configuration
        self.store = store
        self.objects = objects
    }

    /// Creates an upload of `size` bytes for the user; the store refuses another size. Throws `WebError` 429 when the
    /// user has too many.
    func open(for user: String, size: Int64) async throws -> Opened {
        let id = try await self.reserve(for: user)
        let lifetime = self.configuration.uploadLifetime
        let url = self.objects.presignPut(Self.key(of: id), lifetime: lifetime, for: .user, size: size)
        return Opened(id: id, url: url, expires: .now() + lifetime)
    }

    /// Stores a file that was sent to us in a reserved upload. Throws `WebError` 404 when there is none, 409 when it
    /// has a file.
    func fill(_ id: String, with file: TemporaryFile, for user: String) async throws {
        guard try await self.store.claimUpload(id, user: user) else {
            guard try await self.store.hasUpload(id, user: user) else {
                throw WebError.notFound("there is no such upload")
            }
            throw WebError(status: 409, code: "upload_exists", message: "this upload has a file: create another")
        }
        do {
            try await self.objects.put(Self.key(of: id), from: file.path, contentType: "application/octet-stream")
        } catch {
            // The storage error matters more than an upload that stays claimed.
            _ = try? await self.store.unclaimUpload(id)
            throw error
        }
    }

    /// Records that a task used the upload, so that it does not count as unused. Best effort.
    func noteUse(of id: String) async { _ = try? await self.store.noteUse(ofUpload: id) }

    /// The uploaded file. Throws ``PictureFault`` when there is none.
    ///
    /// - Parameter request: to which the file is charged.
    func fetch(_ id: String, for user: String, of request: WebRequestBody) async throws -> TemporaryFile {
        guard id.utf8.count <= 64, try await self.store.hasUpload(id, user: user) else {
            throw PictureFault("names an upload that does not exist or has expired")
        }
        let limit = self.configuration.imageLimit
        guard let info = try await self.objects.head(Self.key(of: id)) else {
            throw PictureFault("names an upload that has received nothing yet")
        }
        guard info.size <= limit.bytes else { throw PictureFault("may have \(limit) at most") }
        return try await self.load(Self.key(of: id), size: Int(info.size), for: user, of: request)
    }

    /// A copy of the picture of another of the user's tasks, since that task may be deleted earlier.
    func copy(of input: TaskInput, for user: String, of request: WebRequestBody) async throws -> TemporaryFile {
        do {
            return try await self.load(input.key, size: Int(input.size), for: user, of: request)
        } catch let error as ObjectStoreError where error.code == .notFound {
            throw PictureFault("is no longer there: pictures are kept as long as the task's other files")
        }
    }

    /// Reads an object in parts, and one object of a user at a time: a short request that refers to a picture must not
    /// cost the memory of one, and many of them must not cost many times as much.
    private func load(
        _ key: String,
        size: Int,
        for user: String,
        of request: WebRequestBody
    ) async throws -> TemporaryFile {
        try await self.turns.withLock(user) {
            let file = try TemporaryFile(in: "/tmp", of: request)
            var entityTag: String?
            while file.count < size {
                let end = min(size, file.count + Self.partSize)
                let part = try await self.objects.get(key, range: file.count..<end)
                guard entityTag == nil || entityTag == part.entityTag else {
                    throw PictureFault("was replaced while it was read")
                }
                entityTag = part.entityTag
                try file.append(part.bytes)
            }
            file.finish()
            return file
        }
    }

    /// A copy of the picture of the user's task. Throws ``PictureFault`` when there is none, or it was deleted.
    func copy(ofTask id: String, for user: String, of request: WebRequestBody) async throws -> TemporaryFile {
        guard let id = TaskID(id), let task = try await self.store.task(id, user: user) else {
            throw PictureFault("names a task that does not exist")
        }
        guard let input = task.input else { throw PictureFault("names a task that came without a picture") }
        guard try await self.objects.head(input.key) != nil else {
            throw PictureFault("names a task whose picture is no longer there")
        }
        return try await self.copy(of: input, for: user, of: request)
    }

    /// Removes expired uploads; returns how many.
    func expire() async throws -> Int { try await self.store.expireUploads(prefix: Self.prefix, limit: 100) }

    /// Reserves an upload for a file that will be sent to us; returns its id.
    func reserve(for user: String) async throws -> String {
        let id = "upload_\(TaskID.make())"
        let lifetime = self.configuration.uploadLifetime
        guard
            try await self.store.addUpload(
                id,
                user: user,
                lifetime: lifetime,
                limit: Self.unusedLimit,
                total: Self.userLimit
            )
        else {
            throw WebError(
                status: 429,
                code: "too_many_uploads",
                message: "\(Self.unusedLimit) uploads may wait for a task, and \(Self.userLimit) may be kept in all",
                headers: ["Retry-After": "60"]
            )
        }
        return id
    }

    private static let prefix = "uploads/"
    private static func key(of id: String) -> String { Self.prefix + id }
}
