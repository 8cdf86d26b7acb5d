/// A job that holds GPUs.
struct Occupant: Sendable {
    /// Its number.
    var job: Int
    /// Index of the user's account; nil for a leftover that nobody is charged for.
    var user: Int?
    /// The class it was served in.
    var rank: Int
    /// Index in the ``DurationModel``.
    var workload: Int
    var template: Int
    /// GPUs that it costs, and cards that it touches.
    var cost: Double
    var cards: Int
    var startedAt: Duration
    /// As it was expected when it started or last said so itself.
    var plannedEnd: Duration
    /// The same, or later when it is overdue.
    var expectedEnd: Duration
    /// GPU-seconds that its user was charged with.
    var charged: Double
    var placement: Placement?
    /// Whether the placement is what Kubernetes did, and not only our plan.
    var isPlaced = false
    /// What it holds of the nodes there are.
    var holdings: [Holding] = []
    /// Whether it was asked to make room.
    var isPreempted = false
    /// Whether nobody knows where it is: on any of the nodes, or on one that is gone.
    var isMissing = false

    init(
        job: Int,
        user: Int?,
        rank: Int,
        workload: Int,
        template: Int,
        cost: Double,
        cards: Int,
        startedAt: Duration,
        expectedDuration: Duration
    ) {
        self.job = job
        self.user = user
        self.rank = rank
        self.workload = workload
        self.template = template
        self.cost = cost
        self.cards = cards
        self.startedAt = startedAt
        self.plannedEnd = startedAt + expectedDuration
        self.expectedEnd = self.plannedEnd
        self.charged = user == nil ? 0 : cost * expectedDuration.inSeconds
    }
}
