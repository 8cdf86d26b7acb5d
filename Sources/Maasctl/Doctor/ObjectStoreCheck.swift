internal import MaaSCore

/// Checks that the bucket stores an object, serves it by a presigned URL, deletes it, and says what it does not have.
@LoopActor
struct ObjectStoreCheck {
    let configuration: MaaSConfiguration

    func run() async -> [Finding] {
        let client = HTTPClient()
        defer { client.close() }
        let settings = self.configuration.objectStore
        let key = "doctor/\(Hexadecimal.encode(RandomBytes.shared.next(8)))"
        do {
            let store = try ObjectStore(configuration: settings, client: client)
            try await store.put(key, Array("doctor".utf8), contentType: "text/plain")
            let findings = [
                await self.lookForNothing(in: store),
                await self.follow(store.presignGet(key, lifetime: .minutes(1)), client),
            ]
            try await store.delete(key)
            return findings
        } catch {
            return [Self.broken(error, settings)]
        }
    }

    /// Asks for an object that is not there, as the dispatcher does for a video that may not have been delivered.
    ///
    /// S3 answers 404 only if the key may list the bucket, otherwise 403. The dispatcher takes that for a failure of
    /// the store: it asks again, and the task stays RUNNING.
    private func lookForNothing(in store: ObjectStore) async -> Finding {
        let settings = self.configuration.objectStore
        let key = "doctor/\(Hexadecimal.encode(RandomBytes.shared.next(8)))"
        do throws(ObjectStoreError) {
            guard try await store.head(key) == nil else {
                let message = "\(settings.endpoint) claims to have an object that nobody has stored"
                return .broken("object store", message, mend: "check object_store.endpoint: it must be an S3")
            }
            return .fine("object store", "\(settings.bucket) at \(settings.endpoint) can be written and read")
        } catch {
            guard error.code == .denied else { return Self.broken(error, settings) }
            return .broken(
                "object store",
                "asked for an object that is not there: \(error)",
                mend: "let the key list the bucket (s3:ListBucket): without that, S3 does not say what is missing"
            )
        }
    }

    /// Downloads like a user's browser, but from this machine.
    private func follow(_ link: String, _ client: HTTPClient) async -> Finding {
        let settings = self.configuration.objectStore
        let endpoint = settings.publicEndpoint ?? settings.endpoint
        let remedy =
            "check object_store.public_endpoint: it must be the address that browsers use, and lead to the same bucket"
        do {
            let answer = try await client.send(HTTPRequest(.get, link))
            guard answer.status == 200, answer.body == Array("doctor".utf8) else {
                return .broken("links", "\(endpoint) answers a presigned link with \(answer.status)", mend: remedy)
            }
            return .fine("links", "\(endpoint) serves presigned links")
        } catch {
            return .warning("links", "\(endpoint) cannot be reached from here: \(error.message)", mend: remedy)
        }
    }

    private static func broken(_ error: any Error, _ settings: ObjectStore.Configuration) -> Finding {
        let remedy =
            switch (error as? ObjectStoreError)?.code {
            case .noBucket, .notFound: "make the bucket \(settings.bucket), or correct object_store.bucket"
            case .denied: "check object_store.access_key and secret_key, and that they may read, write and delete there"
            default: "check object_store.endpoint, and that the store runs"
            }
        return .broken("object store", "\(error)", mend: remedy)
    }
}
