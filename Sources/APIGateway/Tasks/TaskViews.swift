internal import MaaSControl
internal import MaaSCore

/// Makes the views of tasks for their owner, with queue positions.
@LoopActor
struct TaskViews {
    let positions: QueuePositions
    let classes: PriorityClasses

    func view(of row: TaskRow) async -> JSONValue { await self.views(of: [row])[0] }

    func views(of rows: [TaskRow]) async -> [JSONValue] {
        let positions = await self.positions.positions(of: rows.filter { $0.state == .queued }.map(\.id))
        return rows.map { TaskView(row: $0, wait: positions[$0.id], classes: self.classes).json }
    }
}
