internal import MaaSControl
internal import MaaSCore

/// A submission that is repeated creates one task.
extension Submission {
    struct ReplayName: Hashable {
        let user: String
        let digest: [UInt8]
    }

    /// Runs what precedes a submission, and remembers a first try that is refused there.
    func prepare<Draft: Sendable>(
        for request: WebRequest,
        _ body: @LoopActor () async throws -> Draft
    ) async throws -> Draft {
        do {
            return try await body()
        } catch {
            if case .counted(0, let sender)? = try? ReplayKey(request) { self.note(error, of: sender) }
            throw error
        }
    }

    /// What is not temporary is not tried again.
    private func note(_ refusal: any Error, of name: [UInt8]) {
        if WebError(for: refusal).isTemporary { self.refusedTries.note(name, at: .now) }
    }

    func acceptOnce(_ candidate: Candidate) async throws -> AcceptedTask {
        // The headers of a client that has left are gone: its submission would be stored without its key, and then
        // again when it is repeated.
        try Task.checkCancellation()
        guard let replay = try ReplayKey(candidate.request) else {
            return try await self.accept(candidate, under: nil)
        }
        let key = self.key(of: replay, for: candidate)
        if key.takesOver { return try await self.acceptFirstTry(candidate, under: key) }
        // No task was created from a body with faults, so it repeats none.
        if !candidate.draft.faults.isEmpty { _ = try candidate.draft.check(self.catalog, self.classes) }
        return try await self.locks.withLock(ReplayName(user: candidate.user, digest: key.digest)) {
            if let earlier = try await self.replayed(candidate, replay, key) { return earlier }
            return try await self.accept(candidate, under: key)
        }
    }

    /// The first retry after a refusal takes the key as a first try does.
    private func key(of replay: ReplayKey, for candidate: Candidate) -> IdempotencyKey {
        var key = replay.key(for: candidate.draft.fingerprint)
        if case .counted(1..., let sender) = replay {
            key.takesOver = self.refusedTries.take(key.digest, at: .now) || self.refusedTries.take(sender, at: .now)
        }
        return key
    }

    /// The result of the submission that `candidate` repeats; nil when it is a new one.
    private func replayed(
        _ candidate: Candidate,
        _ replay: ReplayKey,
        _ key: IdempotencyKey
    ) async throws -> AcceptedTask? {
        if let earliest = replay.earliest(before: candidate.created) {
            try await self.store.release(key, of: candidate.user, heldBefore: earliest)
        }
        do {
            return try await self.earlier(candidate.user, key)
        } catch let error as WebError where error.code == WebError.taskDeleted.code && !replay.isNamed {
            // An older video with the same content, not this submission's.
            try await self.release(key, for: candidate)
            return nil
        }
    }

    /// Frees the key when it fails: else the client's second try would be taken for a replay of an older submission
    /// like this one. After a refusal, which other failures are not, the second try is none of a newer one either.
    private func acceptFirstTry(_ candidate: Candidate, under key: IdempotencyKey) async throws -> AcceptedTask {
        do {
            return try await self.accept(candidate, under: key)
        } catch {
            if error is WebError { self.note(error, of: key.digest) }
            if WebError(for: error).isTemporary { try? await self.release(key, for: candidate) }
            throw error
        }
    }

    func release(_ key: IdempotencyKey, for candidate: Candidate) async throws {
        try await self.store.release(key, of: candidate.user, heldBefore: candidate.created)
    }

    /// The result of the submission that holds `key`; nil when there is none. Throws 422 when its content was
    /// different, and 410 when its task was deleted.
    func earlier(_ user: String, _ key: IdempotencyKey) async throws -> AcceptedTask? {
        guard let earlier = try await self.store.submission(of: user, under: key) else { return nil }
        guard earlier.fingerprint == key.fingerprint else { throw WebError.keyReused }
        guard let row = try await self.store.task(earlier.task, user: user) else { throw WebError.taskDeleted }
        return AcceptedTask(task: NewTask(row), position: earlier.position, isReplay: true)
    }
}
