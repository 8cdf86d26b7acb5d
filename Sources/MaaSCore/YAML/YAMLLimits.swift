/// Limits for untrusted YAML.
package struct YAMLLimits: Sendable, Hashable {
    /// Bytes of the whole text.
    package var bytes = 4 << 20
    /// How deep collections may be nested.
    package var depth = 64
    /// Nodes after alias expansion, against "billion laughs" attacks.
    package var nodes = 200_000

    package init() {}
}
