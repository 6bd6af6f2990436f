/// Kinds of images that are not read, known by their first bytes so that they can be called by name.
enum OtherFormat: CaseIterable {
  case animatedWebP, gif, bmp, tiff, avif, heic, jpegXL, jpeg2000, photoshop, icon, pdf, svg

  var title: String {
    switch self {
    case .animatedWebP: "an animated WebP image"
    case .gif: "a GIF image"
    case .bmp: "a BMP image"
    case .tiff: "a TIFF image, or a camera's raw file"
    case .avif: "an AVIF image"
    case .heic: "a HEIC image"
    case .jpegXL: "a JPEG XL image"
    case .jpeg2000: "a JPEG 2000 image"
    case .photoshop: "a Photoshop file"
    case .icon: "an icon"
    case .pdf: "a PDF document"
    case .svg: "an SVG drawing"
    }
  }

  /// Nil for anything else.
  init?(of bytes: [UInt8]) {
    guard let kind = Self.allCases.first(where: { $0.matches(bytes) }) else { return nil }
    self = kind
  }

  private func matches(_ bytes: [UInt8]) -> Bool {
    func has(_ text: String, at place: Int = 0) -> Bool {
      bytes.dropFirst(place).starts(with: text.utf8)
    }
    func isBoxed(_ brands: [String]) -> Bool {
      has("ftyp", at: 4) && brands.contains { has($0, at: 8) }
    }
    return switch self {
    case .animatedWebP: WebP.isAnimated(bytes)
    case .gif: has("GIF87a") || has("GIF89a")
    // Behind the length come four bytes that are always 0.
    case .bmp: has("BM") && bytes.dropFirst(6).starts(with: [0, 0, 0, 0])
    case .tiff:
      [[0x49, 0x49, 42, 0], [0x4D, 0x4D, 0, 42], [0x49, 0x49, 43, 0], [0x4D, 0x4D, 0, 43]]
        .contains { bytes.starts(with: $0) }
    case .avif: isBoxed(["avif", "avis"])
    case .heic: isBoxed(["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"])
    case .jpegXL: bytes.starts(with: [0xFF, 0x0A]) || has("JXL ", at: 4)
    case .jpeg2000: has("jP  ", at: 4) || bytes.starts(with: [0xFF, 0x4F, 0xFF, 0x51])
    case .photoshop: has("8BPS")
    case .icon: bytes.starts(with: [0, 0, 1, 0])
    case .pdf: has("%PDF")
    case .svg: has("<svg") || has("<?xml")
    }
  }

  /// The sentence that makes a PNG of it, whatever the file is called.
  func conversion(of name: String) -> String {
    let path = name.last == "/" ? String(name.dropLast()) : name
    let folderEnd = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    let stem = path[folderEnd...].lastIndex(of: ".").map { path[..<$0] } ?? path[...]
    // Several pictures may be in one file; the first is meant.
    let first = [.animatedWebP, .gif, .tiff, .icon, .pdf, .photoshop].contains(self) ? "[0]" : ""
    return "convert it, such as with ImageMagick: "
      + "magick '\(path)\(first)' '\(stem).png', and remove it from the folder"
  }
}
