package import Scheduling

/// Something the cluster showed, in the dispatcher's words.
package enum ClusterFact: Sendable {
    /// All nodes that may take jobs.
    case nodes([NodeCapacity])
    /// All our jobs.
    case jobsListed([JobSighting])
    case job(JobSighting)
    /// Of the attempt's jobs the one with this uid is gone.
    case jobGone(AttemptID, uid: String)
    /// All our pods.
    case podsListed([(attempt: AttemptID, pod: PodFacts)])
    case pod(AttemptID, PodFacts)
    case podGone(AttemptID, name: String)
}
