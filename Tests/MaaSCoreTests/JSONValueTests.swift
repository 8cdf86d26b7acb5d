import MaaSCore
import Testing

@Suite("JSON value")
struct JSONValueTests {
    @Test(
        "Text survives a round trip, numbers keep their kind",
        arguments: [
            #"{"a":[1,2.5,true,null,"x\n\u0001\"\\é🦊"],"b":{}}"#, "[]", #""""#, "-9223372036854775808", "[[[]]]",
        ]
    )
    func roundTrip(text: String) throws {
        let value = try JSONValue(parsing: text.utf8)
        #expect(try JSONValue(parsing: value.encoded()) == value)
        #expect(value.text == text)
    }

    @Test("Equal objects have equal texts")
    func sortedKeys() throws {
        #expect(try JSONValue(parsing: #"{"b":1,"a":2}"#.utf8).text == #"{"a":2,"b":1}"#)
    }

    @Test("Subscripts read and write")
    func subscripts() {
        var value: JSONValue = [:]
        value["a"] = ["x"]
        #expect(value["a"]?[0] == "x")
        #expect(value["a"]?[1] == nil)
        #expect(value["b"]?["c"] == nil)
    }
}
