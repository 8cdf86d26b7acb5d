internal import MaaSTesting
internal import Testing

@testable internal import MaaSCore

/// The examples of RFC 7515, and keys that are none.
@Suite("Public keys")
struct PublicKeyTests {
    private static let payload =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

    private static let modulus =
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZ"
        + "S-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2"
        + "R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcD"
        + "TW9gb54h4FRWyuXpoQ"

    private static func bytes(_ text: String) throws -> [UInt8] { try #require(Base64.url.decode(text)) }

    /// Whether the signature fits, and that it does not when any byte of it, or one of the message, is another one.
    private static func verifies(_ key: PublicKey, _ header: String, _ signature: String) throws -> Bool {
        let message = Array("\(header).\(Self.payload)".utf8)
        let signature = try Self.bytes(signature)
        for index in signature.indices {
            var forged = signature
            forged[index] ^= 1
            #expect(!key.verifies(forged, of: message))
        }
        #expect(!key.verifies(signature, of: message + [0]))
        #expect(!key.verifies([], of: message))
        #expect(!key.verifies(signature + [0], of: message))
        return key.verifies(signature, of: message)
    }

    @Test("RFC 7515 §A.2: RS256")
    func rsa() throws {
        let key = try #require(PublicKey(rsaModulus: Self.bytes(Self.modulus), exponent: Self.bytes("AQAB")))
        let signature =
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CU"
            + "Ar7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_d"
            + "O--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0ig"
            + "cN_IoypGlUPQGe77Rw"
        #expect(try Self.verifies(key, "eyJhbGciOiJSUzI1NiJ9", signature))
    }

    @Test("RFC 7515 §A.3: ES256")
    func ecdsa() throws {
        let key = try #require(
            PublicKey(
                p256X: Self.bytes("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
                y: Self.bytes("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")
            )
        )
        let signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
        #expect(try Self.verifies(key, "eyJhbGciOiJFUzI1NiJ9", signature))
    }

    @Test("A key that is too short, or not on the curve, is rejected")
    func badKeys() throws {
        let modulus = try Self.bytes(Self.modulus)
        #expect(PublicKey(rsaModulus: Array(modulus.prefix(128)), exponent: [3]) == nil)
        #expect(PublicKey(rsaModulus: modulus, exponent: [1]) == nil)
        #expect(PublicKey(rsaModulus: modulus, exponent: [4]) == nil)
        #expect(PublicKey(rsaModulus: modulus, exponent: []) == nil)
        let point = [UInt8](repeating: 7, count: 32)
        #expect(PublicKey(p256X: point, y: point) == nil)
        #expect(PublicKey(p256X: [7], y: [7]) == nil)
    }
}
