/// A ring buffer of the latest values.
struct Samples: Sendable {
    private var values: [Double] = []
    private var next = 0
    private let capacity: Int

    init(capacity: Int = 15) { self.capacity = capacity }

    mutating func add(_ value: Double) {
        if self.values.count < self.capacity {
            self.values.append(value)
        } else {
            self.values[self.next] = value
            self.next = (self.next + 1) % self.capacity
        }
    }

    /// The quantile `part`, from 0 to 1; nil without values.
    func quantile(_ part: Double) -> Double? {
        guard !self.values.isEmpty else { return nil }
        let index = Int(Double(self.values.count) * part)
        return self.values.sorted()[max(0, min(index, self.values.count - 1))]
    }
}
