internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import Reporter

@Suite("Event queue")
struct EventQueueTests {
    private func event(_ sequence: Int64) -> TaskEvent {
        TaskEvent(
            task: TaskID("01jd0000000000000000000000")!,  // Well-formed: 26 characters of the alphabet.
            attempt: 1,
            producer: .pod,
            sequence: sequence,
            time: Timestamp(milliseconds: 0),
            body: .heartbeat
        )
    }

    @Test("The latest progress replaces the pending one")
    func newest() {
        var queue = EventQueue()
        queue.append(self.event(1), .kept)
        queue.append(self.event(2), .passing)
        queue.append(self.event(3), .passing)
        #expect(queue.take().map(\.sequence) == [1, 3])
    }

    @Test("Events in flight are unchanged, and are resent under the same number")
    func inFlight() {
        var queue = EventQueue()
        queue.append(self.event(1), .passing)
        _ = queue.take()
        queue.append(self.event(2), .passing)
        queue.append(self.event(3), .passing)
        queue.release()
        #expect(queue.take().map(\.sequence) == [1, 3])
        queue.confirm()
        #expect(queue.isEmpty)
    }

    @Test("Ten minutes without Redis: every stage, the latest progress and the final event are pending")
    func outage() {
        var queue = EventQueue()
        var sequence: Int64 = 0
        func post(_ importance: EventQueue.Importance) -> Int64 {
            sequence += 1
            queue.append(self.event(sequence), importance)
            return sequence
        }
        var kept: [Int64] = []
        for second in 0..<600 {
            // Twice a second progress, a stage every minute and a half, and a try to send every three seconds.
            if second % 90 == 0 { kept.append(post(.kept)) }
            for _ in 0..<2 { _ = post(.passing) }
            if second % 3 == 0 {
                _ = queue.take()
                queue.release()
            }
        }
        let newest = sequence
        let finalEvent = post(.finalEvent)
        #expect(queue.take().map(\.sequence) == kept + [newest, finalEvent])
    }

    @Test("It is bounded and ordered, and keeps the final event", arguments: 0..<100 as Range<UInt64>)
    func properties(seed: UInt64) {
        var random = SplitMix64(state: seed)
        var queue = EventQueue(capacity: 8)
        var finalEvent: Int64?
        var delivered: [Int64] = []
        for sequence in 1...200 as ClosedRange<Int64> {
            let isLast = finalEvent == nil && random.next(below: 50) == 0
            queue.append(self.event(sequence), isLast ? .finalEvent : random.next(below: 3) == 0 ? .kept : .passing)
            if isLast { finalEvent = sequence }
            #expect(queue.count <= 8)
            switch random.next(below: 20) {
            case 0:
                delivered += queue.take().map(\.sequence)
                queue.confirm()
            case 1:
                _ = queue.take()
                queue.release()
            default: break
            }
        }
        delivered += queue.take().map(\.sequence)
        #expect(delivered == delivered.sorted())
        #expect(Set(delivered).count == delivered.count)
        if let finalEvent { #expect(delivered.contains(finalEvent)) }
    }
}
