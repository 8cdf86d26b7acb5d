internal import KubernetesClient
internal import Testing

struct KubernetesErrorTests {
    /// The words are those of `k8s.io/apiserver`.
    @Test(
        arguments: [
            ("admission webhook \"a.example\" denied the request: no GPUs here", true),
            ("admission webhook \"a.example\" denied the request without explanation", true),
            ("ValidatingAdmissionPolicy 'jobs' with binding 'jobs' denied request: no GPUs here", true),
            ("exceeded quota: maas, requested: count/pytorchjobs=1", false),
            ("User \"dispatcher\" cannot create resource \"pytorchjobs\"", false),
        ]
    )
    func admissionDenials(message: String, isDenied: Bool) {
        let forbidden = KubernetesError(.forbidden, "pytorchjobs.kubeflow.org \"job\" is forbidden: " + message)
        #expect(forbidden.isDenied == isDenied)
    }

    @Test func onlyForbiddenIsADenial() {
        #expect(!KubernetesError(.unavailable, "admission webhook \"a.example\" denied the request: later").isDenied)
    }
}
