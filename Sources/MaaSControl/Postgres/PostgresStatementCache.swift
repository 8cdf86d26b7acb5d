/// The statements that a connection has prepared, by their SQL.
///
/// A statement is executed by name only once its preparation has succeeded: until then, others with the same SQL are
/// parsed on their own.
struct PostgresStatementCache {
    struct Key: Hashable {
        let sql: String
        let types: [PostgresType]
    }

    enum Plan: Hashable {
        /// Execute the statement of this name.
        case execute(String)
        /// Prepare it under this name, then execute it.
        case prepare(String)
        /// Parse and execute it unnamed.
        case parse
    }

    private enum Statement {
        case preparing(String)
        case prepared(String)
    }

    private let capacity: Int
    private var statements: [Key: Statement] = [:]
    private var keys: [String: Key] = [:]
    private var lastNumber = 0

    /// A program has a few dozen distinct statements; more than `capacity` means that SQL varies with the data.
    init(capacity: Int = 256) { self.capacity = capacity }

    mutating func plan(_ key: Key) -> Plan {
        switch self.statements[key] {
        case .prepared(let name): return .execute(name)
        case .preparing: return .parse
        case nil:
            guard self.statements.count < self.capacity else { return .parse }
            self.lastNumber += 1
            let name = "s\(self.lastNumber)"
            self.statements[key] = .preparing(name)
            self.keys[name] = key
            return .prepare(name)
        }
    }

    /// Records whether a preparation succeeded.
    mutating func settle(_ name: String, isDone: Bool) {
        guard let key = self.keys[name] else { return }
        if isDone {
            self.statements[key] = .prepared(name)
        } else {
            self.forget(key)
        }
    }

    /// Forgets a statement whose plan no longer fits the schema, so that it is prepared again.
    mutating func forget(_ key: Key) {
        switch self.statements.removeValue(forKey: key) {
        case .prepared(let name), .preparing(let name): self.keys[name] = nil
        case nil: break
        }
    }
}
