import Lessons
import Testing

/// Every printed number that is right is made wrong in its turn, and found at its place.
func expectPlantedErrorsFound(in text: String) throws {
  let claims = try WorkedExample(markdown: text).check().claims
  var planted = 0
  for claim in claims where claim.verdict == .right || claim.verdict == .rounded {
    guard let changed = changed(claim.text) else { continue }
    let broken = replacing(claim, by: changed, in: text)
    let found = try WorkedExample(markdown: broken).check().claims
    #expect(
      found.contains { $0.place == claim.place && $0.verdict == .wrong },
      "\(claim.place): \(claim.text) as \(changed)")
    planted += 1
  }
  #expect(planted >= 5)
}

/// Another number: the first digit one up or down. Nil for what is not one plain number.
private func changed(_ text: String) -> String? {
  guard text.allSatisfy({ $0.isNumber || ".-%e".contains($0) }) else { return nil }
  var characters = Array(text)
  let first = characters.firstIndex { $0.isNumber && $0 != "0" }
  guard let place = first ?? characters.firstIndex(where: \.isNumber),
    let digit = characters[place].wholeNumberValue
  else { return nil }
  characters[place] = Character("\(digit == 9 ? 8 : digit + 1)")
  return String(characters)
}

private func replacing(_ claim: Claim, by text: String, in document: String) -> String {
  var lines = document.split(separator: "\n", omittingEmptySubsequences: false)
  var line = Array(lines[claim.place.line - 1])
  let start = claim.place.column - 1
  line.replaceSubrange(start..<start + claim.text.count, with: Array(text))
  lines[claim.place.line - 1] = Substring(String(line))
  return lines.joined(separator: "\n")
}
