internal import MaaSCore

/// What the core knew when a comparison with the rows began. Facts learned during the read are newer than the rows.
package struct RowSweep: Sendable {
    let queued: Set<TaskID>
    let active: Set<AttemptID>
}
