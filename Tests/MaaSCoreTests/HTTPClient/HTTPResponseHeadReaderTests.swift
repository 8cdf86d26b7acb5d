internal import Testing

@testable internal import MaaSCore

struct HTTPResponseHeadReaderTests {
    func read(_ lines: String...) -> HTTPResponseHead? {
        var reader = HTTPResponseHeadReader()
        for line in lines { reader.read((line + "\r\n").utf8) }
        return reader.head
    }

    @Test func aHeadEndsAtTheEmptyLine() {
        #expect(self.read("HTTP/1.1 200 OK", "A: 1") == nil)
        #expect(self.read("HTTP/1.1 200 OK", "A: 1", "") == HTTPResponseHead(status: 200, headers: ["A": "1"]))
        #expect(self.read("HTTP/2 204", "") == HTTPResponseHead(status: 204))
    }

    @Test func interimAnswersAndTrailersAreLeftOut() {
        let head = self.read(
            "HTTP/1.1 100 Continue",
            "",
            "HTTP/1.1 103 Hints",
            "A: 0",
            "",
            "HTTP/1.1 404",
            "A: 1",
            "",
            "B: 2"
        )
        #expect(head == HTTPResponseHead(status: 404, headers: ["A": "1"]))
    }

    @Test func valuesAreTrimmedAndMayHoldColons() {
        let head = self.read("HTTP/1.1 200 ", "Location:\t http://a:1/ ", "Empty:", ": none", "no colon", "")
        #expect(head?.headers.first?.value == "http://a:1/")
        #expect(head?.headers["Empty"] == "")
    }

    @Test(arguments: ["HTTP/1.1", "HTTP/1.1 abc", "SSH-2.0-OpenSSH"])
    func aHeadNeedsAStatus(line: String) {
        #expect(self.read(line, "A: 1", "") == nil)
    }
}
