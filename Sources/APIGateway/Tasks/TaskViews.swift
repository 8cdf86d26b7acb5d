internal import MaaSControl
internal import MaaSCore

/// Makes the views of tasks for their owner, with queue positions.
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
