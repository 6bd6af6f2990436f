import Engine
import Testing

@testable import Datasets

@Suite struct SplitManifestTests {
  private let split = Split(train: [0, 1, 2, 5, 7, 8], validation: [3, 9], test: [4, 6])
  private let file = SplitManifest.File(name: "d.csv", sha256: SHA256.hex("data".utf8))

  private func parse(_ text: String) throws -> SplitManifest {
    try SplitManifest(json: Array(text.utf8))
  }

  @Test func roundTrip() throws {
    let manifest = SplitManifest(
      split, rows: 10, files: [file], seed: UInt64.max, fractions: [0.6, 0.2, 0.2],
      stratified: true)
    let json = try manifest.json()
    let text = String(decoding: json, as: UTF8.self)
    #expect(text.contains("\"train\":[[0,2],5,7,8]"))
    #expect(text.contains("\"version\":1"))
    let read = try SplitManifest(json: json)
    #expect(read == manifest)
    #expect(try read.split(rows: 10, files: [file]) == split)
    // SHA-256 of 4 and 6, each as eight bytes, the lowest first.
    #expect(
      read.sha256?["test"] == SHA256.hex([4, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0]))
  }

  @Test(arguments: 0..<20) func drawnSplitsRoundTrip(seed: UInt64) throws {
    let split = try Split(count: 50 + Int(seed) * 37, seed: seed)
    let count = 50 + Int(seed) * 37
    let json = try SplitManifest(split, rows: count, files: [], seed: seed).json()
    #expect(try SplitManifest(json: json).split(rows: count) == split)
  }

  @Test func writtenByHand() throws {
    #expect(
      try parse(#"{"train": [[0, 3], 7], "test": [5, 4]}"#).split(rows: 8)
        == Split(train: [0, 1, 2, 3, 7], test: [5, 4]))
    #expect(
      try parse(#"{"train": [1], "validation": [0]}"#).split(rows: 2)
        == Split(train: [1], validation: [0]))
  }

  @Test func badLists() {
    let rows = 10
    for (text, expected) in [
      (
        #"{"train": [0, 10]}"#,
        "split manifest: train: expected row numbers from 0 to 9, found 10. "
          + "Fix: count data rows from 0, without the header."
      ),
      (
        #"{"train": [-1]}"#,
        "split manifest: expected row numbers counted from 0, or [first, last] for a run of them, "
          + "found -1."
      ),
      (
        #"{"train": [[0, 5]], "test": [9, 5]}"#,
        "split manifest: test: expected every row at most once, found row 5 also in train. "
          + "Fix: remove it from one list."
      ),
      (
        #"{"train": [3, 3]}"#,
        "split manifest: train: expected every row at most once, found row 3 twice. "
          + "Fix: remove it from one list."
      ),
      (
        #"{"train": [], "test": [1]}"#,
        "split manifest: train: expected at least one row, found none."
      ),
      (
        #"{"train": [[5, 2]]}"#,
        "split manifest: expected row numbers counted from 0, or [first, last] for a run of them, "
          + "found [5, 2]."
      ),
      (
        #"{"train": [[0, 9000000000000]]}"#,
        "split manifest: train: expected row numbers from 0 to 9, found 9000000000000. "
          + "Fix: count data rows from 0, without the header."
      ),
      (
        #"{"version": 3, "train": [1]}"#,
        "split manifest: expected version 1 or 2, found version 3. Fix: use a newer Glassbox."
      ),
      (
        #"{"version": 2, "seed": 1, "fractions": [0.7, 0.3]}"#,
        "split manifest: expected `seed`, three `fractions` and `sha256` to draw the parts again, "
          + "found not all of them. Fix: restore the file."
      ),
      (
        #"{"version": 2, "seed": 1, "fractions": [0.7, 0.2, 0.1], "sha256": {}}"#,
        "split manifest: expected lists of the rows of each part, found only how they are drawn. "
          + "Fix: use it with the `memory` that it was made with."
      ),
      (
        #"{"test": [1]}"#,
        "split manifest: expected a split manifest in JSON: lists of row numbers `train`, "
          + "`validation`, `test`, found no `train`."
      ),
      (
        #"{"train": 5}"#,
        "split manifest: expected a split manifest in JSON: lists of row numbers `train`, "
          + "`validation`, `test`, found something else at `train`."
      ),
      (
        "train = 1",
        "split manifest: expected a split manifest in JSON: lists of row numbers `train`, "
          + "`validation`, `test`, found text that is not JSON."
      ),
    ] as [(String, String)] {
      #expect(message { _ = try parse(text).split(rows: rows) } == expected)
    }
  }

  @Test func otherData() throws {
    let manifest = SplitManifest(split, rows: 10, files: [file])
    #expect(
      message { _ = try manifest.split(rows: 11) }
        == "split manifest: expected data with 10 rows, found 11. "
        + "Fix: use the data the split was drawn from.")
    let other = SplitManifest.File(name: "d.csv", sha256: SHA256.hex("other".utf8))
    #expect(
      message { _ = try manifest.split(rows: 10, files: [other]) }
        == "split manifest: expected `d.csv` with SHA-256 \(file.sha256), found \(other.sha256). "
        + "Fix: use the data the split was drawn from.")
    let text = String(decoding: try manifest.json(), as: UTF8.self)
    let changed = text.replacing("\"test\":[4,6]", with: "\"test\":[6]")
    #expect(changed != text)
    #expect(
      message { _ = try parse(changed).split(rows: 10) }.hasSuffix(
        "Fix: restore the list, or remove `sha256` to use the changed one."))
  }
}
