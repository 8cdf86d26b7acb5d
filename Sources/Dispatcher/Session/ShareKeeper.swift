internal import Dispatching
internal import MaaSControl
internal import MaaSCore
internal import Scheduling

/// Hands on how users stand from one term of leadership to the next, so that no change of leaders gives anybody a turn
/// twice.
@LoopActor
final class ShareKeeper {
    private let epoch: Int
    private let store: TaskStore
    private let pump: DispatchPump
    private let logger: Logger
    private var saved: [Standing]?

    init(epoch: Int, store: TaskStore, pump: DispatchPump, logger: Logger) {
        self.epoch = epoch
        self.store = store
        self.pump = pump
        self.logger = logger
    }

    /// Tells the core what the term before has written down. Before any row is told.
    ///
    /// - Parameter now: of which the standings are when there are none: all start level.
    func load(now: Timestamp) async throws {
        let (standings, time) =
            try await self.store.fairShare().map { (Standing.read($0.standings), $0.time) } ?? ([], now)
        self.pump.update { core, _ in core.restore(standings, of: time) }
    }

    /// Writes down how users stand, if that has changed. What is lost of it is not missed for long.
    func save() async {
        let (standings, now) = self.pump.read { core, now in (core.standings(now: now), now) }
        guard standings != self.saved else { return }
        do {
            let document = JSONValue.array(standings.map(\.json))
            if try await self.store.saveFairShare(document, at: now, epoch: self.epoch) { self.saved = standings }
        } catch {
            self.logger.warning("cannot write down how users stand", [.error: "\(error)"])
        }
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

    /// Reads what it can: what another version wrote may be missing, and nobody is stopped by that.
    fileprivate static func read(_ document: JSONValue) -> [Standing] {
        (document.array ?? []).compactMap { entry in
            guard let user = entry["user"]?.string, let rank = entry["class"]?.integer,
                let lead = entry["lead"]?.number,
                lead.isFinite
            else { return nil }
            let served = entry["served_at"]?.integer.map { Duration.milliseconds($0) }
            return Standing(user: user, rank: Int(rank), lead: max(0, lead), served: served)
        }
    }
}
