internal import MaaSCore

/// The behaviour of calls and watches.
struct Network: Sendable {
    /// The fate of one call.
    struct Course {
        var reachesServer = true
        /// Whether the connection was refused, so that the client knows.
        var isRefused = false
        var reachesClient = true
        var requestDelay = Duration.zero
        var answerDelay = Duration.zero
    }

    let requestLoss: Double
    let answerLoss: Double
    /// The share of calls that take seconds.
    let slowness: Double
    let bellLoss: Double
    let bellRepeat: Double
    let slowWatches: Double
    /// How long a client waits before it times out.
    private static let timeout = 2000...10_000

    func course(of link: Link, in world: World) -> Course {
        var course = Course(requestDelay: world.pick(1...8), answerDelay: world.pick(1...8))
        guard !world.isCalm else { return course }
        if world.outages.contains(link) {
            course.reachesServer = false
            course.isRefused = world.chance(0.6)
            course.answerDelay = course.isRefused ? world.pick(1...100) : world.pick(Self.timeout)
            return course
        }
        if world.chance(self.slowness) { course.requestDelay = world.pick(100...6000) }
        if world.chance(self.slowness) { course.answerDelay = world.pick(100...6000) }
        if world.chance(self.requestLoss) {
            course.reachesServer = false
            course.answerDelay = world.pick(Self.timeout)
        } else if world.chance(self.answerLoss) {
            course.reachesClient = false
            course.answerDelay = world.pick(Self.timeout)
        }
        return course
    }

    func watchDelay(in world: World) -> Duration {
        if !world.isCalm, world.chance(self.slowWatches) { return world.pick(200...12_000) }
        return world.pick(1...40)
    }
}
