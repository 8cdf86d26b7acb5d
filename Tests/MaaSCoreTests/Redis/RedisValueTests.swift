@testable internal import MaaSCore
internal import Testing

@Suite("Redis values")
struct RedisValueTests {
    @Test("What comes after an array is not taken for its own")
    func nesting() {
        let first = RedisValue.array([.array([]), .string("a")])
        let value = RedisValue.array([first, .null, .array([.integer(7)]), .error("ODD")])
        let elements = value.array ?? []
        #expect(elements.count == 4)
        #expect(elements[0] == first)
        #expect(elements[1].isNull)
        #expect(elements[2].array?.map(\.integer) == [7])
        #expect(elements[3].error == "ODD")
    }

    @Test("A string of digits is a number, a number has digits, and neither is an array")
    func scalars() {
        #expect(RedisValue.string("-12").integer == -12)
        #expect(RedisValue.string("twelve").integer == nil)
        #expect(RedisValue.integer(.min).string == "-9223372036854775808")
        #expect(RedisValue.integer(1).array == nil)
        #expect(RedisValue.error("ODD").string == nil)
        #expect(RedisValue.null.string == nil)
    }

    @Test("Fields are pairs of strings, each with what belongs to it")
    func fields() {
        let pairs = RedisValue.array([.string("a"), .string("1"), .string(""), .integer(2)])
        let value = RedisValue.array([pairs, .string("after")])
        let fields = value.array?[0].fields
        #expect(fields?.map(\.name) == ["a", ""])
        #expect(fields?.map(\.value) == ["1", "2"])
        #expect(RedisValue.array([]).fields?.isEmpty == true)
    }

    @Test("The first field with a name is found, and no value is taken for one")
    func named() {
        let names = ["value", "ab", "ba", "ab", ""]
        let values = ["ab", "first", "other", "second", "empty"]
        let pairs = zip(names, values).flatMap { [RedisValue.string($0), .string($1)] }
        let fields = RedisValue.array(pairs).fields ?? RedisFields()
        #expect(fields.value(of: "ab") == "first")
        #expect(fields.value(of: "ba") == "other")
        #expect(fields.value(of: "") == "empty")
        #expect(fields.value(of: "first") == nil)
        #expect(fields.position(of: "ab", from: 2) == 3)
        #expect(fields.position(of: "ba", from: 3) == 2)
        #expect(RedisFields().value(of: "ab") == nil)
    }

    private static let others: [RedisValue] = [
        .array([.string("a")]), .array([.string("a"), .null]), .array([.string("a"), .array([.string("b")])]),
        .array([.array([.string("a"), .string("b")]), .string("c")]), .string("a"), .null,
    ]

    @Test("What is not made of pairs has no fields", arguments: Self.others)
    func noFields(value: RedisValue) { #expect(value.fields == nil) }
}
