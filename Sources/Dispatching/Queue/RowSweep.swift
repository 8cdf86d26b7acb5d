internal import MaaSCore

/// What the core knew when a comparison with the rows began. What it learns while they are read is newer than they are.
package struct RowSweep: Sendable {
    let queued: Set<TaskID>
    let active: Set<AttemptID>
}
