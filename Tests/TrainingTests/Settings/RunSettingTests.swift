import Datasets
import Engine
import Networks
import Testing

@testable import Training

@Suite struct RunSettingTests {
  /// A value for each setting, other than its default. A new setting must be added here.
  static let examples = [
    "data": "x.csv", "more_rows": "more.csv", "target": "y", "task": "binary", "validation": "0.2",
    "test": "other.csv",
    "split": "split.json", "ignore": "a,b", "sequence": "columns=day_*,as=tokens",
    "scaling": "min_max", "image_size": "32x16", "channels": "3", "image_fit": "stretch",
    "resampling": "area", "skip_bad": "true",
    "image_limit": "48", "cache_memory": "7", "cache_disk": "8", "memory": "2GiB", "cache": "store",
    "augment": "flip,rotate=10", "seed": "18446744073709551615", "network": "cnn",
    "hidden": "8,4", "activation": "tanh", "dropout": "0.1", "from": "runs/a",
    "from_sha256": "ab", "freeze": "dense,dense_1", "head": "new", "unfreeze": "true",
    "loss": "huber", "optimizer": "sgd:momentum=0.5", "learning_rate": "0.5", "weight_decay": "0.1",
    "l1": "0.01", "l2": "0.02", "clip_value": "1", "clip_norm": "2", "clip_global_norm": "3",
    "schedule": "step:every=5,factor=0.5", "class_weights": "1,2.5", "batch": "9",
    "accumulate": "4", "shards": "3", "epochs": "11", "patience": "0",
    "metrics": "f1,top_k_accuracy:k=2",
    "train_scores": "all", "threads": "2", "kernels": "portable", "name": "n", "output": "o",
    "checkpoint_every": "10", "kinds": "a=categorical,b=date,c=image", "missing": "x,-999",
    "delimiter": ";", "header": "false", "comment": "%", "encoding": "latin_1",
    "decimal_comma": "true", "day_first": "true", "group": "patient", "split_by_time": "when",
    "weight": "w", "forecast": "temp", "history": "12", "horizon": "2..5", "season": "7",
    "forecast_as": "seasonal_change", "quantiles": "0.1,0.5",
    "label_separator": "|", "target_scale": "log", "coverage": "0.8", "strict": "true",
  ]

  /// A configuration with one setting, read without the checks of settings that go together.
  private func read(_ setting: RunSetting, _ value: LocatedValue) -> (RunConfiguration, [Problem]) {
    var configuration = RunConfiguration()
    let problems = setting.read(value, into: &configuration)
    return (configuration, problems)
  }

  @Test func namesAreSnakeCaseAndDiffer() {
    let names = RunConfiguration.settings.map(\.name)
    #expect(Set(names.map(\.normalizedName)).count == names.count)
    for name in names {
      #expect(name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "_" }, "\(name)")
    }
    #expect(Set(names) == Set(Self.examples.keys))
  }

  @Test(arguments: RunConfiguration.settings.map(\.name))
  func aValueFromTextIsWrittenAndReadBack(_ name: String) throws {
    let setting = try #require(RunConfiguration.setting(named: name))
    let text = try #require(Self.examples[name])
    let (given, problems) = read(setting, setting.value(text, origin: "--x"))
    #expect(problems.isEmpty)
    let written = try JSONText.encode(given)
    #expect(try written != JSONText.encode(RunConfiguration()), "the value is not the default")
    let again = try JSONText.decode(RunConfiguration.self, from: written, at: "x")
    #expect(try JSONText.encode(again) == written)
    let tree = try LocatedValue(json: written, origin: "run.json")
    var sources = ConfigurationSources()
    sources.file = LocatedValue(.object([name: try #require(tree.members?[name])]), origin: "f")
    if !["unfreeze", "freeze", "head", "forecast_as"].contains(name) {
      #expect(try JSONText.encode(sources.configuration()) == written)
      let variables = ConfigurationSources(environment: [setting.variable: text])
      #expect(try JSONText.encode(variables.configuration()) == written)
    }
  }

  @Test(arguments: RunConfiguration.settings.map(\.name))
  func everySettingSaysWhatItIs(_ name: String) throws {
    let setting = try #require(RunConfiguration.setting(named: name))
    #expect(
      setting.help.hasSuffix(".") && setting.help.first?.isUppercase == true || name == "channels")
    #expect(!setting.values.isEmpty && !setting.usual.isEmpty)
    for choice in setting.choices {
      let (_, problems) = read(setting, setting.value(choice, origin: ""))
      #expect(problems.isEmpty, "\(choice)")
      let (_, others) = read(setting, setting.value(choice.uppercased(), origin: ""))
      #expect(others.isEmpty, "\(choice)")
    }
  }

  @Test(arguments: RunConfiguration.settings.filter { !$0.choices.isEmpty }.map(\.name))
  func aSlipInAChoiceIsAnsweredWithTheChoice(_ name: String) throws {
    let setting = try #require(RunConfiguration.setting(named: name))
    for choice in setting.choices where choice.count > 4 {
      let (_, problems) = read(setting, setting.value(choice + "x", origin: ""))
      #expect(
        problems.contains { $0.description.contains("`\(choice)`") }, "\(choice): \(problems)")
    }
  }

  @Test(arguments: RunConfiguration.settings.map(\.name))
  func aListOfObjectsIsRefusedWithItsPlace(_ name: String) throws {
    let setting = try #require(RunConfiguration.setting(named: name))
    let wrong = LocatedValue(
      .list([LocatedValue(.object(["what": LocatedValue(.null)]), origin: "run.yaml:4:3")]),
      origin: "run.yaml:3:1")
    let (_, problems) = read(setting, wrong)
    #expect(!problems.isEmpty)
    for problem in problems {
      #expect(problem.description.hasPrefix("run.yaml:"), "\(problem)")
      #expect(problem.location.hasPrefix(name), "\(problem)")
      #expect(problem.setting?.name == name)
    }
  }

  @Test func whatIsSaidLastCountsMost() throws {
    func value(_ epochs: Int) -> LocatedValue { LocatedValue(.integer(epochs), origin: "x") }
    var sources = ConfigurationSources()
    #expect(try sources.configuration().training.epochs == nil)
    sources.file = LocatedValue(.object(["Epochs": value(1), "batch": value(5)]), origin: "f")
    #expect(try sources.configuration().training.epochs == 1, "in any case")
    sources.environment = ["GLASSBOX_EPOCHS": "2"]
    #expect(try sources.configuration().training.epochs == 2)
    sources.said = ["epochs": value(3)]
    #expect(try sources.configuration().training.epochs == 3)
    #expect(try sources.configuration().training.batch == 5)
  }

  @Test func allMistakesOfAllSourcesAreToldAtOnce() throws {
    let sources = ConfigurationSources(
      file: LocatedValue(
        .object([
          "learning_rat": LocatedValue(.number(1), origin: "run.yaml:1:1"),
          "dropout": LocatedValue(.number(2), origin: "run.yaml:2:1"),
        ]), origin: "run.yaml"),
      environment: ["GLASSBOX_THREADS": "many"],
      said: ["optimizer": LocatedValue(.text("adm"), origin: "--optimizer")])
    do {
      _ = try sources.configuration()
      Issue.record("accepted")
    } catch let problem as Problem {
      let text = problem.description
      #expect(text.contains("run.yaml:1:1: configuration: expected a known setting"))
      #expect(text.contains("write `learning_rate`"))
      #expect(text.contains("run.yaml:2:1: dropout: expected a share from 0 to below 1, found 2"))
      #expect(text.contains("GLASSBOX_THREADS: expected a whole number, found `many`"))
      #expect(text.contains("--optimizer: expected one of sgd"))
      #expect(problem.isOfSettings)
    }
  }

  @Test func settingsThatDoNotGoTogetherHaveTheirPlace() throws {
    let sources = ConfigurationSources(
      file: LocatedValue(
        .object(["unfreeze": LocatedValue(.bool(true), origin: "run.yaml:1:1")]),
        origin: "run.yaml"),
      said: [
        "clip_norm": LocatedValue(.number(1), origin: "--clip-norm"),
        "clip_value": LocatedValue(.number(1), origin: "--clip-value"),
      ])
    #expect { try sources.configuration() } throws: {
      let text = "\($0)"
      return text.contains("--clip-norm: expected at most one") && text.contains("from: expected")
    }
  }

  @Test func unknownNamesInsideAValueAreFound() throws {
    let network = try LocatedValue(
      json: #"[{"layer": "dense", "units": 2, "activaton": "relu"}]"#, origin: "run.json")
    let (_, problems) = read(try #require(RunConfiguration.setting(named: "network")), network)
    #expect(problems.map(\.description).joined().contains("write `activation`"))
    #expect(problems.map(\.location) == ["network[0].activaton"])
  }

  @Test func anOptimizerHasSettings() throws {
    func read(_ text: String) throws -> (OptimizerChoice, [Problem]) {
      let setting = try #require(RunConfiguration.setting(named: "optimizer"))
      let (configuration, problems) = self.read(setting, setting.value(text, origin: "--x"))
      return (configuration.training.optimizerChoice, problems)
    }
    let (momentum, none) = try read("SGD:momentum=0.8,nesterov=true")
    #expect(none.isEmpty && momentum.name == "sgd")
    let rule = try #require(try momentum.optimizer().rule as? StochasticGradientDescent)
    #expect(rule.momentum == 0.8 && rule.nesterov)
    // What is not said is as the name has it.
    let nesterov = try read(#"{"name": "nesterov", "momentum": 0.5}"#).0.optimizer()
    let other = try #require(nesterov.rule as? StochasticGradientDescent)
    #expect(other.momentum == 0.5 && other.nesterov)
    #expect(try read("Adam").0.name == "adam")
    let (_, problems) = try read("sgd:momentm=0.8")
    #expect(problems.map(\.fix) == ["write `momentum`"])
  }

  @Test func namesOfSchedulesAreReadInAnyCase() throws {
    for (text, name) in [
      ("plateau", "plateau"), ("Plateau", "plateau"), ("OnPlateau", "plateau"),
      ("warmup", "warm_up"), ("Warm_Up:over=3,then=Cosine", "warm_up"), ("COSINE", "cosine"),
    ] {
      var sources = ConfigurationSources()
      let setting = try #require(RunConfiguration.setting(named: "schedule"))
      sources.said = [
        "schedule": setting.value(text, origin: "--schedule"),
        "epochs": LocatedValue(.integer(40)),
      ]
      let schedule = try #require(try sources.configuration().training.schedule)
      #expect(schedule.name == name)
      if let warmUp = schedule as? Schedules.WarmUp {
        #expect(warmUp.then.isSame(as: Schedules.Cosine(over: 40 - warmUp.over)))
      }
    }
  }

  @Test func theUsualVariationTakesOthersBesideIt() throws {
    let setting = try #require(RunConfiguration.setting(named: "augment"))
    let (configuration, problems) = read(setting, setting.value("usual,erase=0.3", origin: "--x"))
    var expected = Augmentation.usual
    expected.erase = 0.3
    #expect(problems.isEmpty && configuration.data.augment == expected)
    let (upper, none) = read(setting, setting.value("Usual", origin: "--x"))
    #expect(none.isEmpty && upper.data.augment == .usual)
  }

  @Test func onlySettingsAreSettings() {
    for (place, name) in [
      ("augment: rotate", "augment"), ("network[1].units", "network"), ("target", "target"),
    ] as [(String, String?)] + [("target:3:2", nil), ("students.csv", nil), ("", nil)] {
      #expect(Problem.data(place, expected: "", found: "").setting?.name == name, "\(place)")
    }
    #expect(Problem(.missing, "data", expected: "", found: "").setting == nil)
  }

  @Test func foldersCanBeHidden() {
    let problem = Problem.data(
      "/srv/models/run/x.csv:3:2", expected: "a number as in dense/kernel", found: "`/etc/x`",
      fix: "see data/y.csv:7")
    #expect(
      problem.descriptionWithoutFolders
        == "x.csv:3:2: expected a number as in dense/kernel, found `x`. Fix: see y.csv:7.")
    #expect(problem.description.contains("/srv/models/run"))
    let file = Problem(.missing, "runs/secret/model", expected: "a file", found: "none")
    #expect(file.descriptionWithoutFolders == "model: expected a file, found none.")
  }

  /// A schedule counts updates, of which there are fewer than batches where several batches make one.
  @Test func aScheduleOfJoinedBatchesEndsWithTheTraining() throws {
    var configuration = RunConfiguration()
    configuration.training.batch = 10
    configuration.training.accumulate = 4
    configuration.training.epochs = 5
    let start = try Model(
      Sequential { Dense(1) }, inputShape: [2], loss: .meanSquaredError, seed: 1)
    let plan = try configuration.plan(
      for: start, rows: 100, classWeights: nil, registry: .standard)
    #expect(plan.stepsPerEpoch(rows: 100) == 3)
    let rates = [0, 14, 15].map {
      plan.schedule.rate(base: 1, step: $0, state: ScheduleState())
    }
    #expect(rates[0] == 1 && rates[1] > 0 && rates[1] < 0.02 && rates[2] == 0)
  }
}
