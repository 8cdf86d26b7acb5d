internal import MaaSCore

/// Submissions in the order of their arrival, of which those with the same key are taken one after the other. Pure.
///
/// A key may appear only once per statement. One whose key is in the queue already waits apart, so that a key that is
/// repeated shortens nobody's batches, and costs no more than another.
struct SubmissionQueue<Element> {
    struct Key: Hashable {
        /// Two users' keys may be equal.
        let user: String
        let digest: [UInt8]
    }

    private typealias Entry = (element: Element, key: Key?)

    private var entries = FIFO<Entry>()
    /// By key of an entry, those that wait until it was taken.
    private var repetitions: [Key: FIFO<Element>] = [:]

    var isEmpty: Bool { self.entries.isEmpty }
    /// How many can be taken at once.
    var count: Int { self.entries.count }

    mutating func append(_ element: Element, key: Key?) {
        if let key {
            guard self.repetitions[key] == nil else {
                self.repetitions[key]?.append(element)
                return
            }
            self.repetitions[key] = FIFO()
        }
        self.entries.append((element, key))
    }

    /// The next ones, at most `limit`. What has waited for one of them goes to the end.
    mutating func take(_ limit: Int) -> [Element] {
        var taken: [Element] = []
        var keys: [Key] = []
        while taken.count < limit, let next = self.entries.popFirst() {
            taken.append(next.element)
            if let key = next.key { keys.append(key) }
        }
        for key in keys {
            if let next = self.repetitions[key]?.popFirst() {
                self.entries.append((next, key))
            } else {
                self.repetitions[key] = nil
            }
        }
        return taken
    }
}
