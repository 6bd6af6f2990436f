/// A finished drawing: SVG that needs no script and no network, and says in words what it shows.
///
/// A picture is about 360 units wide, so that its text is readable on a narrow screen; wide pages put
/// several side by side.
public struct Picture: Sendable, Hashable {
  /// What it is, in a few words.
  public let title: String
  /// What it shows, for those who do not see it.
  public let description: String
  /// In units of its own coordinate system, which are pixels when shown at natural size.
  public let width: Double
  public let height: Double
  let content: Markup

  init(
    title: String, description: String, width: Double = Picture.usualWidth, height: Double,
    content: Markup
  ) {
    self.title = title
    self.description = description
    self.width = width
    self.height = height
    self.content = content
  }

  static let usualWidth = 360.0

  /// A file of its own, with its colours for light and dark.
  public var file: String {
    opening(
      "picture",
      attributes: " xmlns=\"http://www.w3.org/2000/svg\" "
        + "width=\"\(width.attributeText)\" height=\"\(height.attributeText)\"")
      + "<style>\(PictureStyle.css)</style>\n" + content.text + "</svg>\n"
  }

  /// A part of a page that holds `PictureStyle.css` already.
  /// - Parameter identifier: different for each picture of the page.
  public func inline(_ identifier: String) -> String {
    opening(identifier, attributes: "") + content.text + "</svg>\n"
  }

  private func opening(_ identifier: String, attributes: String) -> String {
    let name = identifier.escaped
    return "<svg class=\"picture\"\(attributes) viewBox=\"0 0 \(width.attributeText) "
      + "\(height.attributeText)\" role=\"img\" aria-label=\"\(title.escaped)\" "
      + "aria-describedby=\"\(name)-description\">\n<title>\(title.escaped)</title>\n"
      + "<desc id=\"\(name)-description\">\(description.escaped)</desc>\n"
  }
}

/// The colours of all pictures, light and dark. Series differ in lightness and dash as well as in
/// hue; the hues are those of Okabe and Ito's palette, which colour-blind people tell apart, made
/// darker or lighter for contrast with the paper.
public enum PictureStyle {
  /// The style sheet.
  public static let css =
    """
    .picture{--ink:#1b1b1f;--soft:#5a5a63;--grid:#dedee3;--paper:#fff;\
    --s0:#0067a5;--s1:#c24a00;--s2:#00775a;--s3:#9c4079;--s4:#806000;--s5:#55555c;\
    background:var(--paper);font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
    @media (prefers-color-scheme:dark){.picture{--ink:#ececf1;--soft:#a9a9b4;--grid:#3a3a42;\
    --paper:#17171b;--s0:#5fb5f2;--s1:#ff9a57;--s2:#45d3a7;--s3:#ec9fcb;--s4:#e5c64f;--s5:#b9b9c2}}
    .picture text{fill:var(--ink)}
    .picture .soft{fill:var(--soft);font-size:11px}
    .picture .small{font-size:10px}
    .picture .strong{font-weight:600;font-size:13px}
    .picture .onFill{fill:var(--paper)}
    .picture .grid{stroke:var(--grid);stroke-width:1}
    .picture .axis{stroke:var(--soft);stroke-width:1}
    .picture .guide{stroke:var(--soft);stroke-width:1;stroke-dasharray:4 3;fill:none}
    .picture .outline{stroke:var(--ink);stroke-width:1;fill:none}
    .picture .box{stroke:var(--soft);stroke-width:1;fill:none}
    .picture .unit{stroke:var(--ink);stroke-width:1;fill:var(--paper)}
    .picture .edge{stroke:var(--grid);stroke-width:1}
    .picture .contour{stroke:#1b1b1f;stroke-width:.7;fill:none;opacity:.45}
    .picture .halo{stroke:var(--paper);stroke-width:4.5;fill:none;stroke-linejoin:round}
    .picture .curve{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
    .picture .dash1{stroke-dasharray:6 4}.picture .dash2{stroke-dasharray:2 4}\
    .picture .dash3{stroke-dasharray:9 3 2 3}.picture .dash4{stroke-dasharray:12 4}\
    .picture .dash5{stroke-dasharray:3 2}
    .picture image{image-rendering:pixelated}
    @media (prefers-color-scheme:dark){.picture image.tint{opacity:.5}}
    \((0..<seriesCount).map {
      ".picture .line\($0){stroke:var(--s\($0))}.picture .fill\($0){fill:var(--s\($0))}"
    }.joined(separator: "\n"))
    """

  /// How many series have a look of their own.
  static let seriesCount = 6
}
