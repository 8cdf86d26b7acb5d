internal import MaaSCore

/// Matches answers to the requests in flight, in order.
///
/// A request is one statement, or its preparation and execution, ended by a sync point. Its outcome is final only at
/// the sync point, because that is where the server commits.
struct PostgresPipeline<Request> {
    enum Kind: Hashable {
        case statement
        /// A preparation, whose result comes first, and the statement.
        case preparation(name: String)
        /// A script outside pipeline mode, ended by the end of its results.
        case script
    }

    struct Answer {
        let request: Request
        let outcome: Result<PostgresTable, PostgresError>
        /// The statement that the request prepared, and whether that succeeded.
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

    /// Processes an event; returns the request that it completes, if any.
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

    /// Ends all requests after the connection was lost, with `error`, or with a failure that the server reported
    /// before.
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
