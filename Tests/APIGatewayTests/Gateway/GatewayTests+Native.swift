@testable internal import APIGateway
internal import MaaSControl
internal import MaaSCore
internal import Testing

/// What only the native API has: labels, doing again, cancelling many, waiting for the end.
extension GatewayTests {
    @Test func aTaskNamesTheUsersTaskItWasMadeFrom() async throws {
        try await GatewayScope.run { gateway in
            let first = try await self.submit(gateway)
            var task = Self.task
            task["derived_from"] = .string(first)
            task["labels"] = ["project": "alpha"]
            let again = try await gateway.send(.post, "/v1/tasks", json: task)
            #expect(again.status == 202)
            #expect(again.json["derived_from"] == .string(first))
            let id = try #require(again.json["task_id"]?.string)
            let made = try await gateway.send(.get, "/v1/tasks/\(id)")
            #expect(made.json["derived_from"] == .string(first) && made.json["labels"] == ["project": "alpha"])

            let stranger = try await gateway.key(scopes: [.submit, .read], user: gateway.user + "-other")
            let theirs = try await gateway.send(.post, "/v1/tasks", json: task, key: stranger)
            task["derived_from"] = .string("\(TaskID.make())")
            let nobodys = try await gateway.send(.post, "/v1/tasks", json: task, key: stranger)
            #expect(theirs.status == 422 && theirs.faults == ["derived_from"])
            #expect(nobodys.json["errors"] == theirs.json["errors"])
            task["derived_from"] = 7
            #expect(try await gateway.send(.post, "/v1/tasks", json: task).faults == ["derived_from"])
        }
    }

    /// More tasks than one page of a search goes through, and what is searched for behind them all.
    @Test func aSearchContinuesAfterItsLastPage() async throws {
        try await GatewayScope.run { gateway in
            let found = try await self.submit(gateway)
            let newest = "\(TaskID.make())"
            try await gateway.execute(
                """
                INSERT INTO tasks (id, user_id, template, parameters, priority, state, created_at, queued_at, ended_at, updated_at)
                SELECT left(\(newest), 22) || (SELECT string_agg(
                        substr('0123456789abcdefghjkmnpqrstvwxyz', ((n >> shift) & 31) + 1, 1), '' ORDER BY shift DESC)
                    FROM unnest('{15,10,5,0}'::integer[]) shift), \(gateway.user), 'demo', '{"prompt": "other"}', 0, 'FAILED',
                    now(), now(), now(), now()
                FROM generate_series(1, 20000) n
                """
            )
            let query = "/v1/tasks?q=\(PercentEncoding.encode("红狐"))"
            let first = try await gateway.send(.get, query)
            #expect(first.json["data"] == [])
            #expect(first.json["has_more"] == true)
            let last = try #require(first.json["last_id"]?.string)
            let second = try await gateway.send(.get, query + "&after=\(last)")
            #expect(second.json["data"]?.array?.map { $0["task_id"] } == [.string(found)])
            #expect(second.json["has_more"] == false)
            try await gateway.execute("DELETE FROM tasks WHERE user_id = \(gateway.user)")
        }
    }

    @Test func tasksAreFoundByTheirLabels() async throws {
        try await GatewayScope.run { gateway in
            var ids: [String] = []
            for labels: JSONValue in [["project": "alpha", "take": "1"], ["project": "beta:x"], [:]] {
                var task = Self.task
                task["labels"] = labels
                let answer = try await gateway.send(.post, "/v1/tasks", json: task)
                ids.append(try #require(answer.json["task_id"]?.string))
            }
            func found(_ query: String) async throws -> [String] {
                try await gateway.send(.get, "/v1/tasks?\(query)").json["data"]?.array?
                    .compactMap { $0["task_id"]?.string } ?? []
            }
            #expect(try await found("label=project:alpha") == [ids[0]])
            #expect(try await found("label=project:alpha&label=take:1") == [ids[0]])
            #expect(try await found("label=project:alpha&label=take:2") == [])
            #expect(try await found("label=project:beta:x") == [ids[1]])
            #expect(try await found("label=project:alpha&status=running") == [])
            #expect(try await gateway.send(.get, "/v1/tasks?label=project").faults == ["label"])
            let two = "/v1/tasks/cancel?label=project:alpha&label=project:beta:x"
            #expect(try await gateway.send(.post, two).faults == ["label"])
            let task = try await gateway.send(.get, "/v1/tasks/\(ids[0])")
            #expect(task.json["labels"] == ["project": "alpha", "take": "1"])
        }
    }

    /// Whatever is asked for: a state that is rare is looked for in as many tasks as a word is.
    @Test(.timeLimit(.minutes(2)))
    func aPageScansABoundedNumberOfTasks() async throws {
        try await GatewayScope.run { gateway in
            // Left over if an earlier run of this test was killed.
            try await gateway.execute("DELETE FROM tasks WHERE id <= lpad('20001', 26, '0')")
            // Ids that sort before all real ones; the oldest has failed.
            try await gateway.execute(
                """
                INSERT INTO tasks (id, user_id, template, parameters, priority, state, created_at, queued_at, ended_at, updated_at)
                SELECT lpad(n::text, 26, '0'), \(gateway.user), 'demo', '{}', 1,
                    CASE n WHEN 1 THEN 'FAILED' ELSE 'COMPLETED' END, now(), now(), now(), now()
                FROM generate_series(1, 20001) AS n
                """
            )
            for filter in ["status=FAILED", "template=none", "until=2020-01-01T00:00:00Z", "label=a:b", "q=word"] {
                let page = try await gateway.send(.get, "/v1/tasks?\(filter)")
                #expect(page.json["data"] == [], "\(filter)")
                #expect(page.json["has_more"] == true, "\(filter)")
                #expect(page.json["last_id"] == .string(String(repeating: "0", count: 25) + "2"), "\(filter)")
            }
            let id = String(repeating: "0", count: 25) + "2"
            let next = try await gateway.send(.get, "/v1/tasks?status=FAILED&after=\(id)")
            #expect(next.json["data"]?.array?.count == 1)
            #expect(next.json["has_more"] == false)
            let all = try await gateway.send(.get, "/api/v1/tasks?page_no=200&page_size=100")
            #expect(all.json["total"] == 20_000 && all.json["total_page"] == 200)
            #expect(all.json["data"]?.array?.count == 100)
            let failed = try await gateway.send(.get, "/api/v1/tasks?status=FAILED")
            #expect(failed.json["total"] == 0)
            try await gateway.execute("DELETE FROM tasks WHERE user_id = \(gateway.user)")
        }
    }

    @Test func tasksAreFoundByTheirTime() async throws {
        try await GatewayScope.run { gateway in
            let id = try await self.submit(gateway)
            let task = try await gateway.send(.get, "/v1/tasks/\(id)").json
            let created = try #require(task["created_at"]?.string.flatMap { Timestamp($0) })
            let (before, after) = (created + .milliseconds(-1), created + .milliseconds(1))
            for (query, isThere) in [
                ("from=\(created)", true), ("from=\(after)", false), ("until=\(after)", true),
                ("until=\(created)", false), ("from=\(before)&until=\(after)", true),
            ] {
                let found = try await gateway.send(.get, "/v1/tasks?\(query)").json["data"]?.array?.count
                #expect(found == (isThere ? 1 : 0), "\(query)")
            }
            #expect(try await gateway.send(.get, "/v1/tasks?from=today&until=tomorrow").faults == ["from", "until"])
        }
    }

    @Test func aLabelHasCharactersNotBytes() async throws {
        try await GatewayScope.run { gateway in
            var task = Self.task
            task["labels"] = ["title": .string(String(repeating: "片", count: 128))]
            let made = try await gateway.send(.post, "/v1/tasks", json: task)
            #expect(made.status == 202)
            task["labels"] = ["title": .string(String(repeating: "片", count: 129))]
            let refused = try await gateway.send(.post, "/v1/tasks", json: task)
            #expect(refused.faults == ["labels.title"])
        }
    }

    @Test func labelsAreLimited() async throws {
        try await GatewayScope.run { gateway in
            var task = Self.task
            task["labels"] = ["a b": "1", "c": 2, "d": .string(String(repeating: "x", count: 129)), "e": "a\nb"]
            let answer = try await gateway.send(.post, "/v1/tasks", json: task)
            #expect(answer.status == 422)
            #expect(answer.faults == ["labels.a b", "labels.c", "labels.d", "labels.e"])
            task["labels"] = .object(Dictionary(uniqueKeysWithValues: (0..<17).map { ("l\($0)", "v") }))
            #expect(try await gateway.send(.post, "/v1/tasks", json: task).faults == ["labels"])
        }
    }

    @Test func anEndedTaskIsRepeatedWithAllItsInputs() async throws {
        try await GatewayScope.run { gateway in
            let text = #"{"template":"demo","parameters":{"prompt":"x","seed":7},"priority":"low","labels":{"a":"b"}}"#
            let first = try await gateway.sendForm(text, picture: Self.picture)
            let id = try #require(first.json["task_id"]?.string)
            let early = try await gateway.send(.post, "/v1/tasks/\(id)/retry")
            #expect(early.status == 400)
            #expect(early.json["code"] == "task_not_over")
            _ = try await gateway.send(.post, "/v1/tasks/\(id)/cancel")
            let again = try await gateway.send(.post, "/v1/tasks/\(id)/retry", headers: ["Idempotency-Key": "again"])
            #expect(again.status == 202)
            #expect(again.json["derived_from"] == .string(id))
            let new = try #require(again.json["task_id"]?.string)
            #expect(new != id)
            let repeated = try await gateway.send(.post, "/v1/tasks/\(id)/retry", headers: ["Idempotency-Key": "again"])
            #expect(repeated.json["task_id"] == .string(new))
            let task = try await gateway.send(.get, "/v1/tasks/\(new)").json
            #expect(task["parameters"]?["seed"] == 7)
            #expect(task["priority"] == "low")
            #expect(task["labels"] == ["a": "b"])
            #expect(task["has_image"] == true)
            #expect(task["derived_from"] == .string(id))
            let row = try await gateway.store.task(try #require(TaskID(new)))
            #expect(row?.input?.key == "inputs/\(new)/image")
            #expect(try await gateway.send(.post, "/v1/tasks/\(TaskID.make())/retry").status == 404)
        }
    }

    @Test func tasksAreCancelledByAFilter() async throws {
        try await GatewayScope.run { gateway in
            var ids: [String] = []
            for label in ["a", "a", "b"] {
                var task = Self.task
                task["labels"] = ["l": .string(label)]
                let answer = try await gateway.send(.post, "/v1/tasks", json: task)
                ids.append(try #require(answer.json["task_id"]?.string))
            }
            try await self.begin(try #require(TaskID(ids[1])), gateway)
            #expect(try await gateway.send(.post, "/v1/tasks/cancel").faults == ["status"])
            let misspelt = try await gateway.send(.post, "/v1/tasks/cancel?lable=l:a&status=gone")
            #expect(misspelt.faults == ["lable", "status"])
            #expect(try await gateway.send(.post, "/v1/tasks/cancel?q=").faults == ["q"])
            let twice = try await gateway.send(.post, "/v1/tasks/cancel?template=demo&template=other")
            #expect(twice.faults == ["template"])
            let answer = try await gateway.send(.post, "/v1/tasks/cancel?label=l:a")
            #expect(answer.status == 200)
            #expect(answer.json == ["cancelled": 1, "cancelling": 1])
            let again = try await gateway.send(.post, "/v1/tasks/cancel?label=l:a")
            #expect(again.json == ["cancelled": 0, "cancelling": 0])
            #expect(try await gateway.send(.get, "/v1/tasks/\(ids[0])").json["status"] == "CANCELLED")
            #expect(try await gateway.send(.get, "/v1/tasks/\(ids[1])").json["cancel_requested_at"] != .null)
            #expect(try await gateway.send(.get, "/v1/tasks/\(ids[2])").json["status"] == "QUEUED")
        }
    }

    @Test func preferWaitIsAnsweredAtTheEnd() async throws {
        try await GatewayScope.run { gateway in
            let id = try await self.submit(gateway)
            let start = ContinuousClock.now
            let waiting = Task { @LoopActor in
                try await gateway.send(.get, "/v1/tasks/\(id)", headers: ["Prefer": "respond-async, wait=30"])
            }
            // It waits, as far as a later request can tell.
            _ = try await gateway.send(.get, "/v1/tasks/\(id)")
            _ = try await gateway.send(.post, "/v1/tasks/\(id)/cancel")
            let answer = try await waiting.value
            #expect(answer.status == 200)
            #expect(answer.json["status"] == "CANCELLED")
            #expect(answer.headers["preference-applied"] == "wait=30")
            // Sooner than anybody looks who was not told.
            #expect(ContinuousClock.now - start < .seconds(4.9))
        }
    }

    @Test func whatIsNoPlainTextOfJSONIsSaidToBeSo() async throws {
        try await GatewayScope.run { gateway in
            for path in ["/v1/tasks", "/v1/videos", "/v1/keys"] {
                let empty = try await gateway.send(.post, path, headers: ["Content-Type": "application/json"])
                #expect(empty.status == 400, "\(path)")
                #expect(empty.json["detail"] == "the body is empty: it must be valid JSON")
                let encoded = try await gateway.send(.post, path, json: [:], headers: ["Content-Encoding": "gzip"])
                #expect(encoded.status == 415, "\(path)")
                #expect(encoded.headers["accept-encoding"] == "identity")
                let plain = try await gateway.send(.post, path, json: [:], headers: ["Content-Encoding": "identity"])
                #expect(plain.status == 422, "\(path)")
            }
            let form = try await gateway.sendForm(
                Self.task.text,
                picture: Self.picture,
                headers: ["Content-Encoding": "br"]
            )
            #expect(form.status == 415)
        }
    }

    /// One body of this size has room at a time.
    @Test func waitingReleasesTheRequestsBody() async throws {
        try await GatewayScope.run(configure: { $0.apiGateway.bodyBudget = ByteCount(40_000) }) { gateway in
            var task = Self.task
            let picture = Self.picture + [UInt8](repeating: 0, count: 30_000)
            task["image"] = .string("data:image/png;base64," + Base64.standard.encode(picture))
            let waiting = Task { @LoopActor [task] in
                try await gateway.send(.post, "/v1/tasks", json: task, headers: ["Prefer": "wait=30"])
            }
            var id: String?
            while id == nil { id = try await gateway.send(.get, "/v1/tasks").json["data"]?[0]?["task_id"]?.string }
            let other = try await gateway.send(.post, "/v1/tasks", json: task)
            #expect(other.status == 202)
            _ = try await gateway.send(.post, "/v1/tasks/\(id ?? "")/cancel")
            let answer = try await waiting.value
            #expect(answer.status == 200)
        }
    }

    @Test func afterTheWaitTheTaskIsShownAsItIs() async throws {
        try await GatewayScope.run(configure: { $0.apiGateway.preferWaitLimit = .seconds(1) }) { gateway in
            let answer = try await gateway.send(.post, "/v1/tasks", json: Self.task, headers: ["Prefer": "wait=9"])
            #expect(answer.status == 202)
            #expect(answer.json["status"] == "QUEUED")
            #expect(answer.headers["preference-applied"] == "wait=1")
            let id = try #require(answer.json["task_id"]?.string)
            #expect(answer.headers["location"] == "/v1/tasks/\(id)")
            let plain = try await gateway.send(.get, "/v1/tasks/\(id)", headers: ["Prefer": "wait=soon"])
            #expect(plain.headers["preference-applied"] == nil)
        }
    }

    /// The task is accepted, and a client that heard of a failure would submit it again.
    @Test func aWaitThatFailsIsNoFailureOfTheSubmission() async throws {
        try await GatewayScope.run(configure: {
            $0.postgres.statementTimeout = .seconds(1)
        }) { gateway in
            let submitting = Task { @LoopActor in
                try await gateway.send(.post, "/v1/tasks", json: Self.task, headers: ["Prefer": "wait=30"])
            }
            while try await gateway.send(.get, "/v1/tasks").json["data"] == [] { try Task.checkCancellation() }
            try await gateway.withLock(on: "tasks") {
                let answer = try await submitting.value
                #expect(answer.status == 202 && answer.headers["preference-applied"] == nil)
                let id = try #require(answer.json["task_id"]?.string)
                #expect(answer.headers["location"] == "/v1/tasks/\(id)")
            }
        }
    }

    @Test func aCancellationIsConfirmedWhenTheGPUsAreFree() async throws {
        try await GatewayScope.run { gateway in
            let text = try await self.submit(gateway)
            let id = try #require(TaskID(text))
            let epoch = try await self.begin(id, gateway)
            let path = "/v1/tasks/\(text)/cancel"
            let unconfirmed = try await gateway.send(.post, path, headers: ["Prefer": "wait=0"])
            #expect(unconfirmed.status == 202)
            #expect(unconfirmed.json["status"] == "RUNNING")
            let waiting = Task { @LoopActor in try await gateway.send(.post, path, headers: ["Prefer": "wait=30"]) }
            #expect(try await gateway.store.finish(id, attempt: 1, epoch: epoch, as: .cancelled) != nil)
            let ended = try await gateway.send(.get, "/v1/tasks/\(text)")
            #expect(ended.json["status"] == "CANCELLED")
            #expect(ended.json["gpus_released_at"] == .null)
            #expect(try await gateway.store.recordRelease(of: id, attempt: 1, epoch: epoch))
            let confirmed = try await waiting.value
            #expect(confirmed.status == 200)
            #expect(confirmed.json["gpus_released_at"]?.string != nil)
        }
    }
}
