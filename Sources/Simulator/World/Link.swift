/// The servers that a dispatcher talks to.
enum Link: String, Sendable, CaseIterable {
    case database, kubernetes, redis, objects
}
