internal import Glibc
internal import MaaSCore

/// Whose signature on the object store's certificate is good enough. Pods run in images of every distribution, each with
/// its own place for this, and in some that have none at all.
struct CertificateAuthorities {
    /// What `install` calls the copy that it puts beside the program.
    static let fileName = "ca-certificates.crt"

    /// Where distributions keep them: Debian, Ubuntu and Arch; Red Hat and Fedora; SUSE; Alpine.
    private static let places = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ]

    /// The PEM file to be trusted; nil when there is none.
    let file: String?

    /// Takes the one that `SSL_CERT_FILE` names, or the image's, or the one that came with the program.
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

    /// Without a file, what libcurl would look for itself: its fault then names it.
    var trust: TLSOptions.Trust { self.file.map(TLSOptions.Trust.file) ?? .system }

    private static var program: String {
        guard let path = realpath("/proc/self/exe", nil) else { return "" }
        defer { free(path) }
        return String(cString: path)
    }
}
