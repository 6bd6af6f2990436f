/// How many values the aliases of a YAML text stand for at most, before anybody expands them: twenty
/// lines that each name the one above twice stand for a million.
struct AliasExpansion {
  /// The sum over all aliases; the largest number there is where it is larger.
  private(set) var count = 0
  /// For each anchor the count where it was set; what it stands for lies between that and its first use.
  private var starts: [Substring: Int] = [:]
  private var sizes: [Substring: Int] = [:]

  init(of text: String) {
    var rest = text[...]
    var before: Character = " "
    while let character = rest.popFirst() {
      defer { before = character }
      guard character == "&" || character == "*", Self.opens.contains(before) else { continue }
      let name = rest.prefix { !$0.isWhitespace && !",[]{}".contains($0) }
      guard !name.isEmpty else { continue }
      if character == "&" {
        (starts[name], sizes[name]) = (count, nil)
      } else {
        let size = sizes[name] ?? Self.sum(count - (starts[name] ?? count), 1)
        sizes[name] = size
        count = Self.sum(count, size)
      }
    }
  }

  /// What may stand before a value.
  private static let opens: Set<Character> = [
    " ", "\t", "\n", "\r\n", "[", "{", ",", ":", "-", "?",
  ]

  private static func sum(_ a: Int, _ b: Int) -> Int {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
  }
}
