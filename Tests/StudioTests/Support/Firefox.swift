import Foundation
import TestSupport

/// Firefox without a window, led by Marionette, which it speaks itself: no further program is needed.
struct Firefox: BrowserDriver {
  private let connection: MarionetteConnection
  /// Told to end by the one who leads it, and by nobody else.
  private nonisolated(unsafe) let process: ChildProcess
  /// Its settings and what it keeps, for as long as it runs.
  private let profile: TemporaryFolder

  private static let programs = ["/usr/bin/firefox-esr", "/usr/bin/firefox"]
  static let program = programs.first(where: FileManager.default.isExecutableFile)

  init(width: Int, height: Int) async throws {
    profile = try TemporaryFolder()
    try profile.write("user_pref(\"marionette.port\", 0);\n", to: "user.js")
    process = try ChildProcess(
      Self.program!,
      [
        "--headless", "--no-remote", "--marionette", "--remote-allow-system-access", "--profile",
        profile.path(""),
      ])
    do {
      connection = try await MarionetteConnection(port: Self.port(profile))
      try await call("WebDriver:NewSession", ["capabilities": ["alwaysMatch": [String: Any]()]])
      try await call("WebDriver:SetWindowRect", ["width": 1600, "height": 1300])
      try await resize(width, height)
    } catch {
      process.send(SIGKILL)
      throw error
    }
  }

  /// The port that it wrote down when it was ready.
  private static func port(_ profile: TemporaryFolder) async throws -> Int {
    for _ in 0..<3000 {
      if let port = (try? profile.text("MarionetteActivePort")).flatMap({ Int($0) }) { return port }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw BrowserFailure(description: "Firefox did not start within a minute")
  }

  func end() async throws {
    do {
      try await call("Marionette:Quit", ["flags": ["eForceQuit"]])
    } catch {
      process.send(SIGKILL)
      throw error
    }
    _ = try process.outcome()
  }

  func resize(_ width: Int, _ height: Int) async throws {
    // A window is never as narrow as a telephone; what is seen in it may be.
    try await ownRun(
      """
      const {style} = gBrowser.selectedBrowser;
      for (const name of ["width", "min-width", "max-width"]) style.setProperty(name, "\(width)px");
      for (const name of ["height", "min-height", "max-height"]) style.setProperty(name, "\(height)px");
      """)
    let end = ContinuousClock.now + .seconds(10)
    while try await run("return `${innerWidth} ${innerHeight}`") != "\(width) \(height)" {
      guard ContinuousClock.now < end else {
        throw BrowserFailure(description: "the page does not become \(width) pixels wide")
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  func show(dark: Bool) async throws {
    try await ownRun(
      """
      Services.prefs.setIntPref("layout.css.prefers-color-scheme.content-override", \(dark ? 0 : 1))
      """)
  }

  func open(_ address: String) async throws {
    try await call("WebDriver:Navigate", ["url": address])
  }

  func run(_ script: String) async throws -> String {
    let answer = try await call("WebDriver:ExecuteScript", ["script": script, "args": [String]()])
    let value = answer["value"] ?? NSNull()
    return value as? String ?? "\(value)"
  }

  func press(_ keys: String) async throws {
    try await call("WebDriver:PerformActions", ["actions": Self.actions(keys)])
  }

  func complaints() async throws -> [String] {
    let said = try await ownRun(
      """
      // A long page is laid out while it is still read: formulas of which a part is not there yet. Whether
      // they are whole in the end is looked up in the page.
      const early = /Incorrect number of children for <m/;
      const all = Services.console.getMessageArray();
      Services.console.reset();
      return all.filter(one => one instanceof Ci.nsIScriptError && /^(http|file):/.test(one.sourceName)
          && !early.test(one.message))
        .map(one => one.message).join("\\n");
      """)
    return said.split(separator: "\n").map(String.init)
  }

  /// Runs the body of a function with the rights of Firefox itself.
  @discardableResult private func ownRun(_ script: String) async throws -> String {
    try await call("Marionette:SetContext", ["value": "chrome"])
    let outcome: Result<String, any Error>
    do { outcome = .success(try await run(script)) } catch { outcome = .failure(error) }
    try await call("Marionette:SetContext", ["value": "content"])
    return try outcome.get()
  }

  @discardableResult private func call(_ command: String, _ parameters: [String: Any])
    async throws -> [String: Any]
  {
    try await connection.call(command, parameters)
  }
}
