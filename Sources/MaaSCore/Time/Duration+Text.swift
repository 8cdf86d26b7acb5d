extension Duration {
    package static func minutes(_ count: Int) -> Duration { .seconds(count * 60) }
    package static func hours(_ count: Int) -> Duration { .seconds(count * 3600) }

    /// Parses `500ms`, `5s`, `2m`, `1h`, `7d`, or a sequence as in `1h30m`; nil when malformed.
    package init?(parsing text: String) {
        var rest = Substring(text)
        var total = Duration.zero
        repeat {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            let name = rest.dropFirst(digits.count).prefix { $0.isLetter }
            // Nine digits are more than anybody needs, and far from an overflow even in days.
            guard digits.count <= 9, let count = Int(digits),
                let unit = Self.units.first(where: { $0.name == name })
            else { return nil }
            total += unit.duration * count
            rest = rest.dropFirst(digits.count + name.count)
        } while !rest.isEmpty
        self = total
    }

    /// The text for ``init(parsing:)``, exact to the millisecond: `1h30m`.
    package var text: String {
        var rest = self
        var text = ""
        for (name, unit) in Self.units {
            let count = Int(rest / unit)
            if count > 0 { text += "\(count)\(name)" }
            rest -= unit * count
        }
        return text.isEmpty ? "0s" : text
    }

    /// Longest first.
    private static let units: [(name: String, duration: Duration)] = [
        ("d", .seconds(86_400)), ("h", .seconds(3_600)), ("m", .seconds(60)), ("s", .seconds(1)),
        ("ms", .milliseconds(1)),
    ]
}
