internal import Testing

@testable internal import MaaSCore

@LoopActor
struct SealingKeyTests {
    private let key = SealingKey("a secret of thirty-two characters")

    @Test func sealedDataOnlyOpensInItsContext() {
        let sealed = self.key.seal([1, 2, 3], context: "row 1")
        #expect(self.key.open(sealed, context: "row 1") == [1, 2, 3])
        #expect(self.key.open(sealed, context: "row 2") == nil)
        #expect(SealingKey("another secret of that length....").open(sealed, context: "row 1") == nil)
        #expect(self.key.open(self.key.seal([], context: ""), context: "") == [])
    }

    @Test func sealingIsRandomized() {
        let bytes = [UInt8](repeating: 7, count: 32)
        let sealed = self.key.seal(bytes, context: "a")
        #expect(sealed != self.key.seal(bytes, context: "a"))
        #expect(sealed.count == 1 + 12 + 32 + 16)
    }

    @Test func everyChangedByteIsDetected() {
        let sealed = self.key.seal(Array("secret".utf8), context: "a")
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(self.key.open(changed, context: "a") == nil)
        }
        for length in 0..<sealed.count { #expect(self.key.open(Array(sealed.prefix(length)), context: "a") == nil) }
    }

    @Test func derivedKeysDependOnThePurpose() {
        #expect(self.key.derive("a") == self.key.derive("a"))
        #expect(self.key.derive("a") != self.key.derive("b"))
        #expect(self.key.derive("a").count == 32)
    }
}
