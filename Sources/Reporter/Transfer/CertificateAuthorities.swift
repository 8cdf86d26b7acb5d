internal import Glibc
internal import MaaSCore

/// The CA certificates trusted for the object store. Pods run images of any distribution, each with its own path for
/// these, and some without any.
struct CertificateAuthorities {
    /// The name of the copy that `install` puts beside the program.
    static let fileName = "ca-certificates.crt"

    /// The paths in Debian, Ubuntu and Arch; Red Hat and Fedora; SUSE; Alpine.
    private static let places = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ]

    /// The PEM file to trust; nil when there is none.
    let file: String?

    /// Chooses the file named by `SSL_CERT_FILE`, else the image's, else the one installed with the program.
    init(
        _ environment: ReporterEnvironment,
        program: String = Self.program,
        isReadable: (String) -> Bool = { access($0, R_OK) == 0 }
    ) {
        let beside = program.split(separator: "/").dropLast() + [Self.fileName[...]]
        let candidates =
            [environment["SSL_CERT_FILE"]].compactMap(\.self) + Self.places + ["/" + beside.joined(separator: "/")]
        self.file = candidates.first(where: isReadable)
    }

    /// Without a file, libcurl's own default, so that its error names that.
    var trust: TLSOptions.Trust { self.file.map(TLSOptions.Trust.file) ?? .system }

    private static var program: String {
        guard let path = realpath("/proc/self/exe", nil) else { return "" }
        defer { free(path) }
        return String(cString: path)
    }
}
