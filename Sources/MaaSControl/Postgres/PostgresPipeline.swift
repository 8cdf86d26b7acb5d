internal import MaaSCore

/// Which answer belongs to which request: those sent and not yet answered, in order.
///
/// A request is one statement, or its preparation and itself, up to a sync point of its own. Its outcome counts only
/// from the sync point on, because that is where the server commits.
struct PostgresPipeline<Request> {
    enum Kind: Hashable {
        case statement
        /// The statement's preparation, whose result comes first.
        case preparation(name: String)
        /// Any number of statements outside of pipeline mode, ended by the end of their results.
        case script
    }

    struct Answer {
        let request: Request
        let outcome: Result<PostgresTable, PostgresError>
        /// What the request was to prepare, and whether that worked.
        let preparation: (name: String, isDone: Bool)?
    }

    private struct Entry {
        let request: Request
        let kind: Kind
    }

    private var entries = FIFO<Entry>()
    private var outcome: Result<PostgresTable, PostgresError>?
    private var isPrepared = false

    var isEmpty: Bool { self.entries.isEmpty }
    var count: Int { self.entries.count }

    mutating func append(_ request: Request, _ kind: Kind) {
        self.entries.append(Entry(request: request, kind: kind))
    }

    /// Takes what came, and returns the request that is answered by it.
    mutating func receive(_ event: PostgresPipelineEvent) -> Answer? {
        switch event {
        case .finished(let table):
            if case .preparation? = self.entries.first?.kind, !self.isPrepared {
                self.isPrepared = true
            } else if case .failure? = self.outcome {
                break  // The first failure is the reason.
            } else {
                self.outcome = .success(table)
            }
        case .failed(let error):
            if case .failure? = self.outcome { break }
            self.outcome = .failure(error)
        case .skipped: break
        case .synced: return self.finish()
        case .ended: if self.entries.first?.kind == .script { return self.finish() }
        }
        return nil
    }

    /// The connection is lost: nothing more will come, and every request is answered with `error`, or with the
    /// failure that the server had still told.
    mutating func lose(_ error: PostgresError) -> [Answer] {
        var answers: [Answer] = []
        if case .success? = self.outcome { self.outcome = nil }  // Not committed as far as we know.
        while !self.entries.isEmpty {
            if self.outcome == nil { self.outcome = .failure(error) }
            if let answer = self.finish() { answers.append(answer) }
        }
        return answers
    }

    private mutating func finish() -> Answer? {
        defer {
            self.outcome = nil
            self.isPrepared = false
        }
        guard let entry = self.entries.popFirst() else { return nil }
        let preparation: (String, Bool)? =
            if case .preparation(let name) = entry.kind { (name, self.isPrepared) } else { nil }
        return Answer(
            request: entry.request,
            outcome: self.outcome ?? .success(PostgresTable()),
            preparation: preparation
        )
    }
}
