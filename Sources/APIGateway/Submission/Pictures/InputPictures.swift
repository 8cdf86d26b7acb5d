internal import MaaSControl
internal import MaaSCore

/// The pictures of new tasks in the object store.
@LoopActor
struct InputPictures {
    let store: TaskStore
    let objects: ObjectStore
    let loader: PictureLoader
    let logger: Logger

    /// Stores the candidate's picture for the task `id`; nil when it has none. Its removal is scheduled first, in case
    /// the task is never created. Throws 422 when the picture is not acceptable.
    func store(for candidate: Candidate, _ checked: CheckedDraft, as id: TaskID) async throws -> TaskInput? {
        guard let source = candidate.draft.picture else { return nil }
        if let picture = checked.picture { return try await self.store(picture, as: id) }
        do {
            let picture = try await self.loader.load(source, for: candidate.user, of: candidate.request.body)
            return try await self.store(picture, as: id)
        } catch let fault as PictureFault {
            throw candidate.draft.invalid([.init("image", fault.message)])
        }
    }

    private func store(_ picture: PictureFile, as id: TaskID) async throws -> TaskInput {
        let key = "inputs/\(id)/image"
        let type = picture.content.format.rawValue
        try await self.store.schedulePictureRemoval(key, of: id)
        try await self.objects.put(key, from: picture.file.path, contentType: type)
        return TaskInput(
            key: key,
            size: Int64(picture.file.count),
            sha256: Hexadecimal.encode(picture.file.digest),
            contentType: type
        )
    }

    /// Deletes the picture of a task that was not created. Best effort: its removal is scheduled.
    func forget(_ input: TaskInput) async {
        do {
            try await self.objects.delete(input.key)
        } catch {
            self.logger.warning(
                "cannot delete the picture of a task that was not created",
                [.object: input.key, .error: "\(error)"]
            )
        }
    }

    /// Notes that a task was created with the upload, if its picture is one.
    func noteUse(of draft: TaskDraft) async {
        if case .upload(let upload) = draft.picture { await self.loader.uploads.noteUse(of: upload) }
    }
}
