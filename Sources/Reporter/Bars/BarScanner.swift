/// Scans the parts of a bar in order; a `take` that fails does not advance.
struct BarScanner {
    /// The largest number accepted. Integers are exact up to here, and real counts are far below.
    static let limit = 1e15

    private let text: [UInt8]
    private var index: Int

    init(_ text: [UInt8], at index: Int) {
        self.text = text
        self.index = index
    }

    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// The unscanned rest without surrounding blanks: tqdm pads a line to cover a longer one.
    var rest: String {
        var bytes = self.text[self.index...]
        while bytes.first == UInt8(ascii: " ") { bytes = bytes.dropFirst() }
        while bytes.last == UInt8(ascii: " ") { bytes = bytes.dropLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    private var next: UInt8? { self.index < self.text.count ? self.text[self.index] : nil }

    mutating func take(_ literal: StaticString) -> Bool {
        literal.withUTF8Buffer { wanted in
            guard self.text[self.index...].starts(with: wanted) else { return false }
            self.index += wanted.count
            return true
        }
    }

    mutating func skipSpaces() {
        while self.next == UInt8(ascii: " ") { self.index += 1 }
    }

    /// Everything before `end`, which is consumed as well.
    mutating func takeUntil(_ end: Unicode.Scalar) -> ArraySlice<UInt8>? {
        guard let found = self.text[self.index...].firstIndex(of: UInt8(ascii: end)) else { return nil }
        defer { self.index = found + 1 }
        return self.text[self.index..<found]
    }

    /// `9`, `9.5` or, with `unit_scale`, `14.2M`; nil above ``limit``.
    mutating func takeNumber() -> Double? {
        let start = self.index
        self.skipDigits()
        guard self.index > start else { return nil }
        if self.next == UInt8(ascii: "."), self.index + 1 < self.text.count, Self.isDigit(self.text[self.index + 1]) {
            self.index += 1
            self.skipDigits()
        }
        guard var value = self.number(from: start) else { return self.back(to: start) }
        if let next = self.next, let power = Array("kMGTPEZY".utf8).firstIndex(of: next) {
            self.index += 1
            for _ in 0...power { value *= 1000 }
        }
        return value <= Self.limit ? value : self.back(to: start)
    }

    /// Seconds, from `MM:SS` or `H:MM:SS`.
    mutating func takeTime() -> Double? {
        let start = self.index
        var seconds = 0.0
        for part in 0..<3 {
            let before = self.index
            self.skipDigits()
            guard self.index > before, let value = self.number(from: before) else { break }
            seconds = seconds * 60 + value
            if part < 2, self.next == UInt8(ascii: ":") {
                self.index += 1
            } else {
                return part > 0 ? seconds : self.back(to: start)
            }
        }
        return self.back(to: start)
    }

    /// `,  2.51it/s, loss=0.1]`, the end of a bar: a rate or `?`, a unit with a slash, anything, a bracket.
    mutating func takeRate() -> Bool {
        let start = self.index
        guard self.take(",") else { return false }
        self.skipSpaces()
        guard self.take("?") || self.takeNumber() != nil, let unit = self.takeUntil("]"),
            unit.prefix(while: { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: " ") }).contains(UInt8(ascii: "/"))
        else {
            self.index = start
            return false
        }
        return true
    }

    mutating func takeLetters() -> Bool {
        let start = self.index
        while let next = self.next, (next | 0x20) >= UInt8(ascii: "a"), (next | 0x20) <= UInt8(ascii: "z") {
            self.index += 1
        }
        return self.index > start
    }

    private mutating func skipDigits() {
        while let next = self.next, Self.isDigit(next) { self.index += 1 }
    }

    /// The number whose digits were just scanned; nil above ``limit``.
    private func number(from start: Int) -> Double? {
        let value = Double(String(decoding: self.text[start..<self.index], as: UTF8.self))
        return value.flatMap { $0 <= Self.limit ? $0 : nil }
    }

    private mutating func back(to start: Int) -> Double? {
        self.index = start
        return nil
    }
}
