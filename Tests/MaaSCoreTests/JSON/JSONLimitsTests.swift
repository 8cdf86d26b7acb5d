internal import MaaSCore
internal import Testing

@Suite("Limits of JSON texts")
struct JSONLimitsTests {
    private let limits = JSONLimits(depth: 3, values: 5)

    @Test(arguments: [
        "{}", "[[[1]]]", "[1,2,3,4]", #"{"a":{"b":[1]}}"#, #"["[[[[",",,,,,,,","\"[[[["]"#, "", "]]]", "\"",
    ])
    func textsWithinTheLimitsAreAccepted(text: String) {
        #expect(self.limits.admits(Array(text.utf8)))
    }

    @Test(arguments: ["[[[[", "[1,2,3,4,5]", #"{"a":{"b":{"c":{}}}}"#, "[],[],[],[]"])
    func textsBeyondTheLimitsAreRejected(text: String) {
        #expect(!self.limits.admits(Array(text.utf8)))
    }
}
