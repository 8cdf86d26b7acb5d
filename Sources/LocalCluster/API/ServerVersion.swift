/// The version this server reports. kubectl compares the minor version with its own and warns when they are too far
/// apart.
enum ServerVersion {
    static let major = "1"
    static let minor = "29"
    static let git = "v1.29.0-maas.local"

    #if arch(arm64)
        static let architecture = "arm64"
    #else
        static let architecture = "amd64"
    #endif
}
