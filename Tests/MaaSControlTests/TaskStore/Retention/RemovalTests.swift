internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import MaaSControl

@LoopActor
@Suite(.enabled(if: TestEnvironment.databaseURL != nil), .timeLimit(.minutes(1)))
struct RemovalTests {
    /// A cancelled task that ended so many hours ago, with a picture.
    private func task(attempts: Int = 1, ended hours: Double = 0, in store: TaskStore) async throws -> TaskID {
        let task = NewTask.sample()
        try await store.submit(task)
        try await store.pool.execute(
            """
            UPDATE tasks SET state = 'CANCELLED', attempt = \(attempts), 
                input = '{"key": "inputs/a", "size": 1, "sha256": "", "content_type": "image/png"}',
                ended_at = now() - make_interval(secs => \(hours * 3600))
            WHERE id = \(task.id.description)
            """
        )
        return task.id
    }

    private func delete(_ id: TaskID, in store: TaskStore) async throws -> ObjectRemoval? {
        try await store.deleteTask(id, user: "ada", writable: .hours(24), lease: .minutes(5))
    }

    private func take(_ store: TaskStore, limit: Int = 10) async throws -> [ObjectRemoval] {
        try await store.takeRemovals(limit: limit, lease: .minutes(5))
    }

    /// Has time pass for what is to be removed.
    private func wait(_ duration: Duration, _ store: TaskStore) async throws {
        try await store.pool.execute(
            """
            UPDATE removals SET due_at = due_at - span.time, writable_until = writable_until - span.time
            FROM make_interval(secs => \(duration.inSeconds)) AS span (time)
            """
        )
    }

    @Test func filesThatAPodMayStillWriteAreCheckedAgain() async throws {
        try await ScratchSchema.withTaskStore { store in
            let id = try await self.task(attempts: 2, in: store)
            let removal = try #require(try await self.delete(id, in: store))
            #expect(try await store.task(id) == nil)
            let keys = (1...2).flatMap { OutputKey.all(task: id, attempt: $0) }
            #expect(removal.keys == ["inputs/a"] + keys && !removal.isFinal)
            try await store.removed(removal)
            // Soon, for what its pod wrote while it was ended.
            try await self.wait(.minutes(9), store)
            #expect(try await self.take(store).isEmpty)
            try await self.wait(.minutes(1), store)
            let second = try #require(try await self.take(store).first)
            #expect(second.id == id.description && !second.isFinal)
            try await store.removed(second)
            // And when no link works any longer.
            try await self.wait(.hours(24), store)
            #expect(try await self.take(store).isEmpty)
            try await self.wait(.hours(1), store)
            let third = try #require(try await self.take(store).first)
            #expect(third.isFinal)
            try await store.removed(third)
            #expect(try await store.pool.query("SELECT FROM removals").isEmpty)
        }
    }

    @Test func filesThatNobodyCanWriteAreRemovedOnce() async throws {
        try await ScratchSchema.withTaskStore { store in
            for id in [
                try await self.task(attempts: 0, in: store), try await self.task(ended: 25.1, in: store),
            ] {
                let removal = try #require(try await self.delete(id, in: store))
                #expect(removal.isFinal)
                try await store.removed(removal)
            }
            #expect(try await store.pool.query("SELECT FROM removals").isEmpty)
        }
    }

    @Test func aFailedRemovalBacksOffAndBlocksNoOther() async throws {
        try await ScratchSchema.withTaskStore { store in
            for _ in 0..<2 { _ = try await self.delete(try await self.task(in: store), in: store) }
            try await self.wait(.minutes(5), store)
            let first = try #require(try await self.take(store, limit: 1).first)
            try await store.postpone(first, error: "denied")
            let other = try #require(try await self.take(store, limit: 1).first)
            #expect(other.id != first.id)
            #expect(try await self.take(store).isEmpty)
            try await self.wait(.minutes(2), store)
            let again = try #require(try await self.take(store).first)
            #expect(again.id == first.id && again.failures == 1)
            #expect(ObjectRemoval.delay(afterFailure: 1) == .minutes(2))
            #expect(ObjectRemoval.delay(afterFailure: 1000) == .hours(24))
        }
    }

    @Test func anAbandonedRemovalIsTakenOver() async throws {
        try await ScratchSchema.withTaskStore { store in
            let id = try await self.task(in: store)
            _ = try await self.delete(id, in: store)
            #expect(try await self.take(store).isEmpty)
            try await self.wait(.minutes(5), store)
            #expect(try await self.take(store).map(\.id) == [id.description])
            #expect(try await self.take(store).isEmpty)
        }
    }

    @Test func activeAndForeignTasksAreNotDeleted() async throws {
        try await ScratchSchema.withTaskStore { store in
            let queued = NewTask.sample()
            try await store.submit(queued)
            #expect(try await self.delete(queued.id, in: store) == nil)
            let over = try await self.task(in: store)
            #expect(
                try await store.deleteTask(over, user: "bob", writable: .hours(24), lease: .minutes(5)) == nil
            )
            #expect(try await store.task(over) != nil)
        }
    }

    @Test func removalsOfThePreviousVersionAreFinished() async throws {
        try await ScratchSchema.withTaskStore { store in
            let id = try await self.task(in: store)
            try await store.pool.execute("UPDATE tasks SET deleted_at = now() - interval '2 minutes'")
            #expect(try await store.takeOverDeletedTasks(writable: .hours(24), limit: 10) == 1)
            #expect(try await store.task(id) == nil)
            #expect(try await self.take(store).map(\.id) == [id.description])
        }
    }

    @Test func anUploadIsRemovedAfterItsURLHasExpired() async throws {
        try await ScratchSchema.withTaskStore { store in
            #expect(try await store.addUpload("upload_1", user: "ada", lifetime: .seconds(-1), limit: 1))
            #expect(try await store.expireUploads(prefix: "uploads/", limit: 10) == 1)
            #expect(try await self.take(store).isEmpty)
            try await self.wait(ObjectRemoval.margin, store)
            let removal = try #require(try await self.take(store).first)
            #expect(removal.keys == ["uploads/upload_1"] && removal.isFinal)
        }
    }

    @Test func concurrentUploadsCannotPassTheLimits() async throws {
        try await ScratchSchema.withTaskStore { store in
            try await store.noteUser("ada")
            func add(_ id: String, limit: Int, total: Int) async throws -> Bool {
                try await store.addUpload(id, user: "ada", lifetime: .hours(1), limit: limit, total: total)
            }
            #expect(try await add("first", limit: 1, total: 1))
            let unused = try await concurrently(8) { try await add("unused \($0)", limit: 2, total: 9) }
            #expect(unused.count { $0 } == 1)
            let all = try await concurrently(8) { try await add("all \($0)", limit: 9, total: 3) }
            #expect(all.count { $0 } == 1)
        }
    }

    @Test func aPictureIsRemovedUnlessItsTaskWasCreated() async throws {
        try await ScratchSchema.withTaskStore { store in
            let created = NewTask.sample()
            let failed = TaskID.make()
            for id in [created.id, failed] { try await store.schedulePictureRemoval("inputs/\(id)/image", of: id) }
            try await store.submit(created)
            try await store.settlePictures()
            #expect(try await self.take(store).isEmpty)
            try await self.wait(ObjectRemoval.margin, store)
            // An earlier version of the gateway takes what is due, and asks for no task.
            #expect(try await self.take(store).isEmpty)
            try await store.settlePictures()
            let removals = try await self.take(store)
            #expect(removals.map(\.keys) == [["inputs/\(failed)/image"]])
            #expect(removals.map(\.isFinal) == [true])
            #expect(try await store.pool.query("SELECT FROM removals").count == 1)
        }
    }
}
