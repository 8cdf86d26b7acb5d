internal import MaaSCore
internal import Testing

@testable internal import MaaSControl

@LoopActor
struct WebhookSecretTests {
    /// The vector of the reference libraries (standard-webhooks, `TestWebhook`).
    @Test func theSignatureIsThatOfTheReferenceLibraries() throws {
        let secret = try #require(WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let signature = secret.signature(
            of: Array(#"{"test": 2432232314}"#.utf8),
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            second: 1_614_265_330
        )
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test func aSecretSurvivesARoundTrip() {
        let secret = WebhookSecret.make()
        #expect(WebhookSecret(secret.text) == secret)
        #expect(secret.bytes.count == 32)
        #expect(secret.hint == "whsec_…" + secret.text.suffix(4))
        for text in ["", "whsec_", "whsec_c2hvcnQ=", "whsk_" + secret.text.dropFirst(6), "whsec_" + "!!!!"] {
            #expect(WebhookSecret(text) == nil, "\(text)")
        }
    }

    /// A repetition and another release of ours send the same bytes: those of docs/webhooks.md.
    @Test func theBodyIsAnOpenAIEvent() {
        let event = WebhookEvent(
            id: "evt_01jd2v0v6he5a9r6j8k2s3qf7m",
            type: "video.completed",
            task: "01jd2v0v6he5a9r6j8k2s3qf7m",
            created: Timestamp(milliseconds: 1_790_000_000_000)
        )
        let body = #"""
            {"created_at":1790000000,"data":{"id":"video_01jd2v0v6he5a9r6j8k2s3qf7m",\#
            "task_id":"01jd2v0v6he5a9r6j8k2s3qf7m"},"id":"evt_01jd2v0v6he5a9r6j8k2s3qf7m","object":"event",\#
            "timestamp":"2026-09-21T14:13:20.000Z","type":"video.completed"}
            """#
        #expect(String(decoding: event.body, as: UTF8.self) == body)
    }

    @Test func bothSecretsSignUntilTheOldOneExpires() {
        let keyring = WebhookKeyring("a secret of thirty-two characters")
        let (old, new) = (WebhookSecret.make(), WebhookSecret.make())
        var endpoint = WebhookEndpoint(
            id: "we_1",
            user: "ada",
            name: "n",
            url: "u",
            eventTypes: [],
            secret: keyring.seal(new, of: "we_1")
        )
        let now = Timestamp.now()
        #expect(keyring.secrets(of: endpoint, at: now) == [new])
        endpoint.previousSecret = keyring.seal(old, of: "we_1")
        endpoint.previousSecretExpiry = now + .seconds(1)
        #expect(keyring.secrets(of: endpoint, at: now) == [new, old])
        #expect(keyring.secrets(of: endpoint, at: now + .seconds(1)) == [new])
        // Nothing signs when the rows were sealed by another key, and another row's secret is none.
        #expect(WebhookKeyring("another secret of that length....").secrets(of: endpoint, at: now).isEmpty)
        endpoint.secret = keyring.seal(new, of: "we_2")
        #expect(keyring.secrets(of: endpoint, at: now).isEmpty)
        endpoint.secret = nil
        #expect(keyring.secrets(of: endpoint, at: now) == [keyring.standardSecret(of: "ada")])
        let changed = WebhookKeyring(
            "another secret of that length....",
            previousKey: "a secret of thirty-two characters"
        )
        let both = [changed.standardSecret(of: "ada"), keyring.standardSecret(of: "ada")]
        #expect(changed.secrets(of: endpoint, at: now) == both)
        #expect(changed.resealed(endpoint)?.previousSecret != endpoint.previousSecret)
        #expect(changed.resealed(changed.resealed(endpoint) ?? endpoint) == nil)
        #expect(keyring.standardSecret(of: "ada") != keyring.standardSecret(of: "bob"))
    }
}
