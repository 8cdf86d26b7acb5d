/// Spans in OTLP's JSON encoding (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding: ids in hexadecimal,
/// 64-bit numbers as text).
struct SpanDocument {
    let service: String
    let version: String
    let spans: [Span]

    var json: JSONValue {
        let resource = [("service.name", JSONValue.string(self.service)), ("service.version", .string(self.version))]
        return [
            "resourceSpans": [
                [
                    "resource": ["attributes": Self.attributes(resource + [("service.namespace", "maas")])],
                    "scopeSpans": [
                        [
                            "scope": ["name": "maas", "version": .string(self.version)],
                            "spans": .array(self.spans.map(Self.json)),
                        ]
                    ],
                ]
            ]
        ]
    }

    private static func json(_ span: Span) -> JSONValue {
        var members: [String: JSONValue] = [
            "traceId": .string(span.context.traceID),
            "spanId": .string(span.context.spanID),
            "name": .string(span.name),
            "kind": JSONValue(span.kind.rawValue),
            "startTimeUnixNano": Self.nanoseconds(span.start),
            "endTimeUnixNano": Self.nanoseconds(max(span.start, span.end ?? span.start)),
            "attributes": Self.attributes(span.attributes.map { ($0.name, $0.value) }),
        ]
        if let parent = span.parent { members["parentSpanId"] = .string(parent) }
        // STATUS_CODE_ERROR; a span without a status succeeded.
        if let failure = span.failure { members["status"] = ["code": 2, "message": .string(failure)] }
        return .object(members)
    }

    private static func nanoseconds(_ time: Timestamp) -> JSONValue { .string("\(time.milliseconds)000000") }

    private static func attributes(_ attributes: [(String, JSONValue)]) -> JSONValue {
        .array(attributes.map { ["key": .string($0.0), "value": Self.value($0.1)] })
    }

    private static func value(_ value: JSONValue) -> JSONValue {
        switch value {
        case .bool: ["boolValue": value]
        case .integer(let number): ["intValue": .string("\(number)")]
        case .number: ["doubleValue": value]
        case .string: ["stringValue": value]
        default: ["stringValue": .string(value.text)]
        }
    }
}
