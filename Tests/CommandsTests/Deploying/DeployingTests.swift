import Foundation
import TestSupport
import Testing

/// From a trained network to a service, as `Docs/deploying.md` says, with the nginx and the Prometheus of
/// Debian.
@Suite(
  .enabled(
    if: repositoryHas(".tools/usr/sbin/nginx") && repositoryHas(".tools/usr/bin/prometheus"),
    "Scripts/install.sh tests fetches nginx and Prometheus on Debian and Ubuntu"))
struct DeployingTests {
  /// What the page has started, until the test ends.
  private final class Deployment {
    let folder: TemporaryFolder
    /// What the commands of the page printed.
    let output: String
    private let ports: [Substring]

    init() throws {
      folder = try TemporaryFolder()
      let page = try ChildProcess.run(
        "/usr/bin/env",
        [
          "bash", repositoryPath("Tests/CommandsTests/Deploying/page.sh"), folder.path,
          ChildProcess.built("glassbox"), repositoryPath(".tools"),
        ])
      output = page.output
      ports = try folder.text("ports").split { " \n".contains($0) }
      #expect(page.status == 0, "\(page.output.suffix(500))\(page.errors)")
    }

    deinit {
      for process in processes { kill(process, SIGTERM) }
      // They write into the folder until they are gone.
      for process in processes {
        for _ in 0..<1000 where kill(process, 0) == 0 { usleep(10_000) }
      }
    }

    private var processes: [Int32] {
      ((try? folder.text("processes")) ?? "").split(separator: "\n").compactMap { Int32($0) }
    }
    var token: String {
      get throws {
        try folder.text("machine/etc/glassbox/tokens").trimmingCharacters(in: .newlines)
      }
    }
    var own: Int { Int(ports[0])! }

    /// Ends the server, as a service is ended.
    func endServer() throws {
      kill(try #require(processes.first), SIGTERM)
      // Until nobody takes a connection.
      while try ChildProcess.run("/usr/bin/env", ["curl", "-s", "http://127.0.0.1:\(own)/healthz"])
        .status != 7
      { usleep(10_000) }
    }

    /// Asks nginx as somebody from elsewhere does; the answer with its headers.
    func ask(_ path: String, as name: String = "models.example.org", _ arguments: String...) throws
      -> (status: Int32, text: String)
    {
      let outcome = try ChildProcess.run(
        "/usr/bin/env",
        [
          "curl", "--silent", "--show-error", "--include", "--max-time", "60", "--cacert",
          folder.path("machine/etc/glassbox/certificate.pem"), "--resolve",
          "\(name):\(ports[1]):127.0.0.1", "--header", "Authorization: Bearer \(try token)",
          "https://\(name):\(ports[1])\(path)",
        ] + arguments)
      return (outcome.status, outcome.output + outcome.errors)
    }

    /// What Prometheus knows of a series now.
    func query(_ series: String) throws -> String {
      try ChildProcess.run(
        "/usr/bin/env",
        [
          "curl", "--silent", "--get", "--data-urlencode", "query=\(series)",
          "http://127.0.0.1:\(ports[2])/api/v1/query",
        ]
      ).output
    }
  }

  @Test func thePageMakesAService() throws {
    let deployment = try Deployment()
    #expect(deployment.output.components(separatedBy: "\n$ ").count > 35)
    #expect(deployment.output.contains("students 2 is live."))
    #expect(deployment.output.hasSuffix("students 1 is live.\n"))
    try checkRelease(deployment)
    try checkRequests(deployment)
    try checkNumbers(deployment)
    try checkForwarding(deployment)
  }

  /// Every command has its place in the manual page, and what is inside the program is listed.
  private func checkRelease(_ deployment: Deployment) throws {
    let page = deployment.folder.path("machine/usr/local/share/man/man1/glassbox.1.gz")
    let manual = try ChildProcess.run("/usr/bin/env", ["gzip", "--decompress", "--stdout", page])
    for leaf in HelpTests.leaves() {
      #expect(manual.output.contains(".SS glassbox \(leaf.words.joined(separator: " "))\n"))
    }
    #expect(manual.output.contains("\\fB\\-\\-learning\\-rate\\fR"))
    let list = try #require(
      try FileManager.default.contentsOfDirectory(atPath: deployment.folder.path("release"))
        .first { $0.hasSuffix(".cdx.json") })
    let bill = try #require(
      try JSONSerialization.jsonObject(
        with: Data(try deployment.folder.bytes("release/\(list)"))) as? [String: Any])
    let names = (bill["components"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
    #expect(Set(names).isSuperset(of: ["hummingbird", "GRDB", "swift-nio", "Yams", "swift"]))
    // It is fetched, but nothing of it is linked.
    #expect(!names.contains("async-http-client"))
  }

  private func checkRequests(_ deployment: Deployment) throws {
    let row = #"{"instances": [{"hours": 3, "sleep": 7}]}"#
    let answer = try deployment.ask("/predict", "--json", row)
    #expect(answer.text.contains("HTTP/2 200") && answer.text.contains(#""predictions""#))
    #expect(answer.text.lowercased().contains("strict-transport-security: max-age="))
    let stranger = try deployment.ask("/predict", "--json", row, "--header", "Authorization: none")
    #expect(stranger.text.contains("HTTP/2 401") || stranger.text.contains("HTTP/2 400"))
    // The server says itself what it does not take, up to what nginx lets through.
    let body = deployment.folder.path("body")
    for (bytes, status) in [(9 << 20, 422), ((10 << 20) + 1, 413)] {
      let text =
        #"{"instances": [{"hours": 3, "sleep": ""# + String(repeating: "7", count: bytes - 41)
      try deployment.folder.write(text + #""}]}"#, to: "body")
      let large = try deployment.ask("/predict", "--json", "@\(body)")
      #expect(large.text.contains("HTTP/2 \(status)"), "\(large.text.prefix(300))")
      #expect(large.text.contains("application/problem+json"))
    }
    // Under another name there is nobody, not even a certificate.
    #expect(try deployment.ask("/", as: "other.example.org").status == 35)
  }

  private func checkNumbers(_ deployment: Deployment) throws {
    for series in [
      "up == 1", "glassbox_predictions_total", "http_server_request_duration_seconds_bucket",
      "glassbox_drift_detected",
    ] {
      // Prometheus asks every second here, and drift is computed after it was first asked for.
      let isThere = try (0..<600).contains { _ in
        if try deployment.query(series).contains(#""job":"glassbox""#) { return true }
        usleep(100_000)
        return false
      }
      #expect(isThere, "\(series)")
    }
  }

  /// What stands behind nginx learns by which name and from where it was asked; while nothing stands there,
  /// whoever asks is told when to try again.
  private func checkForwarding(_ deployment: Deployment) throws {
    try deployment.endServer()
    let away = try deployment.ask("/predict", "--json", "{}")
    #expect(away.text.contains("HTTP/2 503") && away.text.contains("application/problem+json"))
    #expect(away.text.lowercased().contains("retry-after: 2"))
    let echo = try ChildProcess(
      "/usr/bin/env",
      [
        "python3", "-uc",
        """
        import http.server
        class Echo(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200); self.end_headers(); self.wfile.write(bytes(self.headers))
        server = http.server.HTTPServer(("127.0.0.1", \(deployment.own)), Echo)
        print("here")
        server.handle_request()
        """,
      ], watching: .output)
    #expect(echo.nextLine() == "here")
    let seen = try deployment.ask("/", "--header", "X-Forwarded-For: 192.0.2.1").text
    for header in [
      "Host: models.example.org", "X-Forwarded-For: 127.0.0.1", "X-Forwarded-Proto: https",
    ] {
      #expect(seen.contains(header + "\n"), "\(header) in \(seen)")
    }
    #expect(!seen.contains("192.0.2.1"))
  }

  /// Every file of the folder is one that the page or the release speaks of, and systemd takes the unit.
  @Test func theUnitIsWhatSystemdTakes() throws {
    let page = try repositoryText("Docs/deploying.md")
    for file in try repositoryFiles(in: "Deploy") { #expect(page.contains(file), "\(file)") }
    let there = try ChildProcess.run("/usr/bin/env", ["sh", "-c", "command -v systemd-analyze"])
    guard there.status == 0 else { return }
    // The program is where it was built, here.
    let folder = try TemporaryFolder()
    let unit = try repositoryText("Deploy/glassbox.service").replacing(
      "/usr/local/bin/glassbox", with: ChildProcess.built("glassbox")
    ).replacing("Documentation=man:glassbox(1)\n", with: "")
    try folder.write(unit, to: "glassbox.service")
    let verified = try ChildProcess.run(
      "/usr/bin/env", ["systemd-analyze", "verify", folder.path("glassbox.service")])
    #expect(verified.status == 0 && verified.errors.isEmpty, "\(verified.errors)")
    let security = try ChildProcess.run(
      "/usr/bin/env",
      [
        "systemd-analyze", "security", "--offline=true", "--threshold=15",
        folder.path("glassbox.service"),
      ])
    #expect(security.status == 0, "\(security.output.suffix(200))\(security.errors)")
  }
}
