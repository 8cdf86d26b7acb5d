internal import MaaSControl
internal import MaaSCore

/// A user's limits as written by an administrator: `{"weight": 2, "max_running_tasks": 4, "max_running_gpus": 16,
/// "max_queued_tasks": null}`.
struct LimitsDraft: Sendable, Hashable {
    let limits: UserLimits

    private static let most = 1_000_000_000
    private static let members = ["max_queued_tasks", "max_running_gpus", "max_running_tasks", "weight"]

    /// Throws 422 with all faults. Omitted limits are the configured defaults.
    init(_ body: JSONValue) throws(WebError) {
        guard let members = body.object else { throw .badRequest("the body must be a JSON object") }
        var faults: [WebError.Field] = []
        for name in members.keys.sorted() where !Self.members.contains(name) {
            faults.append(.init(name, "is unknown; the members are \(Self.members.joined(separator: ", "))"))
        }
        let weight = members["weight"] ?? .integer(1)
        let isWeight = weight.number.map { $0 >= 0.001 && $0 <= 1000 } ?? false
        if !isWeight { faults.append(.init("weight", "must be a number from 0.001 to 1000")) }
        self.limits = UserLimits(
            weight: weight.number ?? 1,
            maximumRunningTasks: Self.limit("max_running_tasks", members, &faults),
            maximumRunningGPUs: Self.limit("max_running_gpus", members, &faults),
            maximumQueuedTasks: Self.limit("max_queued_tasks", members, &faults)
        )
        guard faults.isEmpty else { throw .invalid(faults) }
    }

    private static func limit(
        _ name: String,
        _ members: [String: JSONValue],
        _ faults: inout [WebError.Field]
    ) -> Int? {
        guard let value = members[name], !value.isNull else { return nil }
        if let number = value.integer, (0...Int64(Self.most)).contains(number) { return Int(number) }
        faults.append(.init(name, "must be a whole number from 0 to \(Self.most), or null"))
        return nil
    }
}
