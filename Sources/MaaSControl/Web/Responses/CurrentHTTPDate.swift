internal import MaaSCore

/// The text of the `Date` header, cached for a second, because every response has one.
struct CurrentHTTPDate {
    private var seconds: Int64?
    private var text = ""

    mutating func text(of time: Timestamp) -> String {
        if time.seconds != self.seconds {
            self.seconds = time.seconds
            self.text = HTTPDate.text(time.seconds)
        }
        return self.text
    }
}
