package import MaaSCore

/// The rows of several tasks. One that this version cannot read, after manual SQL or from a newer version, is left out,
/// so that it does not keep the others from being read.
package struct TaskReading: Sendable {
    package internal(set) var tasks: [TaskRow] = []
    /// Why the others cannot be read.
    package internal(set) var unreadable: [TaskID: PostgresError] = [:]
}
