/// What is to be done now.
package struct Decisions<ID: Hashable & Sendable>: Sendable {
    /// A job that starts; its GPUs are taken from this moment.
    package struct Admission: Sendable, Hashable {
        package var id: ID
        /// The plan. Where Kubernetes puts the pods is told by ``Scheduler/place(_:on:)``.
        package var placement: Placement
    }

    /// A running job that is to be ended. Its GPUs are taken until it is released.
    package struct Preemption: Sendable, Hashable {
        package var victim: ID
        /// The waiting job that takes its place.
        package var beneficiary: ID
    }

    /// In order.
    package var admissions: [Admission] = []
    package var preemptions: [Preemption] = []
}
