package import Scheduling

/// An observation of the cluster, in the dispatcher's terms.
package enum ClusterFact: Sendable {
    /// All nodes that accept jobs.
    case nodes([NodeCapacity])
    /// All our jobs.
    case jobsListed([JobSighting])
    case job(JobSighting)
    /// The attempt's job with this uid is gone.
    case jobGone(AttemptID, uid: String)
    /// All our pods.
    case podsListed([(attempt: AttemptID, pod: PodFacts)])
    case pod(AttemptID, PodFacts)
    case podGone(AttemptID, name: String)
    /// Whether all of these arrive as they happen, from now on. They are taken to before this is first said.
    case view(isCurrent: Bool)
}
