internal import MaaSCore
internal import Testing

@testable internal import KubernetesClient

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

    /// As controller-runtime's `Errored` and Kyverno deny: the API server adds its words, and a 400 where there was no
    /// code, but no reason.
    @Test(arguments: ["the request: no GPUs here", "the request without explanation"])
    func aDenialNeedsNoReason(words: String) throws {
        let document = try JSONValue(
            parsing: """
                {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
                 "message": "admission webhook \\"a.example\\" denied \(words)", "code": 400}
                """.utf8
        )
        let denial = KubernetesError(status: document, code: 400)
        #expect(denial.code == .forbidden && denial.isDenied && !denial.isOutcomeUnknown && !denial.isRetryable)
        #expect(KubernetesError(status: document, code: 500).isRetryable)
    }

    /// A proxy in front of the API server answers in its own words, and says nothing about the object.
    @Test(arguments: [400, 408, 413, 431])
    func aRefusalWithoutAReasonIsTemporary(status: Int) {
        let strange = KubernetesError(status: .null, code: status)
        #expect(strange.code == .unavailable && strange.isOutcomeUnknown)
        let official = KubernetesError(status: ["reason": "BadRequest"], code: status)
        #expect(official.code == .invalid && !official.isOutcomeUnknown)
    }

    @Test(arguments: [(["reason": "NotFound"], true), (.null, false)] as [(JSONValue, Bool)])
    func onlyTheAPIServerKnowsThatAnObjectIsMissing(status: JSONValue, isMissing: Bool) {
        let error = KubernetesError(status: status, code: 404)
        #expect(error.code == .notFound && error.isObjectMissing == isMissing)
    }
}
