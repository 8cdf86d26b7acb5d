/// Parses tqdm's bars (tqdm/std.py, `format_meter`).
///
/// Three forms: ours, which ``format`` makes tqdm write; the usual one with a total; and the one without.
enum BarParser {
    /// The value of `TQDM_BAR_FORMAT` (tqdm 4.66 and later) that makes bars easy to parse and hard to mistake.
    static let format = "@tqdm n={n} total={total} elapsed={elapsed_s:.1f} left={remaining_s:.1f} desc={desc}@"

    /// The last bar in `line`, or nil when there is none.
    static func parse(_ line: String) -> ProgressBar? {
        let text = Array(line.utf8)
        // A description may itself look like the beginning of a bar, so the search runs backwards.
        for index in text.indices.reversed() {
            let bar: ProgressBar? =
                switch text[index] {
                case UInt8(ascii: "@"): Self.machineBar(in: text, at: index)
                case UInt8(ascii: "%"): Self.humanBar(in: text, at: index)
                case UInt8(ascii: "["): Self.barWithoutTotal(in: text, at: index)
                default: nil
                }
            if let bar { return bar }
        }
        return nil
    }

    /// `@tqdm n=9 total=20 elapsed=3.6 left=4.4 desc=Loading: @`
    private static func machineBar(in text: [UInt8], at start: Int) -> ProgressBar? {
        var scanner = BarScanner(text, at: start)
        guard scanner.take("@tqdm n="), let step = scanner.takeNumber(), scanner.take(" total=") else { return nil }
        let total = scanner.takeNumber()
        guard total != nil || scanner.take("None"), scanner.take(" elapsed="), scanner.takeNumber() != nil,
            scanner.take(" left="), scanner.takeNumber() != nil || scanner.take("?"), scanner.take(" desc="),
            let description = scanner.takeUntil("@")
        else { return nil }
        return ProgressBar(
            description: Self.trimmed(description),
            step: step,
            total: total.flatMap { $0 > 0 ? $0 : nil },
            rest: scanner.rest
        )
    }

    /// `Loading:  45%|####5     | 9/20 [00:03<00:04,  2.51it/s, loss=0.1]`, or ` 45% 9/20 [00:03<…` with `ncols=0`.
    private static func humanBar(in text: [UInt8], at percent: Int) -> ProgressBar? {
        var start = percent
        while start > 0, percent - start < 3, BarScanner.isDigit(text[start - 1]) { start -= 1 }
        guard start < percent else { return nil }

        var scanner = BarScanner(text, at: percent + 1)
        if scanner.take("|") {
            guard scanner.takeUntil("|") != nil else { return nil }
        } else if !scanner.take(" ") {
            return nil
        }
        scanner.skipSpaces()
        guard let step = scanner.takeNumber(), scanner.take("/"), let total = scanner.takeNumber(), scanner.take(" ["),
            scanner.takeTime() != nil, scanner.take("<"), scanner.take("?") || scanner.takeTime() != nil,
            scanner.takeRate()
        else { return nil }
        return ProgressBar(
            description: Self.trimmed(text[..<start]),
            step: step,
            total: total > 0 ? total : nil,
            rest: scanner.rest
        )
    }

    /// `reading: 4it [00:00,  4.99it/s]`
    private static func barWithoutTotal(in text: [UInt8], at bracket: Int) -> ProgressBar? {
        guard bracket > 0, text[bracket - 1] == UInt8(ascii: " ") else { return nil }
        var start = bracket - 1
        while start > 0, text[start - 1] != UInt8(ascii: " ") { start -= 1 }
        guard start == 0 || (start > 1 && text[start - 2] == UInt8(ascii: ":")) else { return nil }

        var scanner = BarScanner(text, at: start)
        guard let step = scanner.takeNumber(), scanner.takeLetters(), scanner.take(" ["),
            scanner.takeTime() != nil, scanner.takeRate()
        else { return nil }
        return ProgressBar(
            description: Self.trimmed(text[..<start]),
            step: step,
            total: nil,
            rest: scanner.rest
        )
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        var bytes = bytes
        while let first = bytes.first, first == UInt8(ascii: " ") { bytes = bytes.dropFirst() }
        while let last = bytes.last, last == UInt8(ascii: " ") || last == UInt8(ascii: ":") { bytes = bytes.dropLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
