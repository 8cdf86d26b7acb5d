/// Gives jobs small numbers, which the rest of the scheduler knows them by: it is quicker, and takes less memory, when
/// nothing in it depends on what jobs are called.
struct JobNumbers<ID: Hashable & Sendable>: Sendable {
    private var ids: [ID?] = []
    private var numbers: [ID: Int32] = [:]
    private var unused: [Int32] = []

    subscript(id: ID) -> Int? { self.numbers[id].map { Int($0) } }

    /// What a job is called.
    func id(_ number: Int) -> ID? { self.ids[number] }

    /// The job's number; it is given one if it has none.
    mutating func number(of id: ID) -> Int {
        if let number = self.numbers[id] { return Int(number) }
        let number = self.unused.popLast() ?? Int32(self.ids.count)
        if Int(number) == self.ids.count { self.ids.append(id) } else { self.ids[Int(number)] = id }
        self.numbers[id] = number
        return Int(number)
    }

    /// The job is over: its number will be given to another.
    mutating func remove(_ id: ID) {
        guard let number = self.numbers.removeValue(forKey: id) else { return }
        self.ids[Int(number)] = nil
        self.unused.append(number)
    }
}
