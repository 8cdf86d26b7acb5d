/// How much YAML a reader takes in before it calls the text hostile.
package struct YAMLLimits: Sendable, Hashable {
    /// Bytes of the whole text.
    package var bytes = 4 << 20
    /// How deep collections may be nested.
    package var depth = 64
    /// Nodes after aliases are expanded, so that ten lines of "billion laughs" stay ten lines.
    package var nodes = 200_000

    package init() {}
}
