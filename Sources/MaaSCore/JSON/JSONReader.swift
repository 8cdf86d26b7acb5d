/// Reads a JSON text in one pass.
///
/// Strict (RFC 8259): UTF-8 only, nothing after the value, no half of a surrogate pair. Stricter where readers disagree: no
/// name twice in an object, no name with a NUL, no number that is infinite, at most 2048 levels.
struct JSONReader {
    private let text: UnsafeBufferPointer<UInt8>
    private var place = 0
    private var depth = 0

    /// Arrays and objects in one another: each takes room on the stack.
    private static let depthLimit = 2048

    /// The value that `text` says.
    static func read(_ text: UnsafeBufferPointer<UInt8>) throws(JSONError) -> JSONValue {
        var reader = JSONReader(text: text)
        reader.skipSpace()
        let value = try reader.value()
        reader.skipSpace()
        guard reader.place == text.count else { throw reader.fault("nothing may follow the value") }
        return value
    }

    private init(text: UnsafeBufferPointer<UInt8>) { self.text = text }

    // MARK: Values

    private mutating func value() throws(JSONError) -> JSONValue {
        guard let first = self.next else { throw self.fault("the text ends where a value should be") }
        switch first {
        case UInt8(ascii: "\""): return .string(try self.string())
        case UInt8(ascii: "{"): return try self.nested { reader throws(JSONError) in try reader.object() }
        case UInt8(ascii: "["): return try self.nested { reader throws(JSONError) in try reader.array() }
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try self.number()
        case UInt8(ascii: "t"): return try self.word("true", .bool(true))
        case UInt8(ascii: "f"): return try self.word("false", .bool(false))
        case UInt8(ascii: "n"): return try self.word("null", .null)
        default: throw self.fault("a value should be here")
        }
    }

    private mutating func nested(
        _ read: (inout JSONReader) throws(JSONError) -> JSONValue
    ) throws(JSONError) -> JSONValue {
        guard self.depth < Self.depthLimit else { throw self.fault("there are more than \(Self.depthLimit) levels") }
        self.depth += 1
        let value = try read(&self)
        self.depth -= 1
        return value
    }

    private mutating func object() throws(JSONError) -> JSONValue {
        var members: [String: JSONValue] = [:]
        self.place += 1
        self.skipSpace()
        if self.take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            self.skipSpace()
            guard self.next == UInt8(ascii: "\"") else { throw self.fault("a name in quotes should be here") }
            let name = try self.string()
            if name.holdsNUL { throw self.fault("a name holds U+0000") }
            self.skipSpace()
            guard self.take(UInt8(ascii: ":")) else { throw self.fault("a colon should be here") }
            self.skipSpace()
            if members.updateValue(try self.value(), forKey: name) != nil {
                throw self.fault("the name \(name) occurs twice in an object")
            }
            self.skipSpace()
        } while self.take(UInt8(ascii: ","))
        guard self.take(UInt8(ascii: "}")) else { throw self.fault("a comma or } should be here") }
        return .object(members)
    }

    private mutating func array() throws(JSONError) -> JSONValue {
        var elements: [JSONValue] = []
        self.place += 1
        self.skipSpace()
        if self.take(UInt8(ascii: "]")) { return .array(elements) }
        repeat {
            self.skipSpace()
            elements.append(try self.value())
            self.skipSpace()
        } while self.take(UInt8(ascii: ","))
        guard self.take(UInt8(ascii: "]")) else { throw self.fault("a comma or ] should be here") }
        return .array(elements)
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let isHere = word.withUTF8Buffer { self.text[self.place...].starts(with: $0) }
        guard isHere else { throw self.fault("a value should be here") }
        self.place += word.utf8CodeUnitCount
        return value
    }

    // MARK: Numbers

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = self.place
        _ = self.take(UInt8(ascii: "-"))
        // No zero goes before other digits.
        if !self.take(UInt8(ascii: "0")) { try self.skipDigits() }
        var isWhole = true
        if self.take(UInt8(ascii: ".")) {
            isWhole = false
            try self.skipDigits()
        }
        if self.take(UInt8(ascii: "e")) || self.take(UInt8(ascii: "E")) {
            isWhole = false
            if !self.take(UInt8(ascii: "-")) { _ = self.take(UInt8(ascii: "+")) }
            try self.skipDigits()
        }
        let digits = String(decoding: self.text[start..<self.place], as: UTF8.self)
        if isWhole, let integer = Int64(digits) { return .integer(integer) }
        // A whole number that has no place in 64 bits is taken as a number with a fraction, as JavaScript takes all.
        guard let number = Double(digits), number.isFinite else { throw self.fault("the number is too large") }
        return Self.whole(orFraction: number)
    }

    private mutating func skipDigits() throws(JSONError) {
        let start = self.place
        while let next = self.next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) { self.place += 1 }
        if self.place == start { throw self.fault("a digit should be here") }
    }

    /// JSON has one kind of number: 4.0 is the whole number 4, as long as no digit is in doubt.
    private static func whole(orFraction value: Double) -> JSONValue {
        guard abs(value) < 0x1p53, let integer = Int64(exactly: value) else { return .number(value) }
        return .integer(integer)
    }

    // MARK: Strings

    private mutating func string() throws(JSONError) -> String {
        self.place += 1
        let start = self.place
        // Most strings have no escape, and then they are copied as they are.
        while let byte = self.next, byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
            self.place += 1
        }
        if self.take(UInt8(ascii: "\"")) {
            return try self.checked(UnsafeBufferPointer(rebasing: self.text[start..<self.place - 1]))
        }
        var bytes = Array(self.text[start..<self.place])
        while let byte = self.next, byte >= 0x20 {
            self.place += 1
            switch byte {
            case UInt8(ascii: "\""): return try self.checked(bytes)
            case UInt8(ascii: "\\"): try self.readEscape(into: &bytes)
            default: bytes.append(byte)
            }
        }
        throw self.fault(
            self.next == nil ? "a string has no end" : "a control character in a string must be written as an escape"
        )
    }

    private func checked(_ bytes: some Sequence<UInt8>) throws(JSONError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw self.fault("a string is no UTF-8") }
        return text
    }

    /// What follows a backslash.
    private mutating func readEscape(into bytes: inout [UInt8]) throws(JSONError) {
        let letter = self.next
        self.place += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(letter ?? 0)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "u"): bytes.append(contentsOf: String(Character(try self.escapedScalar())).utf8)
        default:
            self.place -= 1
            throw self.fault("there is no such escape in a string")
        }
    }

    /// The character of one escape `\uXXXX`, or of two that are a surrogate pair.
    private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
        let unit = try self.escapedUnit()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        if unit < 0xDC00, self.take(UInt8(ascii: "\\")), self.take(UInt8(ascii: "u")) {
            let low = try self.escapedUnit()
            if (0xDC00..<0xE000).contains(low),
                let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
            {
                return scalar
            }
        }
        throw self.fault("half of a surrogate pair is no character")
    }

    private mutating func escapedUnit() throws(JSONError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = self.next.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
                throw self.fault("four hexadecimal digits should be here")
            }
            unit = unit << 4 | UInt32(digit)
            self.place += 1
        }
        return unit
    }

    // MARK: Bytes

    private var next: UInt8? { self.place < self.text.count ? self.text[self.place] : nil }

    /// Steps over `byte` if it is the next one.
    private mutating func take(_ byte: UInt8) -> Bool {
        guard self.next == byte else { return false }
        self.place += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = self.next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { self.place += 1 }
    }

    private func fault(_ message: String) -> JSONError {
        let before = self.text[..<min(self.place, self.text.count)]
        let line = before.reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
        let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return JSONError(line: line, column: before.count - start + 1, message: message)
    }
}
