import Foundation
import TestSupport

/// Chromium without a window, led by its WebDriver.
struct Chromium: BrowserDriver {
  private let port: Int
  private let session: String

  private static let drivers = ["/usr/bin/chromedriver", "/usr/local/bin/chromedriver"]
  static let program = drivers.first(where: FileManager.default.isExecutableFile)

  /// The port of a new driver; nil if it ended at once.
  private static func started() throws -> Int? {
    let process = try ChildProcess(program!, ["--port=0"], watching: .output)
    var port: Int?
    while port == nil, let line = process.nextLine() {
      port = line.firstMatch(of: /started successfully on port (\d+)/).flatMap { Int($0.1) }
    }
    return port
  }

  init(width: Int, height: Int) async throws {
    // Another driver may take the port that it chose; it then ends.
    var port = try Self.started()
    for _ in 0..<4 where port == nil { port = try Self.started() }
    guard let port else { throw BrowserFailure(description: "the driver did not start") }
    self.port = port
    let options: [String: Any] = [
      "args": [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        "--disable-dev-shm-usage", "--window-size=\(width),\(height)",
      ]
    ]
    let capabilities: [String: Any] = [
      "browserName": "chrome", "goog:chromeOptions": options,
      "goog:loggingPrefs": ["browser": "ALL"],
    ]
    do {
      let answer = try await Self.send(
        "POST", "/session", ["capabilities": ["alwaysMatch": capabilities]], port: port)
      guard let session = (answer as? [String: Any])?["sessionId"] as? String else {
        throw BrowserFailure(description: "no session: \(answer)")
      }
      self.session = session
      try await resize(width, height)
    } catch {
      _ = try? await Self.send("GET", "/shutdown", nil, port: port)
      throw error
    }
  }

  func end() async throws {
    let outcome: Result<Any, any Error>
    do { outcome = .success(try await call("DELETE", "")) } catch { outcome = .failure(error) }
    _ = try? await Self.send("GET", "/shutdown", nil, port: port)
    _ = try outcome.get()
  }

  func resize(_ width: Int, _ height: Int) async throws {
    try await command(
      "Emulation.setDeviceMetricsOverride",
      ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": false])
  }

  func show(dark: Bool) async throws {
    let scheme = ["name": "prefers-color-scheme", "value": dark ? "dark" : "light"]
    try await command("Emulation.setEmulatedMedia", ["features": [scheme]])
  }

  func open(_ address: String) async throws {
    _ = try await call("POST", "/url", ["url": address])
  }

  func run(_ script: String) async throws -> String {
    let value = try await call("POST", "/execute/sync", ["script": script, "args": []])
    return value as? String ?? "\(value)"
  }

  func press(_ keys: String) async throws {
    _ = try await call("POST", "/actions", ["actions": Self.actions(keys)])
  }

  func complaints() async throws -> [String] {
    let entries = try await call("POST", "/se/log", ["type": "browser"]) as? [[String: Any]] ?? []
    return entries.filter { ["WARNING", "SEVERE"].contains($0["level"] as? String) }
      .compactMap { $0["message"] as? String }
  }

  /// What WebDriver knows no word for.
  private func command(_ name: String, _ parameters: [String: Any]) async throws {
    _ = try await call("POST", "/goog/cdp/execute", ["cmd": name, "params": parameters])
  }

  private func call(_ method: String, _ path: String, _ body: [String: Any]? = nil) async throws
    -> Any
  {
    try await Self.send(method, "/session/\(session)\(path)", body, port: port)
  }

  private static func send(
    _ method: String, _ path: String, _ body: [String: Any]?, port: Int
  ) async throws -> Any {
    let content = try body.map { try JSONSerialization.data(withJSONObject: $0) } ?? Data()
    let head =
      "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n"
      + "Content-Length: \(content.count)\r\n\r\n"
    // The driver keeps its connections open.
    let answer = try await RawClient.send([Array(head.utf8) + Array(content)], port: port) {
      answer in
      answer.headers["content-length"].flatMap { Int($0) }.map { answer.body.count >= $0 } ?? false
    }
    let value = answer.json["value"] ?? NSNull()
    if let problem = value as? [String: Any], let error = problem["error"] {
      throw BrowserFailure(description: "\(path): \(error): \(problem["message"] ?? "")")
    }
    return value
  }
}
