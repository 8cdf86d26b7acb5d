internal import Testing

@testable internal import MaaSCore

@Suite("Kubernetes' amounts")
struct ResourceQuantityTests {
    @Test(
        "Whole numbers are read with any suffix",
        arguments: [
            (8192, 8192), (4.0, 4), ("24000", 24_000), ("24k", 24_000), ("1M", 1_000_000), ("3Ki", 3_072),
            ("2Mi", 2_097_152), ("24e3", 24_000), ("5E2", 500), ("0", 0), ("1Gi", 1_073_741_824),
        ] as [(JSONValue, Int)]
    )
    func counts(quantity: JSONValue, count: Int) {
        #expect(ResourceQuantity.count(quantity) == count)
    }

    @Test(
        "What is more than any node has is a lot, not nothing",
        arguments: ["2G", "9E", "10E", "8Ei", "99999999999999999999"]
    )
    func huge(quantity: String) {
        #expect(ResourceQuantity.count(.string(quantity)) == 1 << 30)
    }

    @Test(
        "Anything else is nothing",
        arguments: ["", "k", "-1", "1.5", "100m", "1K", "1e", "many", -1, true, .null] as [JSONValue]
    )
    func nothing(quantity: JSONValue) {
        #expect(ResourceQuantity.count(quantity) == 0)
    }
}
