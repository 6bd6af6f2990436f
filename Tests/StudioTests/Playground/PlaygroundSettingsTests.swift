import Engine
import Networks
import Testing
import Training

@testable import Studio

@Suite struct PlaygroundSettingsTests {
  private func read(_ text: String) throws -> PlaygroundSettings {
    try JSONText.decode(PlaygroundSettings.self, from: text, at: "settings")
  }

  @Test(arguments: [
    #"{"data":{"count":120,"noise":0.25,"plane":"exclusive_or"},"run":{"learning_rate":0.03}}"#,
    #"{"data":{"kind":"classes","points":[[0,1,"a"],[1.5,-2,"b"]]},"run":{}}"#,
    #"{"data":{"kind":"numbers","points":[[0,1,0.5],[1,2,3]]},"run":{"seed":7}}"#,
    #"{"data":{"columns":["a","b"],"csv":"a,b,c\n1,2,x\n","name":"t.csv","target":"c"},"run":{}}"#,
    #"{"data":{"count":60,"made":"waves","noise":0.2},"run":{"learning_rate":0.03}}"#,
    #"{"data":{"columns":["a","b"],"path":"t.csv","target":"c"},"run":{}}"#,
    #"{"data":{"path":"photos"},"run":{"image_size":16}}"#,
    #"{"data":{"count":300,"noise":0.1,"plane":"moons"},"edits":[{"step":3,"setting":"l2","value":0.1},{"place":[0,1],"step":4,"value":0.5,"weight":"dense/kernel"}],"run":{}}"#,
  ])
  func settingsAreReadAsTheyAreWritten(_ text: String) throws {
    let settings = try read(text)
    let written = try JSONText.encode(settings)
    let again = try read(written)
    #expect(again.data == settings.data)
    #expect(again.edits == settings.edits)
    #expect(try JSONText.encode(again.run) == JSONText.encode(settings.run))
    #expect(try JSONText.encode(again) == written)
    // Nothing is written that need not be.
    #expect(written.count <= text.count + 12)
  }

  @Test(arguments: [
    (#"{"data":{"plane":"spiral"}}"#, "spirals"),
    (#"{"data":{"plane":"spirals","nois":0.1}}"#, "noise"),
    (#"{"data":{"plane":"spirals","kind":"classes"}}"#, "kind"),
    (#"{"data":{}}"#, "plane"),
    (#"{"data":{"plane":"spirals"},"rum":{}}"#, "run"),
    (#"{"data":{"plane":"spirals"},"run":{"learning_rat":1}}"#, "learning_rate"),
  ])
  func unknownNamesAreRefusedWithTheNearest(text: String, near: String) {
    let problem = #expect(throws: Problem.self) { try read(text) }
    #expect(problem?.description.contains(near) == true)
  }

  @Test(arguments: [
    (#"{"data":{"plane":"spirals","noise":2}}"#, "noise"),
    (#"{"data":{"plane":"spirals","count":5001}}"#, "5000"),
    (#"{"data":{"plane":"spirals","count":0}}"#, "count"),
    (#"{"data":{"points":[[0,1,"a,b"],[1,1,"c"]]}}"#, "point 1"),
    (#"{"data":{"points":[[0,1,"a"],[1,1,"x"]],"kind":"numbers"}}"#, "number"),
    (#"{"data":{"plane":"spirals"},"run":{"data":"/etc/passwd"}}"#, "data"),
    (#"{"data":{"plane":"spirals"},"run":{"from":"runs/digits"}}"#, "from"),
    (#"{"data":{"plane":"spirals"},"run":{"output":"runs/digits"}}"#, "output"),
    (#"{"data":{"plane":"spirals"},"run":{"test":"/etc/passwd"}}"#, "test"),
    (#"{"data":{"plane":"spirals"},"run":{"hidden":[500,500]}}"#, "200000"),
    (
      #"{"data":{"csv":"a,c\n5,x\n2,y\n7,x\n2,y\n5,x\n7,y\n3,x\n3,y\n","target":"c","columns":["a","b"]}}"#,
      "numeric"
    ),
    (#"{"data":{"plane":"spirals"},"run":{"sequence":"x..y"}}"#, "sequence"),
    (#"{"data":{"made":"strokes","count":5001}}"#, "5000"),
    (#"{"data":{"path":"/nonexistent.csv","target":"y"}}"#, "/nonexistent.csv"),
    (#"{"data":{"csv":"a,b,c\n1,2,x\n","target":"d"}}"#, "d"),
    (
      #"{"data":{"plane":"spirals"},"edits":[{"step":3,"weight":"dense/kern","place":[0],"value":1}]}"#,
      "dense/kernel"
    ),
    (#"{"data":{"plane":"spirals"},"edits":[{"step":3,"setting":"l2","value":-1}]}"#, "l2"),
  ])
  func whatCannotBePlayedWithIsRefused(text: String, about: String) throws {
    let settings = try read(text)
    let problem = #expect(throws: Problem.self) { try Playground(settings) }
    #expect(problem?.description.contains(about) == true, "\(problem?.description ?? "")")
  }

  @Test func aTableWithoutTwoNumbersHasNoPlaneAndSaysWhy() throws {
    let csv = "a,c\n" + (0..<40).map { "\($0),\($0 % 2 == 0 ? "x" : "y")\n" }.joined()
    let playground = try Playground(
      PlaygroundSettings(data: .table(.init(csv: csv, name: "t.csv", target: "c", columns: nil))))
    #expect(try playground.network().noPlane?.contains("no plane") == true)
    var wishes = FrameWishes()
    wishes.row = 3
    let frame = try playground.frame(wishes)
    #expect(frame.surface == nil && frame.example?.answers?.count == 2)
  }

  @Test func aTableIsPlayedWithOnTwoOfItsColumns() throws {
    var csv = "a,colour,b,c,y\n"
    for row in 0..<60 {
      csv += "\(row * 13 % 50),\(row % 3 == 0 ? "red" : "green"),\(row * 7 % 20),\(row % 5),"
      csv += "\(row % 2 == 0 ? "yes" : "no")\n"
    }
    var settings = PlaygroundSettings(
      data: .table(.init(csv: csv, name: "t.csv", target: "y", columns: ["b", "a"])))
    settings.run.network.hidden = [4]
    let playground = try Playground(settings)
    try playground.advance(steps: 10)
    let points = try playground.points()
    #expect(points.x?.name == "b" && points.y?.name == "a")
    #expect(points.labels.sorted() == ["no", "yes"])
    #expect(points.parts.count == 60 && Set(points.parts) == ["train", "validation", "test"])
    #expect(points.ys == (0..<60).map { Double($0 * 13 % 50) })
    #expect(try playground.frame(.init()).pictures?.count == 5)
  }
}
