internal import MaaSControl
internal import MaaSCore

/// Shows tasks to their owner, with where they stand.
@LoopActor
struct TaskViews {
    let places: WaitingPlaces
    let classes: PriorityClasses

    func view(of row: TaskRow) async -> JSONValue { await self.views(of: [row])[0] }

    func views(of rows: [TaskRow]) async -> [JSONValue] {
        let places = await self.places.places(of: rows.filter { $0.state == .queued }.map(\.id))
        return rows.map { TaskView(row: $0, wait: places[$0.id], classes: self.classes).json }
    }
}
