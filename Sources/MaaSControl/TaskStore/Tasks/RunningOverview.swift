package import MaaSCore

/// A running task as administrators see it, without the user's content.
package struct RunningOverview: Sendable, Hashable {
    package let task: String
    package let user: String
    package let template: String
    /// The rank of its class.
    package let rank: Int
    package let attempt: Int
    package let gpus: Int
    package let stage: String?
    package let percent: Double?
    package let started: Timestamp?
    /// The nodes of its pods, as far as known.
    package let nodes: [String]

    init(_ row: PostgresRow) throws(PostgresError) {
        self.task = try row.decode("id")
        self.user = try row.decode("user_id")
        self.template = try row.decode("template")
        self.rank = try row.decode("priority")
        self.attempt = try row.decode("attempt")
        self.gpus = try row.decode("gpus")
        self.stage = try row.decodeIfPresent("stage")
        self.percent = try row.decodeIfPresent("percent")
        self.started = try row.decodeIfPresent("started_at")
        let nodes: String? = try row.decodeIfPresent("nodes")
        self.nodes = nodes?.split(separator: " ").map(String.init) ?? []
    }
}
