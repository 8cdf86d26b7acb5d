internal import MaaSControl
internal import MaaSCore

/// Deletes the files of tasks whose time is over, and later the tasks themselves.
///
/// The files go first and the row is marked last, so that what a crash leaves half done is done again. Until it is, nobody
/// sees it: a task tells that its files have expired as soon as they have.
@LoopActor
struct TaskExpiry {
    let store: TaskStore
    let objects: ObjectStore

    private static let limit = 100

    /// One round; returns how many tasks it was about.
    func sweep() async throws -> Int {
        let rows = try await self.store.tasksWithExpiredFiles(limit: Self.limit)
        for row in rows {
            for key in row.objectKeys { try await self.objects.delete(key) }
            try await self.store.markFilesDeleted(row.id)
        }
        return rows.count + (try await self.store.forgetExpiredTasks(limit: Self.limit))
    }
}

extension TaskRow {
    /// All that the task may have in the object store.
    var objectKeys: [String] {
        (self.input.map { [$0.key] } ?? [])
            + (1..<(self.attempt + 1)).flatMap { OutputKey.all(task: self.id, attempt: $0) }
    }
}
