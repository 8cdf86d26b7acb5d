extension Duration {
    /// Milliseconds, rounded up, never negative and at most `Int64.max`, as for libuv and poll.
    package var wholeMilliseconds: UInt64 {
        let (seconds, attoseconds) = self.components
        guard self > .zero else { return 0 }
        guard seconds < .max / 1000 else { return UInt64(Int64.max) }
        let fraction = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return UInt64(seconds) * 1000 + UInt64(fraction)
    }

    /// Seconds as a floating-point number: for logs, metrics and arithmetic on estimates.
    package var inSeconds: Double {
        let (seconds, attoseconds) = self.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
