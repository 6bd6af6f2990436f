import Datasets
package import Engine
package import Networks

/// A network that others have published with its weights: its layers, called as its weights are in PyTorch's
/// files, and how its pictures are made.
package struct KnownNetwork: Sendable {
  /// In small letters, such as `efficientnet_lite0`.
  package let name: String
  /// With the layer that answers, which gives a score for each class.
  package let layers: [any Layer]
  /// The classes that it was published with.
  package let classes: Int
  /// How a picture becomes its input.
  let images: ImagePreprocessing

  /// All that are known.
  package static let all: [KnownNetwork] =
    (0...2).map(efficientNetLite) + [18, 34, 50].map(residualNetwork) + [mobileNetV2]

  /// The network of a name, in any case.
  /// - Throws: `Problem` listing the names.
  package static func named(_ name: String) throws -> KnownNetwork {
    guard let known = all.first(where: { $0.name.normalizedName == name.normalizedName }) else {
      throw Problem.unknown("network", name, among: all.map(\.name))
    }
    return known
  }

  package var inputShape: TensorShape {
    get throws { try images.shape }
  }

  /// How weights are called there, where it is not as here.
  package var rules: NameRules { NameRules() }

  /// Pictures as torchvision's networks are shown them: the mean and the deviation of ImageNet's channels.
  fileprivate static func torchvision() -> ImagePreprocessing {
    let (means, deviations): ([Float], [Float]) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    return ImagePreprocessing(
      height: 224, width: 224, channels: 3, resampling: .bilinear, fit: .middle,
      scaling: LevelScaling(
        scales: deviations.map { 1 / (255 * $0) }, offsets: zip(means, deviations).map { -$0 / $1 })
    )
  }

  fileprivate static let momentum = 0.9
}

// MARK: EfficientNet-Lite

extension KnownNetwork {
  /// EfficientNet without squeezing and with ReLU6, so that it runs well in whole numbers (Tan and Le 2019;
  /// https://github.com/tensorflow/tpu, `efficientnet/lite`). The names are those of the package
  /// efficientnet-lite-pytorch, the padding and the ε those of TensorFlow, where the weights come from.
  ///
  /// - Parameter size: 0 to 2.
  fileprivate static func efficientNetLite(_ size: Int) -> KnownNetwork {
    let (width, depth, side) = [(1.0, 1.0, 224), (1.0, 1.1, 240), (1.1, 1.2, 260)][size]
    func conv(_ name: String, _ filters: Int, _ kernel: Int = 1, strides: Int = 1) -> Conv2D {
      Conv2D(
        filters, kernelSize: Extents(height: kernel, width: kernel),
        strides: Extents(height: strides, width: strides), padding: .same, usesBias: false,
        kernelInitializer: .heNormal, name: name)
    }
    func norm(_ name: String) -> BatchNorm { BatchNorm(momentum: 0.99, epsilon: 1e-3, name: name) }
    let relu6 = Activation(.relu6)
    var layers: [any Layer] = [conv("_conv_stem", 32, 3, strides: 2), norm("_bn0"), relu6]
    var (block, channels) = (0, 32)
    for (place, stage) in Stage.efficientNet.enumerated() {
      let isEnd = place == 0 || place == Stage.efficientNet.count - 1
      let filters = rounded(Double(stage.filters) * width)
      let repeats = isEnd ? stage.repeats : Int((Double(stage.repeats) * depth).rounded(.up))
      for turn in 0..<repeats {
        let name = "_blocks.\(block)."
        let strides = turn == 0 ? stage.strides : 1
        let expand: [any Layer] =
          stage.expansion == 1
          ? []
          : [conv("\(name)_expand_conv", channels * stage.expansion), norm("\(name)_bn0"), relu6]
        let inner: [any Layer] =
          expand + [
            DepthwiseConv2D(
              kernelSize: Extents(height: stage.kernel, width: stage.kernel),
              strides: Extents(height: strides, width: strides), padding: .same, usesBias: false,
              kernelInitializer: .heNormal, name: "\(name)_depthwise_conv"),
            norm("\(name)_bn1"), relu6, conv("\(name)_project_conv", filters), norm("\(name)_bn2"),
          ]
        layers += strides == 1 && channels == filters ? [Residual(inner)] : inner
        (block, channels) = (block + 1, filters)
      }
    }
    layers += [
      conv("_conv_head", 1280), norm("_bn1"), relu6, GlobalAveragePool2D(),
      Dropout(size == 2 ? 0.3 : 0.2),
      Dense(1000, name: "_fc"),
    ]
    return KnownNetwork(
      name: "efficientnet_lite\(size)", layers: layers, classes: 1000,
      images: ImagePreprocessing(
        height: side, width: side, channels: 3, resampling: .bicubic, fit: .middle,
        scaling: LevelScaling(scale: 1 / 128, offset: -127 / 128)))
  }

  /// The next multiple of 8 that is not much less.
  private static func rounded(_ filters: Double) -> Int {
    let near = max(8, Int(filters + 4) / 8 * 8)
    return Double(near) < 0.9 * filters ? near + 8 : near
  }

  private struct Stage {
    let repeats, kernel, strides, expansion, filters: Int

    static let efficientNet = [
      Stage(repeats: 1, kernel: 3, strides: 1, expansion: 1, filters: 16),
      Stage(repeats: 2, kernel: 3, strides: 2, expansion: 6, filters: 24),
      Stage(repeats: 2, kernel: 5, strides: 2, expansion: 6, filters: 40),
      Stage(repeats: 3, kernel: 3, strides: 2, expansion: 6, filters: 80),
      Stage(repeats: 3, kernel: 5, strides: 1, expansion: 6, filters: 112),
      Stage(repeats: 4, kernel: 5, strides: 2, expansion: 6, filters: 192),
      Stage(repeats: 1, kernel: 3, strides: 1, expansion: 6, filters: 320),
    ]

    static let mobileNet = [
      Stage(repeats: 1, kernel: 3, strides: 1, expansion: 1, filters: 16),
      Stage(repeats: 2, kernel: 3, strides: 2, expansion: 6, filters: 24),
      Stage(repeats: 3, kernel: 3, strides: 2, expansion: 6, filters: 32),
      Stage(repeats: 4, kernel: 3, strides: 2, expansion: 6, filters: 64),
      Stage(repeats: 3, kernel: 3, strides: 1, expansion: 6, filters: 96),
      Stage(repeats: 3, kernel: 3, strides: 2, expansion: 6, filters: 160),
      Stage(repeats: 1, kernel: 3, strides: 1, expansion: 6, filters: 320),
    ]
  }
}

// MARK: torchvision's

extension KnownNetwork {
  /// A convolution with as many zeros around as keep the size at strides of 1, before and behind alike.
  private static func convolution(
    _ name: String, _ filters: Int, _ kernel: Int, strides: Int = 1
  ) -> [any Layer] {
    let conv = Conv2D(
      filters, kernelSize: Extents(height: kernel, width: kernel),
      strides: Extents(height: strides, width: strides), usesBias: false,
      kernelInitializer: .heNormal, name: name)
    return kernel == 1 ? [conv] : [ZeroPadding2D(kernel / 2), conv]
  }

  private static func norm(_ name: String) -> BatchNorm {
    BatchNorm(momentum: momentum, epsilon: 1e-5, name: name)
  }

  /// A residual network (He et al. 2016) as torchvision has it; that of 50 layers strides in the middle of a
  /// block.
  fileprivate static func residualNetwork(_ depth: Int) -> KnownNetwork {
    let blocks = [18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3]][depth]!
    let relu = Activation(.relu)
    var layers: [any Layer] = convolution("conv1", 64, 7, strides: 2) + [norm("bn1"), relu]
    // What comes here is not below 0, so that zeros around change no maximum.
    layers += [ZeroPadding2D(1), MaxPool2D(poolSize: 3, strides: 2)]
    var channels = 64
    for (stage, count) in blocks.enumerated() {
      let width = 64 << stage
      let filters = depth == 50 ? 4 * width : width
      for block in 0..<count {
        let name = "layer\(stage + 1).\(block)."
        let strides = stage > 0 && block == 0 ? 2 : 1
        let inner: [any Layer] =
          depth == 50
          ? convolution("\(name)conv1", width, 1) + [norm("\(name)bn1"), relu]
            + convolution("\(name)conv2", width, 3, strides: strides) + [norm("\(name)bn2"), relu]
            + convolution("\(name)conv3", filters, 1) + [norm("\(name)bn3")]
          : convolution("\(name)conv1", width, 3, strides: strides) + [norm("\(name)bn1"), relu]
            + convolution("\(name)conv2", width, 3) + [norm("\(name)bn2")]
        let shortcut: [any Layer] =
          strides == 1 && channels == filters
          ? []
          : convolution("\(name)downsample.0", filters, 1, strides: strides) + [
            norm("\(name)downsample.1")
          ]
        layers.append(Residual(inner, shortcut: shortcut, activation: .relu))
        channels = filters
      }
    }
    layers += [GlobalAveragePool2D(), Dense(1000, name: "fc")]
    return KnownNetwork(
      name: "resnet\(depth)", layers: layers, classes: 1000, images: torchvision())
  }

  /// MobileNetV2 (Sandler et al. 2018) as torchvision has it.
  fileprivate static var mobileNetV2: KnownNetwork {
    let relu6 = Activation(.relu6)
    var layers: [any Layer] =
      convolution("features.0.0", 32, 3, strides: 2) + [norm("features.0.1"), relu6]
    var (block, channels) = (1, 32)
    for stage in Stage.mobileNet {
      for turn in 0..<stage.repeats {
        let name = "features.\(block).conv."
        let strides = turn == 0 ? stage.strides : 1
        let expands = stage.expansion > 1
        let place = expands ? 1 : 0
        var inner: [any Layer] = []
        if expands {
          inner += convolution("\(name)0.0", channels * stage.expansion, 1)
          inner += [norm("\(name)0.1"), relu6]
        }
        inner += [
          ZeroPadding2D(1),
          DepthwiseConv2D(
            kernelSize: 3, strides: Extents(height: strides, width: strides), usesBias: false,
            kernelInitializer: .heNormal, name: "\(name)\(place).0"),
          norm("\(name)\(place).1"), relu6,
        ]
        inner += convolution("\(name)\(place + 1)", stage.filters, 1)
        inner.append(norm("\(name)\(place + 2)"))
        layers += strides == 1 && channels == stage.filters ? [Residual(inner)] : inner
        (block, channels) = (block + 1, stage.filters)
      }
    }
    layers += convolution("features.18.0", 1280, 1) + [norm("features.18.1"), relu6]
    layers += [GlobalAveragePool2D(), Dropout(0.2), Dense(1000, name: "classifier.1")]
    return KnownNetwork(
      name: "mobilenet_v2", layers: layers, classes: 1000, images: torchvision())
  }
}
