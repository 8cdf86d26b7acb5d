/// A span's identity in a trace, propagated between processes as W3C Trace Context's `traceparent`
/// (https://www.w3.org/TR/trace-context/#traceparent-header).
package struct TraceContext: Sendable, Hashable, CustomStringConvertible {
    /// 32 lower-case hexadecimal digits, not all zero.
    package let traceID: String
    /// 16 lower-case hexadecimal digits: the parent of spans that follow.
    package let spanID: String
    /// Whether the trace is recorded.
    package let isSampled: Bool

    package init(traceID: String, spanID: String, isSampled: Bool) {
        self.traceID = traceID
        self.spanID = spanID
        self.isSampled = isSampled
    }

    /// Parses `00-<trace>-<span>-<flags>`, or the same fields of a later version. Nil for anything else, which is to be
    /// ignored.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 55 || bytes.count > 55 && bytes[55] == Self.dash && bytes.count <= 512,
            [2, 35, 52].allSatisfy({ bytes[$0] == Self.dash }),
            case let version = bytes[0..<2], Self.isHexadecimal(version), version != [Self.f, Self.f],
            version != [Self.zero, Self.zero] || bytes.count == 55,
            case let trace = bytes[3..<35], Self.isHexadecimal(trace), trace.contains(where: { $0 != Self.zero }),
            case let span = bytes[36..<52], Self.isHexadecimal(span), span.contains(where: { $0 != Self.zero }),
            case let flags = bytes[53..<55], Self.isHexadecimal(flags),
            let number = UInt8(String(decoding: flags, as: UTF8.self), radix: 16)
        else { return nil }
        self.traceID = String(decoding: trace, as: UTF8.self)
        self.spanID = String(decoding: span, as: UTF8.self)
        self.isSampled = number & 1 == 1
    }

    package var description: String { "00-\(self.traceID)-\(self.spanID)-\(self.isSampled ? "01" : "00")" }

    /// A new trace.
    @LoopActor
    package static func root(isSampled: Bool) -> TraceContext {
        TraceContext(traceID: Self.random(16), spanID: Self.random(8), isSampled: isSampled)
    }

    /// A new span of the same trace.
    @LoopActor
    package func child() -> TraceContext { self.span(Self.random(8)) }

    /// The span of an attempt, derived from the trace and the number, so that both the pod that works under it and the
    /// service that records the attempt's end can compute it.
    package func attempt(_ number: Int) -> TraceContext {
        let digest = SHA256.digest(of: "attempt \(number) of \(self.traceID)-\(self.spanID)")
        return self.span(Hexadecimal.encode(Array(digest.prefix(8))))
    }

    private func span(_ id: String) -> TraceContext {
        TraceContext(traceID: self.traceID, spanID: id, isSampled: self.isSampled)
    }

    @LoopActor
    private static func random(_ count: Int) -> String { Hexadecimal.encode(RandomBytes.shared.next(count)) }

    private static let dash = UInt8(ascii: "-")
    private static let zero = UInt8(ascii: "0")
    private static let f = UInt8(ascii: "f")

    /// Upper-case letters are not allowed.
    private static func isHexadecimal(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.allSatisfy { (Self.zero...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...Self.f).contains($0) }
    }
}
