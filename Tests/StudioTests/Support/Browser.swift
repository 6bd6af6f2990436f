import Foundation
import TestSupport

/// Chromium without a window, led by its driver.
final class Browser: Sendable {
  private let port: Int
  private let session: String

  struct Failure: Error, CustomStringConvertible { let description: String }

  private static let drivers = ["/usr/bin/chromedriver", "/usr/local/bin/chromedriver"]
  static let driver = drivers.first(where: FileManager.default.isExecutableFile)
  /// Whether there is one; `Scripts/install.sh tests` installs it.
  static var isInstalled: Bool { driver != nil }

  /// Runs a body beside a browser, and ends the browser after it.
  static func with<Value: Sendable>(
    width: Int = 1400, height: Int = 1000, _ body: @Sendable (Browser) async throws -> Value
  ) async throws -> Value {
    let process = try ChildProcess(driver!, ["--port=0"], watching: .output)
    var port: Int?
    while port == nil, let line = process.nextLine() {
      port = line.firstMatch(of: /started successfully on port (\d+)/).flatMap { Int($0.1) }
    }
    guard let port else { throw Failure(description: "the driver did not start") }
    let outcome: Result<Value, any Error>
    do {
      let browser = try await Browser(port: port, width: width, height: height)
      do { outcome = .success(try await body(browser)) } catch { outcome = .failure(error) }
      _ = try await browser.call("DELETE", "")
    } catch {
      _ = try? await Self.send("GET", "/shutdown", nil, port: port)
      throw error
    }
    _ = try? await Self.send("GET", "/shutdown", nil, port: port)
    return try outcome.get()
  }

  private init(port: Int, width: Int, height: Int) async throws {
    self.port = port
    let options: [String: Any] = [
      "args": [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        "--disable-dev-shm-usage", "--window-size=\(width),\(height)",
      ]
    ]
    let answer = try await Self.send(
      "POST", "/session",
      [
        "capabilities": [
          "alwaysMatch": [
            "browserName": "chrome", "goog:chromeOptions": options,
            "goog:loggingPrefs": ["browser": "ALL"],
          ]
        ]
      ], port: port)
    guard let session = (answer as? [String: Any])?["sessionId"] as? String else {
      throw Failure(description: "no session: \(answer)")
    }
    self.session = session
    try await resize(width, height)
  }

  /// The size of what is seen of a page.
  func resize(_ width: Int, _ height: Int) async throws {
    _ = try await call(
      "POST", "/goog/cdp/execute",
      [
        "cmd": "Emulation.setDeviceMetricsOverride",
        "params": [
          "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
        ],
      ])
  }

  /// The colours that the reader's system asks for.
  func show(dark: Bool) async throws {
    let scheme = ["name": "prefers-color-scheme", "value": dark ? "dark" : "light"]
    _ = try await call(
      "POST", "/goog/cdp/execute",
      ["cmd": "Emulation.setEmulatedMedia", "params": ["features": [scheme]]])
  }

  /// Runs statements within the page.
  func run(_ script: String) async throws {
    _ = try await call("POST", "/execute/sync", ["script": script, "args": []])
  }

  func open(_ address: String) async throws {
    _ = try await call("POST", "/url", ["url": address])
  }

  /// The value of an expression of the page.
  @discardableResult func value(_ expression: String) async throws -> String {
    let value = try await call(
      "POST", "/execute/sync", ["script": "return String(\(expression))", "args": []])
    return value as? String ?? "\(value)"
  }

  func number(_ expression: String) async throws -> Double {
    let text = try await value(expression)
    guard let number = Double(text) else { throw Failure(description: "\(expression): \(text)") }
    return number
  }

  func click(_ selector: String) async throws {
    try await value("document.querySelector(\(Self.quoted(selector))).click()")
  }

  /// Keys as a person presses them, `\u{E012}` for the left arrow.
  func press(_ keys: String) async throws {
    let actions = keys.flatMap { key in
      ["keyDown", "keyUp"].map { ["type": $0, "value": String(key)] }
    }
    _ = try await call(
      "POST", "/actions", ["actions": [["type": "key", "id": "keyboard", "actions": actions]]])
  }

  /// Waits until an expression is true.
  /// - Throws: what it was in the end, and what the page says.
  func wait(_ expression: String, seconds: Double = 30) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while try await value(expression) != "true" {
      guard ContinuousClock.now < end else {
        let problem = try await value("document.getElementById('problem')?.textContent")
        throw Failure(description: "never true: \(expression); the page says: \(problem)")
      }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  /// Warnings and errors that the page left since the last look.
  func complaints() async throws -> [String] {
    let entries = try await call("POST", "/se/log", ["type": "browser"]) as? [[String: Any]] ?? []
    return entries.filter { ["WARNING", "SEVERE"].contains($0["level"] as? String) }
      .compactMap { $0["message"] as? String }
  }

  func picture() async throws -> Data {
    let value = try await call("GET", "/screenshot")
    return (value as? String).flatMap { Data(base64Encoded: $0) } ?? Data()
  }

  static func quoted(_ text: String) -> String {
    let data = try? JSONSerialization.data(withJSONObject: text, options: .fragmentsAllowed)
    return String(decoding: data ?? Data(), as: UTF8.self)
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
      throw Failure(description: "\(path): \(error): \(problem["message"] ?? "")")
    }
    return value
  }
}
