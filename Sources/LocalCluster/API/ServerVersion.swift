/// What this server says it is. kubectl compares the minor version with its own and warns of a distance.
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
