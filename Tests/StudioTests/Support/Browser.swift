import Foundation
import Testing

/// A browser without a window, as tests use one.
struct Browser: Sendable {
  /// Those that the pages are tested in; `Scripts/install.sh tests` installs both.
  enum Kind: String, CaseIterable, CustomTestStringConvertible {
    case chromium, firefox

    var isInstalled: Bool { (self == .chromium ? Chromium.program : Firefox.program) != nil }
    var testDescription: String { rawValue }

    fileprivate func start(_ width: Int, _ height: Int) async throws -> any BrowserDriver {
      switch self {
      case .chromium: try await Chromium(width: width, height: height)
      case .firefox: try await Firefox(width: width, height: height)
      }
    }
  }

  static let installed = Kind.allCases.filter(\.isInstalled)
  static var isInstalled: Bool { !installed.isEmpty }

  private let driver: any BrowserDriver

  /// Runs a body beside a browser, and ends the browser after it.
  static func with<Value: Sendable>(
    _ kind: Kind = .chromium, width: Int = 1400, height: Int = 1000,
    _ body: @Sendable (Browser) async throws -> Value
  ) async throws -> Value {
    let driver = try await kind.start(width, height)
    do {
      let value = try await body(Browser(driver: driver))
      try await driver.end()
      return value
    } catch {
      try? await driver.end()
      throw error
    }
  }

  /// The colours that the reader's system asks for.
  func show(dark: Bool) async throws { try await driver.show(dark: dark) }

  /// Runs statements within the page.
  func run(_ script: String) async throws { try await driver.run(script) }

  func open(_ address: String) async throws { try await driver.open(address) }

  /// The value of an expression of the page.
  @discardableResult func value(_ expression: String) async throws -> String {
    try await driver.run("return String(\(expression))")
  }

  func number(_ expression: String) async throws -> Double {
    let text = try await value(expression)
    guard let number = Double(text) else {
      throw BrowserFailure(description: "\(expression): \(text)")
    }
    return number
  }

  func click(_ selector: String) async throws {
    try await value("document.querySelector(\(Self.quoted(selector))).click()")
  }

  /// Keys as a person presses them, `\u{E012}` for the left arrow.
  func press(_ keys: String) async throws { try await driver.press(keys) }

  /// Waits until an expression is true.
  /// - Throws: what it was in the end, and what the page says.
  func wait(_ expression: String, seconds: Double = 90) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while try await value(expression) != "true" {
      guard ContinuousClock.now < end else {
        let problem = try await value("document.getElementById('problem')?.textContent")
        throw BrowserFailure(
          description: "never true: \(expression); the page says: \(problem)")
      }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  /// Warnings and errors that the page left since the last look.
  func complaints() async throws -> [String] {
    let broken = try await number(
      """
      [...document.querySelectorAll('msub, msup, mfrac, munder, mover, mroot, msubsup, munderover')] \
      .filter(e => e.children.length !== (/subsup|underover/.test(e.localName) ? 3 : 2)).length
      """)
    return try await driver.complaints()
      + (broken == 0 ? [] : ["formulas with wrong parts: \(broken)"])
  }

  static func quoted(_ text: String) -> String {
    let data = try? JSONSerialization.data(withJSONObject: text, options: .fragmentsAllowed)
    return String(decoding: data ?? Data(), as: UTF8.self)
  }
}
