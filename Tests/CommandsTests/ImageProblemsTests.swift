import Foundation
import TestSupport
import Testing

/// What happens to someone whose images or settings are not right: a sentence that teaches, the
/// exit code that stands for it, and no run's folder left behind.
@Suite struct ImageProblemsTests {
  private let program: Program

  /// Three classes of clothes of 28 × 28 and a table.
  init() throws {
    program = try Program()
    try program.copy("Tests/CommandsTests/Clothes", to: "clothes")
    try program.write(ExampleData.students, to: "students.csv")
  }

  private func copy(_ from: String, to name: String) throws {
    let to = program.folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: to.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.copyItem(at: program.folder.appendingPathComponent(from), to: to)
  }

  /// Trains with these flags and expects a refusal that leaves nothing behind.
  private func refuse(
    _ arguments: String..., status: Int32 = 64, saying texts: [String],
    location: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try program(["train"] + arguments + ["--epochs", "1", "--output", "new"])
    #expect(outcome.status == status, "\(outcome.errors)", sourceLocation: location)
    for text in texts {
      #expect(
        outcome.errors.contains(text), "\(text) in \(outcome.errors)", sourceLocation: location)
    }
    #expect(outcome.output.isEmpty && !program.exists("new"), sourceLocation: location)
  }

  private func base() throws {
    let base = try program(
      "train", "clothes", "--network", "cnn", "--epochs", "1", "--output", "base", "--quiet")
    #expect(base.status == 0, "\(base.errors)")
  }

  @Test func filesThatAreNoImagesAreNamed() throws {
    let bag = program.folder.appendingPathComponent("clothes/bag")
    let first = try #require(try FileManager.default.contentsOfDirectory(atPath: bag.path).first)
    let bytes = try program.bytes("clothes/bag/\(first)")
    try program.write(Array(bytes[..<(bytes.count / 2)]), to: "clothes/bag/half.jpg")
    try program.write([], to: "clothes/bag/nothing.jpg")
    var header = bytes
    let frame = try #require(bytes.indices.first { bytes[$0...].starts(with: [0xFF, 0xC0]) })
    header.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0xDC, 0xFF, 0xDC])
    try program.write(header, to: "clothes/bag/vast.jpg")
    try refuse(
      "clothes", status: 65,
      saying: [
        "clothes/bag/nothing.jpg: expected a JPEG, PNG or WebP image, found an empty file",
        "clothes/bag/vast.jpg: expected an image of at most 32768 pixels along a side",
        "found 65500 × 65500", "--skip-bad",
      ])
    let skipped = try program(
      "train", "clothes", "--skip-bad", "--epochs", "1", "--output", "run")
    #expect(skipped.status == 0)
    for name in ["half", "nothing", "vast"] {
      #expect(skipped.errors.contains("left out: clothes/bag/\(name).jpg"))
    }
    #expect(try !program.read("run/split.json").contains("half.jpg"))
  }

  @Test func foldersThatAreNoClassesAreExplained() throws {
    try copy("clothes/bag", to: "single/bag")
    try refuse(
      "single", status: 65, saying: ["at least two classes", "only `bag`", "Fix: add a folder"])
    try FileManager.default.createDirectory(
      at: program.folder.appendingPathComponent("clothes/hat"), withIntermediateDirectories: true)
    let trained = try program("train", "clothes", "--epochs", "1", "--output", "run")
    #expect(trained.status == 0)
    #expect(trained.errors.contains("folders without files, no classes: `hat`"))
    let name = try #require(
      try FileManager.default.contentsOfDirectory(
        atPath: program.folder.appendingPathComponent("clothes/bag").path
      ).first)
    try copy("clothes/bag/\(name)", to: "one/bag/\(name)")
    try refuse("one", status: 65, saying: ["found 1 rows in all"])
    try refuse(
      "clothes/bag/\(name)", status: 65,
      saying: ["found a JPEG image", "name the folder that holds"])
  }

  @Test func settingsThatDoNotGoWithTheDataAreRefused() throws {
    let table = ["no such setting for data that are no images of their own", "Fix: leave it out"]
    try refuse("students.csv", "--target", "passed", "--image-size", "20", saying: table)
    try refuse("students.csv", "--target", "passed", "--channels", "3", saying: table)
    try refuse(
      "students.csv", "--target", "passed", "--augment", "usual",
      saying: ["augment: expected no such setting for a table"])
    try refuse(
      "students.csv", "--target", "passed", "--network", "cnn",
      saying: [
        "network: expected images for cnn", "Fix: use dense, or give a folder of images",
      ])
    try refuse(
      "clothes", "--target", "bag", "--task", "regression",
      saying: [
        "target: expected no such setting for images", "task: expected a kind of classification",
      ])
    try refuse(
      "clothes", "--resampling", "cubic",
      saying: ["--resampling: expected one of bilinear, bicubic"])
    try refuse(
      "clothes", "--image-fit", "squeeze",
      saying: ["--image-fit: expected one of crop, middle, stretch"])
    try refuse(
      "clothes", "--task", "ordinal", saying: ["--task: expected one of regression, classification"]
    )
  }

  @Test(arguments: [
    ("rotate=200", "--augment: rotate: expected a number from 0 to 180 degrees, found 200"),
    ("crop=1", "--augment: crop: expected a number from 0 to 0.9, found 1.0"),
    ("brightness=-0.1", "--augment: brightness: expected a number from 0 to 1.0, found -0.1"),
    ("erase=nan", "--augment: erase: expected a number from 0 to 0.9"),
    ("flip,rotate", "rotate: expected a number from 0 to 180 degrees, found no number. Fix: such"),
    ("flip=diagonal", "--augment: flip: expected horizontal, vertical, both or none"),
    ("blur=1", "--augment: expected settings flip, rotate, crop"),
    ("", "--augment: expected usual, none or settings, found ''"),
  ])
  func augmentationsOutOfRangeAreRefused(_ setting: String, _ text: String) throws {
    try refuse("clothes", "--augment", setting, saying: [text])
  }

  @Test func networksThatDoNotFitLeaveNothingBehind() throws {
    let layers: [(layers: String, texts: [String])] = [
      (
        "{layer: conv2d, filters: 4, kernel_size: 31}, {layer: flatten}, {layer: dense, units: 3}",
        ["conv2d: convolution: expected a window that fits into the height of 28", "`same`"]
      ),
      (
        "{layer: reshape, shape: [28, 28]}, {layer: conv1d, filters: 4, kernel_size: [3, 5]}",
        ["network[1].kernel_size: expected one number of steps", "found [3, 5]", "ends in 2d"]
      ),
      (
        "{layer: conv1d, filters: 4, kernel_size: 3}",
        ["conv1d: expected sequences", "ends in 2d"]
      ),
      (
        "{layer: conv2d, filters: 4, kernel_size: 3}, {layer: dense, units: 3}",
        ["loss cross_entropy: expected an output [batch, classes]", "Fix: put a flatten"]
      ),
      (
        "{layer: flatten}, {layer: dense, units: 5}",
        ["network: expected", "to 3 outputs", "found one", "to 5", "Fix: give the last layer 3"]
      ),
      (
        "{layer: residual, layers: [{layer: conv2d, filters: 4, kernel_size: 3, padding: same}]}",
        ["residual: expected layers that keep the shape", "Conv2D with a kernel of 1"]
      ),
      (
        "{layer: conv2d, filters: 4, kernel_size: 3, padding: samee}",
        ["network[0].padding: expected one of valid, same, causal"]
      ),
    ]
    for (layers, texts) in layers {
      try program.write("network: [\(layers)]\n", to: "net.yaml")
      try refuse("clothes", "--config", "net.yaml", saying: texts)
    }
  }

  @Test func aModelToStartFromBringsItsLayersAndItsImages() throws {
    try base()
    let from = "no such setting beside --from"
    try refuse(
      "clothes", "--from", "base", "--network", "resnet", saying: ["network: expected \(from)"])
    try refuse("clothes", "--from", "base", "--hidden", "32", saying: ["hidden: expected \(from)"])
    try refuse(
      "clothes", "--from", "base", "--dropout", "0.5", saying: ["dropout: expected \(from)"])
    try refuse(
      "clothes", "--from", "base", "--image-size", "48", "--channels", "3",
      saying: [
        "image_size: expected 28x28, as the model of --from has it, found 48x48", "channels:",
        "Fix: leave it out",
      ])
    try refuse(
      "clothes", "--head", "new", saying: ["from: expected a model beside --freeze, --head"])
    try refuse(
      "clothes", "--from", "base", "--head", "old", saying: ["--head: expected one of keep, new"])
    try refuse(
      "clothes", "--from", "base", "--freeze", "eyes",
      saying: ["found 'eyes'", "its layers with weights are conv2d, conv2d_1, dense, dense_1"])
    try refuse(
      "clothes", "--from", "base", "--freeze", "dense_1", "--head", "new",
      saying: ["freeze: expected layers before the last, which a new one replaces, found 'dense_1'"]
    )
    try refuse(
      "clothes", "--from", "base", "--freeze", "conv2d,conv2d_1,dense,dense_1",
      saying: ["freeze: expected a layer that is left to learn"])
    try refuse(
      "students.csv", "--target", "passed", "--from", "base", "--head", "new", status: 65,
      saying: [
        "students.csv: expected images, found a table without a column of images. Fix: give images"
      ])
    let never = try program(
      "train", "clothes", "--from", "base", "--unfreeze", "--epochs", "1", "--output", "all")
    #expect(never.status == 0, "\(never.errors)")
    #expect(never.errors.contains("unfreeze: no layer of the model was frozen"))
  }

  /// Any size and any colours; never an image for a table or the other way round.
  @Test func predictionsTakeImagesOfAnySize() throws {
    try base()
    let sheet = try program("data", "preview", "clothes", "--output", "wide.png")
    #expect(sheet.status == 0)
    #expect(try program("predict", "base", "wide.png").status == 0)
    let text = try program("predict", "base", "students.csv")
    #expect(text.status == 65 && text.errors.contains("expected a column of paths of images"))
    let row = try program("predict", "base", "--input", "hours=1")
    #expect(row.status == 65 && row.errors.contains("Fix: give an image file"))
    let table = try program(
      "train", "students.csv", "--target", "passed", "--epochs", "1", "--output", "table")
    #expect(table.status == 0, "\(table.errors)")
    for (images, said) in [
      ("wide.png", "expected rows as text (CSV), found a PNG image"),
      ("clothes", "expected a table, as in training"),
    ] {
      let refused = try program("predict", "table", images)
      #expect(refused.status == 65)
      #expect(refused.errors.contains("\(images): \(said)"))
    }
  }

  /// The preprocessing and the frozen layers are the model's: another one must not slip in.
  @Test func aRunGoesOnFromTheModelItBeganWithOnly() throws {
    try base()
    let begun = try program(
      "train", "clothes", "--from", "base", "--epochs", "1", "--output", "run", "--quiet")
    #expect(begun.status == 0, "\(begun.errors)")
    let again = try program(
      "train", "clothes", "--network", "cnn", "--epochs", "2", "--seed", "2", "--output", "base",
      "--force", "--quiet")
    #expect(again.status == 0, "\(again.errors)")
    let refused = try program("resume", "run")
    #expect(refused.status == 65)
    #expect(
      refused.errors.contains("base/model.safetensors: expected the model that the run began with"))
    #expect(refused.errors.contains("Fix: bring that model back"))
  }
}
