/// The version of all executables: they are built and shipped together.
package enum MaaSVersion {
    package static let current = "0.1.0"
}
