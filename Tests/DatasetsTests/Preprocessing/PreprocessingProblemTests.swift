import Engine
import Testing

@testable import Datasets

@Suite struct PreprocessingProblemTests {
  private func table(_ text: String) throws -> DataTable { try DataTable(reading: source(text)) }

  private func fit(
    _ text: String, target: String = "y", task: LearningTask.Choice? = nil, rows: [Int]? = nil
  ) throws -> Preprocessing {
    var options = PreprocessingOptions()
    options.task = task
    return try Preprocessing(fitting: table(text), target: target, rows: rows, options: options)
  }

  @Test func targetsThatCannotBeLearned() {
    for (text, task, expected) in [
      (
        "x,y\n1,a\n2,a\n", nil,
        "data.csv, column `y`: expected at least two classes, found only `a`. "
          + "Fix: add rows of another class, or name another target."
      ),
      (
        "x,y\n1,4\n2,4\n", nil,
        "data.csv, column `y`: expected at least two classes, found only `4`. "
          + "Fix: add rows of another class, or name another target."
      ),
      (
        "x,y\n1,4\n2,4\n", .regression,
        "data.csv, column `y`: expected different values to learn, found 4 in every training row. "
          + "Fix: name another target."
      ),
      (
        "x,y\n1,a\n2,b\n", .regression,
        "data.csv, column `y`: expected numbers for regression, found text. "
          + "Fix: choose classification."
      ),
      (
        "x,y\n1,a\n1,b\n", nil,
        "data.csv: expected at least one input column beside `y`, "
          + "found x: left out: 1 in every training row. Fix: add columns that tell the rows apart."
      ),
      (
        "y\na\nb\n", nil,
        "data.csv: expected at least one input column beside `y`, found none. "
          + "Fix: add columns that tell the rows apart."
      ),
      (
        "x,z\n1,a\n", nil,
        "data.csv: expected a column `y`, found columns `x`, `z`. "
          + "Fix: check the spelling of the column name."
      ),
    ] as [(String, LearningTask.Choice?, String)] {
      #expect(message { _ = try fit(text, task: task) } == expected)
    }
  }

  @Test func laterFilesAreReadAgainstTheModel() throws {
    let fitted = try fit("id,n,c,y\n1,1,red,a\n1,2,blue,b\n1,3,red,a\n1,5,blue,b\n")
    let options = fitted.tableOptions(needsTarget: true)
    // Other order, an extra column, and a dropped column missing: all fine.
    let good = try DataTable(reading: source("c,y,extra,n\nblue,a,x,7\n"), options: options)
    #expect(try fitted.encode(good)[0].suffix(2) == [1, 0])
    #expect(try fitted.encodeTargets(good)[0] == [0])

    #expect(
      message {
        _ = try DataTable(reading: source("n,c,y\n1,red,a\nx,pink,z\n2,red,\n"), options: options)
      }
        == "data.csv:3:1: expected a finite number in column `n`, found `x`. Fix: correct it, or "
        + "leave the cell empty if the value is missing.")
    #expect(
      message { _ = try DataTable(reading: source("n,y\n1,a\n"), options: options) }
        == "data.csv:1: expected a column `c`, found columns `n`, `y`. "
        + "Fix: add the column or correct its name.")

    let noTarget = try DataTable(
      reading: source("n,c\n1,red\n"), options: fitted.tableOptions(needsTarget: false))
    #expect(try fitted.encode(noTarget).count == 1)
    // The target is neither needed nor looked at.
    let unknown = try DataTable(
      reading: source("n,c,y\n1,pink,TBD\n"), options: fitted.tableOptions(needsTarget: false))
    #expect(try fitted.encode(unknown)[0].suffix(2) == [0, 0])
    #expect(
      message { _ = try fitted.encode(unknown, strict: true) }
        == "data.csv:2, column `c`: expected one of `blue`, `red`, found `pink`. "
        + "Fix: correct it, train with rows of it, or leave `strict` out to have it answered and counted."
    )
    #expect(
      message { _ = try DataTable(reading: source("n,cc,y\n1,red,a\n"), options: options) }
        == "data.csv:1: expected a column `c`, found columns `n`, `cc`, `y`. "
        + "Fix: add the column or correct its name.")
  }

  @Test func atMostTwentyProblemsAndTheirCount() throws {
    let fitted = try fit("n,n2,y\n1,5,a\n2,6,b\n")
    let text = "n,n2,y\n" + String(repeating: "x,t,a\n", count: 30)
    let options = fitted.tableOptions(needsTarget: true)
    let lines = message { _ = try DataTable(reading: source(text), options: options) }
      .split(separator: "\n")
    #expect(lines.count == 21)
    #expect(lines[0].hasPrefix("data.csv:2:1: ") && lines[1].hasPrefix("data.csv:2:3: "))
    #expect(lines[19].hasPrefix("data.csv:11:3: "))
    #expect(lines[20] == "data.csv: expected no more problems, found 40 more.")
  }

  @Test func classesThatTrainingNeverSaw() throws {
    let data = try table("x,y\n1,a\n2,b\n3,c\n")
    let fitted = try Preprocessing(fitting: data, target: "y", rows: [0, 1])
    #expect(
      message { _ = try fitted.encodeTargets(data) }
        == "data.csv:4, column `y`: expected one of the classes `a`, `b`, found `c`. "
        + "Fix: correct it, or train with rows of this class.")
  }

  @Test func numbersTooLargeForTheNetwork() throws {
    let data = try table("x,y\n1,a\n2,b\n1e300,a\n")
    let fitted = try Preprocessing(fitting: data, target: "y", rows: [0, 1])
    #expect(
      message { _ = try fitted.encode(data) }
        == "data.csv:4, column `x`: expected a number that fits in 32 bits when scaled, "
        + "found 1e+300. Fix: correct the value or measure it in a larger unit.")
  }

  @Test func singleRows() throws {
    let text = "n,c,y\n1,red,a\n2,blue,b\n4,,a\n,red,b\n"
    let fitted = try fit(text)
    let data = try fitted.encode(table(text))
    #expect(try fitted.encode(row: ["n": "2", "c": " blue "]) == data[1])
    #expect(try fitted.encode(row: ["n": .number(2), "c": .text("blue")]) == data[1])
    #expect(try fitted.encode(row: ["n": .number(4), "c": .missing, "more": .missing]) == data[2])
    #expect(try fitted.encode(row: ["n": "NA", "c": "red"]) == data[3])
    #expect(
      message { _ = try fitted.encode(row: ["n": "two", "d": "red"]) }
        == "row, column `n`: expected a finite number, found `two`. "
        + "Fix: correct it, or give null if the value is missing.\n"
        + "row, column `c`: expected a value, or null for a missing one, found no such column. "
        + "Fix: add `c` to the row.")
    #expect(
      message { _ = try fitted.encode(row: ["n": "2", "cc": "red"]) }
        == "row, column `c`: expected a value, or null for a missing one, found no such column. "
        + "Fix: add `c` to the row.")
    #expect(
      message { _ = try fitted.encode(row: ["n": .number(.infinity), "c": .text("pink")]) }
        == "row, column `n`: expected a finite number, found `infinity`. "
        + "Fix: correct it, or give null if the value is missing.")
  }
}
