internal import MaaSCore
internal import Testing

/// Vectors: RFC 1321 §A.5.
struct MD5Tests {
    @Test(arguments: [
        ("", "d41d8cd98f00b204e9800998ecf8427e"), ("abc", "900150983cd24fb0d6963f7d28e17f72"),
        ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
    ])
    func knownDigests(message: String, digest: String) throws {
        let hash = try #require(MD5())
        for byte in message.utf8 { withUnsafeBytes(of: byte) { hash.update($0) } }
        #expect(Hexadecimal.encode(hash.finalize()) == digest)
    }
}
