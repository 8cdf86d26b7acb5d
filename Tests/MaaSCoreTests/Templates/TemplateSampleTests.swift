internal import Testing

@testable internal import MaaSCore

@Suite("Sample parameters of a template")
struct TemplateSampleTests {
    @Test("What is required has a value of its type, the rest its default or none")
    func sample() throws {
        let template = try TemplateFixture.template(
            header: TemplateFixture.header
                .replacing("required: [prompt]", with: "required: [prompt, seed, x, loud]")
                .replacing("motto: {type: string}", with: "motto: {type: string}\n    x: {type: string, enum: [b, a]}")
        )
        let sample = template.sampleParameters
        #expect(sample["prompt"] == "sample" && sample["seed"] == 0 && sample["x"] == "b" && sample["loud"] == false)
        #expect(sample["steps"] == 20 && sample["motto"] == nil)
        #expect(try template.validate(sample) == sample)
    }
}
