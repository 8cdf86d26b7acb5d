internal import MaaSCore
internal import Testing

@testable internal import Reporter

@Suite("Progress pipe")
struct PipeMessageTests {
    @Test(
        "Valid lines",
        arguments: [
            (#"{"stage":"denoising","n":12,"m":40,"msg":""}"#, PipeMessage(stage: .denoising, step: 12, total: 40)),
            (#"{"n":0,"m":1}"#, PipeMessage(stage: nil, step: 0, total: 1)),
            ("12/40", PipeMessage(stage: nil, step: 12, total: 40)),
        ]
    )
    func good(line: String, message: PipeMessage) { #expect(PipeMessage(line) == message) }

    @Test(
        "Invalid lines",
        arguments: [
            "", "x", "1/2/3", "/", "5/0", "6/5", "-1/5", "3.5/40", "{", "{}", #"{"n":1}"#, #"{"n":"1","m":2}"#,
            #"{"n":3,"m":2}"#, #"{"n":3.5,"m":40}"#, #"{"stage":"nonsense","n":1,"m":2}"#, "[1,2]",
        ]
    )
    func bad(line: String) { #expect(PipeMessage(line) == nil) }

    @Test("A message survives a round trip")
    func roundTrip() {
        let message = PipeMessage(stage: .postprocessing, step: 3, total: 9)
        #expect(message.line.last == "\n")
        #expect(PipeMessage(String(message.line.dropLast())) == message)
    }
}
