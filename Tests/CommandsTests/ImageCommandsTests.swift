import Codecs
import Foundation
import Glassbox
import TestSupport
import Testing

@testable import Commands

/// A folder of real JPEG files through every command: three classes of Fashion-MNIST, 24 images
/// each, made by `Scripts/fashion_folder.py`.
@Suite struct ImageCommandsTests {
  private func program() throws -> Program {
    let program = try Program()
    try program.copy("Tests/CommandsTests/Clothes", to: "clothes")
    return program
  }

  private func shares(_ prediction: Any) throws -> [String: Double] {
    try #require((prediction as? [String: Any])?["probabilities"] as? [String: Double])
  }

  private func predictions(_ outcome: Program.Outcome) throws -> [[String: Double]] {
    try #require(outcome.json()["predictions"] as? [Any]).map(shares)
  }

  /// One file, many files, a folder and the library: the same bits; any number of threads: the same
  /// weights.
  @Test func probabilitiesAreTheSameEverywhere() throws {
    let program = try program()
    var hashes: Set<String> = []
    for threads in ["1", "2"] {
      let trained = try program(
        "train", "clothes", "--network", "cnn", "--epochs", "4", "--augment", "usual", "--threads",
        threads, "--output", "run\(threads)", "--json", "--quiet")
      #expect(trained.status == 0, "\(trained.errors)")
      hashes.insert(try #require(trained.json()["weights_sha256"] as? String))
    }
    #expect(hashes.count == 1)
    let page = try program.read("run1/report.html")
    #expect(page.contains("The SHA-256 of each of the 72 files is in <code>run1/split.json"))
    #expect(page.components(separatedBy: "SHA-256").count < 6, "not one for each image")

    let whole = try program("predict", "run1", "clothes", "--json")
    let files = try #require(whole.json()["files"] as? [String])
    #expect(files.count == 72)
    let expected = try predictions(whole)
    let model = try TrainedModel(
      path: program.folder.appendingPathComponent("run1/model.safetensors").path,
      decoders: .standard)
    let predictor = try Predictor(model.model)
    for place in [0, 30, 71] {
      let alone = try program("predict", "run1", files[place], "--json")
      #expect(try predictions(alone) == [expected[place]])
      let answers = try model.predict(images: [program.bytes(files[place])])
      let own = try JSONSerialization.jsonObject(with: JSONEncoder().encode(answers)) as? [Any]
      #expect(try shares(#require(own?.first)) == expected[place])
    }
    try evaluationAgrees(program, model, predictor, files, expected)
  }

  /// A table that names images in a column: trained, scored, answered, traced and reported by file, as
  /// the folder of the same images is.
  @Test func aTableMayNameImages() throws {
    let program = try program()
    let listed = try program("predict", "none", "clothes").errors
    #expect(!listed.isEmpty)
    let root = program.folder.appendingPathComponent("clothes")
    let classes = try FileManager.default.contentsOfDirectory(atPath: root.path).sorted()
    var rows = ["file,kind,weight"]
    for name in classes {
      let folder = root.appendingPathComponent(name).path
      for file in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
        rows.append("clothes/\(name)/\(file),\(name),\(rows.count)")
      }
    }
    try program.write(rows.joined(separator: "\n") + "\n", to: "clothes.csv")
    let trained = try program(
      "train", "clothes.csv", "--target", "kind", "--epochs", "1", "--output", "table", "--json",
      "--quiet")
    let ofFolder = try program(
      "train", "clothes", "--epochs", "1", "--output", "folder", "--json", "--quiet")
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(
      try trained.json()["weights_sha256"] as? String == ofFolder.json()["weights_sha256"]
        as? String)
    let answers = try program("predict", "table", "clothes.csv", "--json")
    #expect(answers.status == 0, "\(answers.errors)")
    #expect(
      try answers.json()["files"] as? [String]
        == rows.dropFirst().map { String($0.split(separator: ",")[0]) })
    let scored = try program("evaluate", "table", "clothes.csv", "--json")
    #expect(scored.status == 0, "\(scored.errors)")
    #expect(try scored.json()["rows"] as? Int == 72)
    let trace = try program("trace", "table", "--row", "30")
    #expect(trace.output.contains(String(rows[30].split(separator: ",")[0])))
    #expect(try program.read("table/report.html").contains("clothes/\(classes[0])/"))
  }

  /// Columns beside the image are inputs too, in every command, and what comes without them is answered.
  @Test func aTableMayHaveColumnsBesideImages() throws {
    let program = try program()
    var rows = ["file,size,kind"]
    for name in ["bag", "trouser"] {
      let folder = program.folder.appendingPathComponent("clothes/\(name)").path
      for file in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
        rows.append("clothes/\(name)/\(file),\(["S", "M", "L"][rows.count % 3]),\(name)")
      }
    }
    try program.write(rows.joined(separator: "\n") + "\n", to: "clothes.csv")
    for network in ["cnn", "resnet", "dense"] {
      let trained = try program(
        "train", "clothes.csv", "--target", "kind", "--epochs", "1", "--image-size", "8",
        "--network", network, "--augment", "flip", "--output", network)
      #expect(trained.status == 0, "\(trained.errors)")
    }
    let page = try program.read("cnn/report.html")
    #expect(page.contains("and 3 inputs beside them"))
    #expect(try program("inspect", "cnn").output.contains("image_branch"))
    let scored = try program("evaluate", "cnn", "clothes.csv", "--json")
    #expect(scored.status == 0, "\(scored.errors)")
    #expect(try scored.json()["rows"] as? Int == rows.count - 1)
    #expect(try program("trace", "cnn", "--row", "3").status == 0)

    // A size that training did not see, no image, an image that is not there.
    let image = String(rows[1].split(separator: ",")[0])
    try program.write(
      "file,size\n\(image),XL\n,S\nclothes/gone.jpg,S\n\(image),S\n", to: "new.csv")
    let answers = try program(
      "predict", "cnn", "new.csv", "--output", "answers.csv", "--keep", "size", "--json")
    #expect(answers.status == 65)
    #expect(answers.errors.contains("2 of 4 have no answer"))
    #expect(answers.errors.contains("new.csv:3, column `file`: expected the path of an image"))
    #expect(answers.errors.contains("column `size`: 1 cell was not seen in training"))
    let predictions = try #require(answers.json()["predictions"] as? [[String: Any]])
    #expect(predictions.map { $0["label"] != nil } == [true, false, false, true])
    #expect(try program.read("answers.csv").contains("\(image),XL,"))
    #expect(try program("predict", "cnn", "new.csv", "--strict").errors.contains("new.csv:3"))
    try program.write("file,size\n\(image),XL\n", to: "large.csv")
    #expect(try program("predict", "cnn", "large.csv", "--strict").errors.contains("`XL`"))

    for words in [
      ["predict", "cnn", image], ["evaluate", "cnn", image], ["evaluate", "cnn", "clothes/bag"],
      ["trace", "cnn", image, "--target", "bag"],
    ] {
      let outcome = try program(words)
      #expect(outcome.status == 0, "\(words): \(outcome.errors)")
      #expect(outcome.errors.contains("taken as missing: `size`"), "\(words)")
      let strict = try program(words + ["--strict"])
      #expect(strict.status == 65 && strict.errors.contains("images alone"), "\(words)")
    }
    let model = try TrainedModel(
      path: program.folder.path + "/cnn/model.safetensors", decoders: .standard)
    let bytes = try program.bytes(image)
    let whole = try model.predict(image: bytes, beside: ["size": "S"])
    let listed = try #require(predictions[3]["probabilities"] as? [String: Double])
    #expect(try shares(JSONSerialization.jsonObject(with: JSONEncoder().encode(whole))) == listed)
    #expect(try model.predict(image: bytes).notes?.first?.contains("missing: `size`") == true)
    #expect(throws: Problem.self) { try model.predict(image: bytes, beside: [:]) }

    try program.write(
      "network:\n  - {layer: conv2d, filters: 2, kernel_size: 3}\n", to: "layers.yaml")
    let mistaken = try program(
      "train", "clothes.csv", "--target", "kind", "--config", "layers.yaml", "--output", "x")
    #expect(mistaken.status != 0)
    #expect(mistaken.errors.contains("image_branch as the first layer"), "\(mistaken.errors)")
  }

  /// How large an image may be is a setting of whatever reads one.
  @Test func theLimitOfPixelsIsSaidEverywhere() throws {
    let program = try program()
    let trained = try program("train", "clothes", "--epochs", "1", "--output", "run", "--quiet")
    #expect(trained.status == 0, "\(trained.errors)")
    // Pillow: Image.new("RGB", (1000, 1025)).save("bag.webp", lossless=True)
    let large = try #require(
      Data(
        base64Encoded:
          "UklGRkwAAABXRUJQVlA4TEAAAAAv5wMAAQcQEf0PCEiS/u8PjOh/xn/+85///Oc///nPf/7zn//85z//+c9//vOf//znP//5z3/+85///Oc//9cE"
      ))
    try program.write([UInt8](large), to: "large/bag.webp")
    for words in [
      ["predict", "run", "large/bag.webp"], ["predict", "run", "large"],
      ["evaluate", "run", "large/bag.webp", "--target", "bag"],
      ["trace", "run", "large/bag.webp", "--target", "bag"],
    ] {
      #expect(try program(words).status == 0, "\(words)")
      let refused = try program(words + ["--image-limit", "1"])
      #expect(refused.status == 65, "\(words)")
      #expect(refused.errors.contains("at most 1 million pixels, found 1000 × 1025"))
      #expect(refused.errors.contains("raise --image-limit"))
    }
  }

  /// The batches of an evaluation hold the numbers that a prediction alone gives.
  private func evaluationAgrees(
    _ program: Program, _ model: TrainedModel, _ predictor: Predictor, _ files: [String],
    _ expected: [[String: Double]]
  ) throws {
    let data = try PreparedData.read(
      program.folder.appendingPathComponent("clothes").path,
      with: model.preprocessing,
      decoders: .standard)
    let batched = try predictor.predict(data)
    let single = try (0..<data.count).flatMap { try predictor(data.inputs[$0]) }
    #expect(batched == single)
    let right = zip(files, expected).count { file, shares in
      shares.max { $0.value < $1.value }?.key == String(file.split(separator: "/")[1])
    }
    let evaluated = try program("evaluate", "run1", "clothes", "--json")
    let accuracy = try #require(evaluated.json()["accuracy"] as? Double)
    #expect(abs(accuracy - Double(right) / 72) < 1e-12)
    #expect(accuracy > 0.8)
  }

  @Test func cachesChangeNothing() throws {
    let program = try program()
    let whole = try program(
      "train", "clothes", "--epochs", "3", "--patience", "0", "--augment", "flip,erase=0.2",
      "--cache-memory", "0", "--cache-disk", "0", "--output", "whole", "--json", "--quiet")
    #expect(whole.status == 0, "\(whole.errors)")
    let cached = try program(
      "train", "clothes", "--epochs", "3", "--patience", "0", "--augment", "flip,erase=0.2",
      "--output", "cached", "--json", "--quiet")
    let hash = try #require(whole.json()["weights_sha256"] as? String)
    #expect(try cached.json()["weights_sha256"] as? String == hash)
    let other = try program(
      "train", "clothes", "--epochs", "3", "--patience", "0", "--output", "plain", "--json",
      "--quiet")
    #expect(try other.json()["weights_sha256"] as? String != hash)
  }

  @Test func badFilesAreNamedAndSkippedWhenAsked() throws {
    let program = try program()
    try program.write("no image", to: "clothes/bag/notes.jpg")
    try program.write([0xFF, 0xD8, 0xFF, 0xE0], to: "clothes/trouser/cut.jpg")
    let refused = try program("train", "clothes", "--output", "run")
    #expect(refused.status == 65)
    #expect(refused.errors.contains("clothes/bag/notes.jpg: expected a JPEG, PNG or WebP image"))
    #expect(refused.errors.contains("clothes/trouser/cut.jpg: expected an intact JPEG image"))
    #expect(refused.errors.contains("--skip-bad"))
    let trained = try program(
      "train", "clothes", "--skip-bad", "--epochs", "1", "--output", "run", "--json")
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(trained.errors.contains("left out: clothes/bag/notes.jpg"))
    let manifest = try program.read("run/split.json")
    #expect(manifest.contains("bag/") && !manifest.contains("notes.jpg"))
    let predicted = try program("predict", "run", "clothes/bag/notes.jpg")
    #expect(predicted.status == 65)
    #expect(try program("evaluate", "run", "clothes").status == 65)
    #expect(try program("evaluate", "run", "clothes", "--skip-bad").status == 0)
  }

  @Test func previewsAreDrawn() throws {
    let program = try program()
    let drawn = try program(
      "data", "preview", "clothes", "--augment", "usual", "--images", "2", "--variants", "3",
      "--output", "sheet.png")
    #expect(drawn.status == 0, "\(drawn.errors)")
    #expect(drawn.output.contains("row 1: bag\nrow 2: sneaker\nrow 3: trouser\n"))
    let sheet = try ImageFile.decode(program.bytes("sheet.png"))
    // Tiles of 28 pixels drawn twice as large, 3 between them.
    #expect(sheet.height == 3 * 59 + 3)
    #expect(sheet.width == 8 * 59 + 3)
    #expect(Set(sheet.bytes).count > 50)
    #expect(
      try program("data", "preview", "clothes", "--output", "sheet.png").status == 73)
    let facts = try program(
      "data", "preview", "clothes", "--images", "2", "--output", "sheet.png", "--force", "--json"
    ).json()
    #expect(facts["rows"] as? [String] == ["bag", "sneaker", "trouser"])
    #expect(facts["sheet"] as? String == "sheet.png" && facts["variants"] as? Int == 0)
    #expect(try program("data", "clothes").output.contains("images: 28 × 28, grey"))
  }

  /// Frozen means frozen: not a bit of another tensor changes, running statistics included.
  @Test func transferLearnsTheLastLayerOnly() throws {
    let program = try program()
    let fresh = program.folder.appendingPathComponent("two")
    try FileManager.default.createDirectory(at: fresh, withIntermediateDirectories: true)
    for name in ["bag", "trouser"] {
      try FileManager.default.copyItem(
        at: program.folder.appendingPathComponent("clothes/\(name)"),
        to: fresh.appendingPathComponent("\(name)s"))
    }
    let base = try program(
      "train", "clothes", "--network", "resnet", "--epochs", "1", "--output", "base", "--json",
      "--quiet")
    #expect(base.status == 0, "\(base.errors)")
    let refused = try program("train", "two", "--from", "base", "--output", "none")
    #expect(refused.status == 64)
    #expect(refused.errors.contains("set --head new"))
    let wrong = try program(
      "train", "two", "--from", "base", "--head", "new", "--freeze", "conv", "--output", "none")
    #expect(wrong.errors.contains("its layers with weights are conv2d"))

    let changes = try tensors(
      program(
        "train", "two", "--from", "base", "--head", "new", "--freeze", "all-but-last", "--epochs",
        "2", "--output", "head", "--json", "--quiet"))
    #expect(changes.keys.contains { $0.hasSuffix("moving_mean") })
    #expect(
      changes.filter(\.value).keys.sorted() == ["dense/bias", "dense/kernel"])
    let page = try program.read("head/report.html")
    #expect(page.contains("Training started from <code>base</code>."))
    #expect(page.contains("None of the \(changes.count - 2) frozen ones changed."))
    for (name, isChanged) in changes {
      let row = try #require(page.components(separatedBy: "<tr>").last { $0.contains(">\(name)<") })
      #expect(row.contains(">\(isChanged ? "changed" : "unchanged")<"))
      #expect(row.contains("<strong>frozen</strong>") != isChanged)
    }
    let tuned = try tensors(
      program(
        "train", "two", "--from", "head", "--unfreeze", "--epochs", "2", "--output", "tuned",
        "--json", "--quiet"))
    #expect(tuned.values.allSatisfy { $0 })
    let rate =
      try #require(
        JSONSerialization.jsonObject(with: Data(program.read("tuned/config.json").utf8))
          as? [String: Any])["learning_rate"] as? Double
    let usual =
      try #require(
        JSONSerialization.jsonObject(with: Data(program.read("head/config.json").utf8))
          as? [String: Any])["learning_rate"] as? Double
    #expect(try abs(#require(rate) * 10 - #require(usual)) < 1e-12)
    #expect(try program("train", "two", "--freeze", "all-but-last").status == 64)
  }

  /// Whether each tensor was changed, as the report says and as its hashes say.
  private func tensors(_ outcome: Program.Outcome) throws -> [String: Bool] {
    #expect(outcome.status == 0, "\(outcome.errors)")
    let tensors = try #require(outcome.json()["tensors"] as? [[String: Any]])
    return try Dictionary(
      uniqueKeysWithValues: tensors.map { tensor in
        let (before, after) = (tensor["before"] as? String, tensor["after"] as? String)
        let changed = try #require(tensor["changed"] as? Bool)
        #expect((before != after) == changed)
        return (try #require(tensor["name"] as? String), changed)
      })
  }
}
