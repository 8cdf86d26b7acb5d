internal import MaaSCore
internal import Testing

struct PercentEncodingTests {
    @Test(arguments: [
        ("", ""), ("AZaz09-._~", "AZaz09-._~"), ("a b+c", "a%20b%2Bc"), ("a/b", "a%2Fb"), ("%", "%25"),
        ("猫", "%E7%8C%AB"),
        ("\0", "%00"),
    ])
    func bothWays(plain: String, encoded: String) {
        #expect(PercentEncoding.encode(plain) == encoded)
        #expect(PercentEncoding.decode(encoded) == plain)
    }

    @Test func pathsKeepTheirSlashes() {
        #expect(PercentEncoding.encode(path: "a b/../c?d#e") == "a%20b/../c%3Fd%23e")
    }

    @Test func queriesKeepTheirOrder() {
        #expect(PercentEncoding.encode(query: [("b", "1=2"), ("a", "&"), ("c", "")]) == "b=1%3D2&a=%26&c=")
    }

    @Test(arguments: ["%", "%2", "%zz", "%ff", "a%4"])
    func malformed(encoded: String) {
        #expect(PercentEncoding.decode(encoded) == nil)
    }
}
