/// How a browser is led.
protocol BrowserDriver: Sendable {
  /// Opens an address and waits until its page is there.
  func open(_ address: String) async throws
  /// Runs the body of a function within the page.
  /// - Returns: what it returned, which has to be a text.
  @discardableResult func run(_ script: String) async throws -> String
  /// Presses keys of the keyboard, one after the other, `\u{E012}` for the left arrow.
  func press(_ keys: String) async throws
  /// Sets how much is seen of a page.
  func resize(_ width: Int, _ height: Int) async throws
  /// Sets the colours that the reader's system asks for.
  func show(dark: Bool) async throws
  /// Warnings and errors that the page left since the last look.
  func complaints() async throws -> [String]
  /// Ends the browser.
  func end() async throws
}

struct BrowserFailure: Error, CustomStringConvertible { let description: String }

extension BrowserDriver {
  /// Keys as WebDriver and Marionette take them.
  static func actions(_ keys: String) -> [[String: Any]] {
    let presses = keys.flatMap { key in
      ["keyDown", "keyUp"].map { ["type": $0, "value": String(key)] }
    }
    return [["type": "key", "id": "keyboard", "actions": presses]]
  }
}
