/// The source of all randomness in a run, determined by its seed.
///
/// The generator is Vigna's xorshift64* (2016): small, fast, and good enough here.
struct Chance: Sendable {
    private var state: UInt64

    /// Mixes the seed, so that close seeds give unrelated runs.
    init(seed: UInt64) {
        self.state = (seed &+ 1) &* 0x9E37_79B9_7F4A_7C15
        if self.state == 0 { self.state = 1 }
        for _ in 0..<4 { _ = self.next() }
    }

    mutating func next() -> UInt64 {
        self.state ^= self.state >> 12
        self.state ^= self.state << 25
        self.state ^= self.state >> 27
        return self.state &* 0x2545_F491_4F6C_DD1D
    }

    /// True with this probability.
    mutating func isTrue(_ probability: Double) -> Bool {
        probability > 0 && self.fraction() < probability
    }

    /// From 0 to below 1.
    mutating func fraction() -> Double { Double(self.next() >> 11) * 0x1p-53 }

    mutating func number(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(self.next() % UInt64(range.count))
    }

    mutating func element<Element>(_ elements: [Element]) -> Element {
        elements[Int(self.next() % UInt64(elements.count))]
    }

    mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration { .milliseconds(self.number(range)) }
}
