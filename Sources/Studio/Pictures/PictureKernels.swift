import Charts
import Engine
import Explaining

/// The weights of a layer that are pictures themselves: windows that are moved over what is before, or the
/// weights from all pixels to each unit.
package struct PictureKernels: Encodable, Sendable {
  package var parameter: String
  /// For each unit a picture for each channel before it.
  package var units: [[Picture]]
  /// The lowest and the highest of all.
  package var low: Float
  package var high: Float
  package var unitsLeftOut: Int
  /// Of each unit.
  package var channelsLeftOut: Int

  private enum CodingKeys: String, CodingKey {
    case parameter, units, low, high
    case unitsLeftOut = "units_left_out"
    case channelsLeftOut = "channels_left_out"
  }

  private static let mostUnits = 64
  private static let mostChannels = 16

  /// - Returns: nil for weights that are no pictures.
  init?(_ parameter: String, _ tensor: Tensor, _ images: InputImages) {
    let kernel: (values: [Float], shape: [Int])
    if tensor.shape.rank == 4 {
      kernel = (tensor.values, tensor.shape.extents)
    } else if let full = images.kernel(tensor) {
      let units = full.shape.extents[1]
      kernel = (full.values, [images.height, images.width, images.channels, units])
    } else {
      return nil
    }
    let (height, width) = (kernel.shape[0], kernel.shape[1])
    let (channels, count) = (kernel.shape[2], kernel.shape[3])
    guard height * width > 1 else { return nil }
    let range = Picture.range(of: kernel.values)
    units = kernel.values.withUnsafeBufferPointer { values in
      (0..<min(count, Self.mostUnits)).map { unit in
        (0..<min(channels, Self.mostChannels)).map { channel in
          Picture(
            values, first: channel * count + unit, stride: channels * count, width: width,
            height: height, range: range)
        }
      }
    }
    self.parameter = parameter
    (low, high) = (range.lowerBound, range.upperBound)
    (unitsLeftOut, channelsLeftOut) = (
      count - units.count, channels - min(channels, Self.mostChannels)
    )
  }
}

extension PictureBoard {
  /// The weights of all layers that are pictures, as they are now.
  package var kernels: [PictureKernels] {
    pass.layers.flatMap(\.parameters).compactMap { name in
      pass.weights(name).flatMap { PictureKernels(name, $0, images) }
    }
  }
}
