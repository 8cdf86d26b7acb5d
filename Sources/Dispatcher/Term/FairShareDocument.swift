internal import Dispatching
internal import MaaSCore
internal import Scheduling

/// The row `fair_share`: the users' standings, and the charges included for attempts under way.
struct FairShareDocument: Sendable, Hashable {
    var standings: [Standing] = []
    var charges: [Charge<AttemptID>] = []

    var json: JSONValue {
        ["standings": .array(self.standings.map(\.json)), "charges": .array(self.charges.map(\.json))]
    }
}

extension FairShareDocument {
    /// Parses leniently: skips what it cannot read, such as entries of another version.
    init(_ json: JSONValue) {
        self.standings = (json["standings"]?.array ?? []).compactMap(Standing.init)
        self.charges = (json["charges"]?.array ?? []).compactMap(Charge.init)
    }
}

extension Standing {
    fileprivate var json: JSONValue {
        var document: JSONValue = [
            "user": .string(self.user), "class": .integer(Int64(self.rank)), "lead": .number(self.lead),
        ]
        if let served = self.served {
            document["served_at"] = .integer((Timestamp(milliseconds: 0) + served).milliseconds)
        }
        return document
    }

    fileprivate init?(_ json: JSONValue) {
        guard let user = json["user"]?.string, let rank = json["class"]?.integer, let lead = json["lead"]?.number,
            lead.isFinite
        else { return nil }
        let served = json["served_at"]?.integer.map { Duration.milliseconds($0) }
        self.init(user: user, rank: Int(rank), lead: max(0, lead), served: served)
    }
}

extension Charge<AttemptID> {
    fileprivate var json: JSONValue {
        [
            "task": .string(self.id.task.description), "attempt": .integer(Int64(self.id.number)),
            "user": .string(self.user), "gpus": .number(self.gpus), "amount": .number(self.amount),
        ]
    }

    fileprivate init?(_ json: JSONValue) {
        guard let task = json["task"]?.string.flatMap(TaskID.init), let number = json["attempt"]?.integer,
            let user = json["user"]?.string, let gpus = json["gpus"]?.number, let amount = json["amount"]?.number,
            gpus.isFinite, amount.isFinite
        else { return nil }
        self.init(id: AttemptID(task: task, number: Int(number)), user: user, gpus: gpus, amount: amount)
    }
}
