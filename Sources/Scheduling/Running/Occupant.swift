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
    /// GPUs that it is charged for, and cards that it uses.
    var cost: Double
    var cards: Int
    var startedAt: Duration
    /// As expected at its start, or by its last report.
    var plannedEnd: Duration
    /// The same, or later when it is overdue.
    var expectedEnd: Duration
    /// GPU-seconds charged to its user.
    var charged: Double
    var placement: Placement?
    /// Whether the placement is the actual one rather than the plan.
    var isPlaced = false
    /// What it holds of the present nodes.
    var holdings: [Holding] = []
    /// Whether it is being ended to make room.
    var isPreempted = false
    /// What it uses beside its holdings.
    var elsewhere = CardsElsewhere()

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
