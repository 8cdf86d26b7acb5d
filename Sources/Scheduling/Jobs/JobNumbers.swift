/// Assigns jobs small numbers, which the rest of the scheduler uses: this saves time and memory.
struct JobNumbers<ID: Hashable & Sendable>: Sendable {
    private var ids: [ID?] = []
    private var numbers: [ID: Int32] = [:]
    private var unused: [Int32] = []

    subscript(id: ID) -> Int? { self.numbers[id].map { Int($0) } }

    /// The job with a number.
    func id(_ number: Int) -> ID? { self.ids[number] }

    /// The job's number, assigned if it has none.
    mutating func number(of id: ID) -> Int {
        if let number = self.numbers[id] { return Int(number) }
        let number = self.unused.popLast() ?? Int32(self.ids.count)
        if Int(number) == self.ids.count { self.ids.append(id) } else { self.ids[Int(number)] = id }
        self.numbers[id] = number
        return Int(number)
    }

    /// Frees the number of a job that is over, for reuse.
    mutating func remove(_ id: ID) {
        guard let number = self.numbers.removeValue(forKey: id) else { return }
        self.ids[Int(number)] = nil
        self.unused.append(number)
    }
}
