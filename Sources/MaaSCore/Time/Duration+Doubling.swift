extension Duration {
    /// Doubled so many times, at most `limit`: the ceilings of delays that grow with each failure.
    package func doubled(_ times: Int, atMost limit: Duration) -> Duration {
        // Twenty times is a million: more could overflow.
        min(limit, self * (1 << min(max(times, 0), 20)))
    }
}
