/// The statements that a connection has prepared, by their SQL.
///
/// A statement can be executed by name only once its preparation is known to have worked: others that come in
/// meanwhile are parsed on their own.
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
        /// Parse and execute it at once.
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

    /// All SQL of a program is a few dozen texts; beyond `capacity` something varies that should not.
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

    /// The server has answered a preparation.
    mutating func settle(_ name: String, isDone: Bool) {
        guard let key = self.keys[name] else { return }
        if isDone {
            self.statements[key] = .prepared(name)
        } else {
            self.forget(key)
        }
    }

    /// Prepares the statement afresh the next time: its plan no longer fits the schema.
    mutating func forget(_ key: Key) {
        switch self.statements.removeValue(forKey: key) {
        case .prepared(let name), .preparing(let name): self.keys[name] = nil
        case nil: break
        }
    }
}
