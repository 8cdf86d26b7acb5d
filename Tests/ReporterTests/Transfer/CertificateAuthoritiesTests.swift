internal import Testing

@testable internal import Reporter

@Suite("Certificate authorities")
struct CertificateAuthoritiesTests {
    private func found(among files: Set<String>, named: String? = nil) -> String? {
        let environment = ReporterEnvironment(variables: named.map { ["SSL_CERT_FILE": $0] } ?? [:])
        return CertificateAuthorities(environment, program: "/maas/bin/reporter") { files.contains($0) }.file
    }

    @Test("The configured file comes first, then the image's, then the one beside the program")
    func order() {
        let beside = "/maas/bin/ca-certificates.crt"
        let debian = "/etc/ssl/certs/ca-certificates.crt"
        let redHat = "/etc/pki/tls/certs/ca-bundle.crt"
        #expect(self.found(among: [beside, debian, "/mine"], named: "/mine") == "/mine")
        #expect(self.found(among: [beside, debian], named: "/gone") == debian)
        #expect(self.found(among: [beside, redHat]) == redHat)
        #expect(self.found(among: [beside]) == beside)
        #expect(self.found(among: []) == nil)
    }
}
