internal import MaaSCore

/// Who follows which task.
@LoopActor
struct Followings {
    private var followers: [ObjectIdentifier: Follower] = [:]
    private var byTask: [TaskID: [Follower]] = [:]

    var count: Int { self.followers.count }
    var taskCount: Int { self.byTask.count }
    /// A copy, which closing them does not change.
    var all: [Follower] { Array(self.followers.values) }
    var tasks: Dictionary<TaskID, [Follower]>.Keys { self.byTask.keys }

    mutating func insert(_ follower: Follower) { self.followers[ObjectIdentifier(follower)] = follower }

    /// Returns false when it was removed before.
    mutating func remove(_ follower: Follower) -> Bool {
        guard self.followers.removeValue(forKey: ObjectIdentifier(follower)) != nil else { return false }
        for task in follower.session.tasks { self.release(task, follower) }
        return true
    }

    func contains(_ follower: Follower) -> Bool { self.followers[ObjectIdentifier(follower)] != nil }

    mutating func follow(_ task: TaskID, _ follower: Follower) {
        if self.byTask[task]?.contains(where: { $0 === follower }) != true {
            self.byTask[task, default: []].append(follower)
        }
    }

    mutating func release(_ task: TaskID, _ follower: Follower) {
        self.byTask[task]?.removeAll { $0 === follower }
        if self.byTask[task]?.isEmpty == true { self.byTask[task] = nil }
    }

    func followers(of task: TaskID) -> [Follower] { self.byTask[task] ?? [] }

    func isFollowed(_ task: TaskID) -> Bool { self.byTask[task] != nil }
}
