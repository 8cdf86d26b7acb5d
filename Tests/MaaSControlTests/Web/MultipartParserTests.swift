@testable internal import MaaSControl
internal import Testing

@Suite("Multipart forms")
struct MultipartParserTests {
    private static let form = [
        "preamble\r\n--XX\r\n",
        "Content-Disposition: form-data; name=\"task\"\r\nContent-Type: application/json\r\n\r\n{\"a\":1}\r\n--XX \t\r\n",
        "content-disposition: form-data; name=\"image\"; filename=\"a;\\\"b\\\".png\"\r\n\r\n\r\n--X\r\n\r\n--XY\r\n--XX\r\n",
        "Content-Disposition: form-data; name=empty\r\n\r\n\r\n--XX--\r\nepilogue --XX\r\n",
    ].joined()

    /// The parts as text, in a form that does not depend on where the body was cut.
    private func parse(_ pieces: [ArraySlice<UInt8>]) throws -> [String] {
        var parser = MultipartParser(boundary: "XX")
        var parts: [String] = []
        for piece in pieces {
            for event in try parser.consume(piece) {
                switch event {
                case .part(let header):
                    parts.append("\(header.name)/\(header.filename ?? "-")/\(header.contentType ?? "-"):")
                case .data(let bytes): parts[parts.count - 1] += String(decoding: bytes, as: UTF8.self)
                case .endOfPart: parts[parts.count - 1] += "."
                case .end: parts.append("end")
                }
            }
        }
        #expect(parser.isDone)
        return parts
    }

    private static let expected = [
        "task/-/application/json:{\"a\":1}.", "image/a;\"b\".png/-:\r\n--X\r\n\r\n--XY.", "empty/-/-:.", "end",
    ]

    @Test func aFormMayBeSplitAnywhere() throws {
        let bytes = Array(Self.form.utf8)
        for cut in 0...bytes.count {
            let parts = try self.parse([bytes[..<cut], bytes[cut...]])
            #expect(parts == Self.expected, "cut at \(cut)")
        }
    }

    @Test func aFormMayArriveByteByByte() throws {
        let bytes = Array(Self.form.utf8)
        let parts = try self.parse(bytes.indices.map { bytes[$0...$0] })
        #expect(parts == Self.expected)
    }

    @Test func theBodyMayStartWithTheDelimiter() throws {
        let parts = try self.parse([
            Array("--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--XX--".utf8)[...]
        ])
        #expect(parts == ["a/-/-:1.", "end"])
    }

    @Test(arguments: [
        "--XX\r\n\r\nno name\r\n--XX--", "--XXjunk\r\n", "--XX\r\nContent-Disposition: attachment; name=a\r\n\r\n1",
        "--XX\r\nA: \(String(repeating: "b", count: 9000))",
    ])
    func malformedFormsAreRejected(_ text: String) {
        var parser = MultipartParser(boundary: "XX")
        #expect(throws: MultipartParser.Malformed.self) { _ = try parser.consume(Array(text.utf8)) }
    }

    @Test(
        arguments: [
            ("multipart/form-data; boundary=abc", "abc"), ("Multipart/Form-Data; charset=x; Boundary=\"a b\"", "a b"),
            ("multipart/mixed; boundary=abc", nil), ("multipart/form-data", nil),
            ("multipart/form-data; boundary=", nil),
        ] as [(String, String?)]
    )
    func theBoundaryIsFound(_ type: String, _ boundary: String?) {
        #expect(MultipartParser.boundary(contentType: type) == boundary)
    }
}
