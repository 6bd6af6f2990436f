/// Shapes on which a convolution and its gradients are checked.
struct ConvolutionExample {
  let images, kernel, output: TensorShape
  let window: Window
  let groups: Int

  /// With padding `same`, or none.
  private init(
    _ images: TensorShape, window: [Int], features: Int, strides: [Int] = [1, 1],
    dilations: [Int] = [1, 1], groups: Int = 1, pads: Bool = false
  ) {
    let axes = (0..<2).map { axis in
      pads
        ? WindowAxis(
          size: window[axis], stride: strides[axis], dilation: dilations[axis],
          coveringAll: images[axis + 1])
        : WindowAxis(size: window[axis], stride: strides[axis], dilation: dilations[axis])
    }
    self.images = images
    self.groups = groups
    self.window = Window(rows: axes[0], columns: axes[1])
    kernel = TensorShape(window + [images[3] / groups, features])
    output = TensorShape(
      [images[0]] + axes.indices.map { axes[$0].count(over: images[$0 + 1]) } + [features])
  }

  static let all = [
    ConvolutionExample([1, 4, 5, 1], window: [3, 3], features: 2),
    ConvolutionExample([1, 4, 3, 1], window: [2, 3], features: 3, pads: true),
    ConvolutionExample([2, 3, 4, 2], window: [2, 2], features: 3),
    ConvolutionExample([1, 3, 3, 3], window: [1, 1], features: 4),
    ConvolutionExample([1, 3, 3, 2], window: [1, 1], features: 2, strides: [2, 2]),
    // Stride larger than the window.
    ConvolutionExample([1, 5, 7, 3], window: [2, 2], features: 2, strides: [3, 4], pads: true),
    // Window larger than the image.
    ConvolutionExample([1, 2, 3, 2], window: [5, 4], features: 2, pads: true),
    ConvolutionExample([1, 5, 5, 1], window: [2, 2], features: 1, dilations: [2, 3]),
    ConvolutionExample(
      [1, 4, 5, 2], window: [3, 2], features: 2, strides: [2, 1], dilations: [1, 2], pads: true),
    ConvolutionExample([1, 3, 3, 4], window: [2, 2], features: 4, groups: 2),
    // Depthwise, with one feature and with two for each channel.
    ConvolutionExample([1, 4, 4, 3], window: [3, 3], features: 3, groups: 3, pads: true),
    ConvolutionExample([2, 3, 3, 2], window: [2, 2], features: 4, groups: 2),
  ]
}
