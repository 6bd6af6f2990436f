package import Datasets
import Engine
import Networks
import Platform

extension DataSettings {
  /// The most pixels of an image.
  var pixelLimit: Int { imageLimit * 1_000_000 }

  /// Decoders that refuse images of more pixels.
  package func limiting(_ decoders: Decoders) -> Decoders {
    var decoders = decoders
    decoders.images?.pixelLimit = pixelLimit
    return decoders
  }
}

extension RunConfiguration {
  /// How a folder of images is read.
  var imageOptions: ImageOptions {
    var options = ImageOptions()
    options.size = data.imageSize.map { ($0.height, $0.width) }
    options.channels = data.channels
    options.resampling = data.resampling
    options.fit = data.imageFit
    options.skipsBad = data.skipBad
    options.pixelLimit = data.pixelLimit
    options.memoryLimit = Self.bytes(data.cacheMemory)
    options.diskLimit = Self.bytes(data.cacheDisk)
    options.threads = training.threads ?? Machine.processors
    return options
  }

  private static func bytes(_ mebibytes: Int) -> Int {
    let (bytes, overflow) = mebibytes.multipliedReportingOverflow(by: 1 << 20)
    return overflow ? .max : bytes
  }
}
