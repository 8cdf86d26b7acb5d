/// Steele, Lea and Flood's small generator (2014): the same numbers for the same seed, so that a failing case can be
/// reproduced.
package struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    package init(state: UInt64) { self.state = state }

    package mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below `bound`, which is at least 1.
    package mutating func next(below bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
}
