/// The outcome of a pass over the queue.
package struct Decisions<ID: Hashable & Sendable>: Sendable {
    /// A job to start; its GPUs are taken from now on.
    package struct Admission: Sendable, Hashable {
        package var id: ID
        /// The planned placement; the actual one is reported to ``Scheduler/place(_:on:)``.
        package var placement: Placement
    }

    /// A running job to be ended. Its GPUs stay taken until it is released.
    package struct Preemption: Sendable, Hashable {
        package var victim: ID
        /// The queued job that takes its place.
        package var beneficiary: ID
    }

    /// In order.
    package var admissions: [Admission] = []
    package var preemptions: [Preemption] = []
}
