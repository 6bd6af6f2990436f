import Formatting
import TestSupport
import Testing

@testable import Charts

@Suite struct StrictXMLTests {
  @Test(arguments: [
    "<a><b></a></b>", "<a>", "</a>", "<a/><b/>", "<a x=1/>", "<a x=\"1\" x=\"2\"/>", "<a>&</a>",
    "<a>1 > 0</a>", "<a x=\"<\"/>", "<a>&nbsp;</a>", "<a>\u{1}</a>", "a<b/>", "<a x=\"1\"y=\"2\"/>",
  ])
  func whatIsNotWellFormedIsFound(text: String) {
    #expect(throws: StrictXML.Mistake.self) { try StrictXML(text) }
  }

  @Test(arguments: [
    "<p>a<div>b</div></p>", "<p>a", "<table><td>a</td></table>", "<b>a</p></b>", "<mn>1</mn>",
    "<math><mfrac><mn>1</mn></mfrac></math>", "<p id=\"a\">a</p><p id=\"a\">b</p>",
    "<svg><title>a</svg>", "<p>a &nbsp; b</p>", "<h1>again</h1>", "<li>a</li>",
  ])
  func mistakesOfPagesAreFound(part: String) throws {
    _ = try StrictXML(page: PageShell(title: "t", content: "<h1>t</h1><p>a<br>b</p>").html)
    #expect(throws: StrictXML.Mistake.self) {
      try StrictXML(page: PageShell(title: "t", content: "<h1>t</h1>" + part).html)
    }
  }

  @Test func elementsAreRead() throws {
    let xml = try StrictXML("<a x=\"1 &lt; 2\"><b class=\"c d\"/>t&amp;u</a>\n")
    #expect(xml.elements.map(\.name) == ["a", "b"])
    #expect(xml.elements[0].attributes == ["x": "1 < 2"])
    #expect(xml.elements[0].text == "t&u")
    #expect(xml.all("b", style: "d").count == 1)
  }
}
