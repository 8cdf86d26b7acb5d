internal import MaaSCore
internal import Testing

/// Vectors: FIPS 180-4 examples as published by NIST, and the digest of the empty message.
struct SHA256Tests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func knownDigests(message: String, digest: String) {
        #expect(Hexadecimal.encode(SHA256.digest(of: message)) == digest)
    }

    @Test func incrementalHashingGivesTheSameDigest() {
        let message = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        var hash = SHA256()
        for start in stride(from: 0, to: message.count, by: 61) {
            hash.update(Array(message[start..<min(start + 61, message.count)]))
            hash.update([])
        }
        #expect(hash.finalize() == SHA256.digest(of: message))
    }
}
