import Foundation
import TestSupport
import Testing

@testable import Studio

/// Taking hold of numbers, and lessons that answer, as a person meets them.
@Suite(.enabled(if: Browser.isInstalled), .serialized) struct StoryTests {
  private func hold(_ browser: Browser, unit: Int) async throws {
    try await browser.wait("document.querySelectorAll('.unit').length > 5")
    try await browser.value(
      "document.querySelectorAll('.unit')[\(unit)].dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    )
    try await browser.wait("document.querySelectorAll('#story .story button').length === 3")
  }

  @Test(arguments: Browser.installed) func aCycleIsPlayedAndItsSourcesLightUp(in kind: Browser.Kind)
    async throws
  {
    try await RunningStudio.with { studio in
      try await Browser.with(kind) { browser in
        try await browser.open(studio.address)
        try await hold(browser, unit: 2)
        let lit = "[...document.querySelectorAll('svg .lit')].map(one => one.dataset.symbol).join()"
        // The line of the unit's sum: its two inputs, their weights and the unit itself.
        try await browser.value(
          """
          (() => { const line = [...document.querySelectorAll('#story .equation')] \
          .find(one => one.querySelector('[data-symbol]').dataset.symbol === 'z⁽¹⁾₁'); \
          while (!line.classList.contains('now')) document.querySelectorAll('.story button')[2].click(); })()
          """)
        #expect(try await browser.value(lit) == "w⁽¹⁾₁,₁,w⁽¹⁾₂,₁,x₁,x₂,a⁽¹⁾₁")
        // A gradient lights up what it is a gradient of.
        try await browser.value(
          """
          document.querySelector('#story [data-symbol="∂L/∂w⁽¹⁾₂,₁"]') \
          .dispatchEvent(new PointerEvent('pointerover', {bubbles: true}))
          """)
        #expect(try await browser.value(lit) == "w⁽¹⁾₂,₁")
        #expect(try await browser.complaints().isEmpty)
      }
    }
  }

  @Test(arguments: Browser.installed) func aRowByHandIsComputedAndWhatWasStaysAsAShadow(
    in kind: Browser.Kind
  ) async throws {
    try await RunningStudio.with { studio in
      try await Browser.with(kind) { browser in
        try await browser.open(studio.address)
        try await hold(browser, unit: 2)
        let verdict = "document.querySelector('#story .verdict').textContent"
        let before = try await browser.value(verdict)
        try await browser.value(
          """
          (() => { const field = document.querySelector('#of-row input[type=number]'); field.value = '2.5'; \
          field.dispatchEvent(new Event('change')); })()
          """)
        try await browser.wait("\(verdict).startsWith('A row by hand')")
        #expect(try await browser.value(verdict) != before)
        let shadow = try await browser.value("document.querySelector('.shadow-line').textContent")
        let loss = try #require(before.firstMatch(of: /loss ([0-9.]+)/)).1
        #expect(shadow.contains("loss \(loss)"), "\(shadow)")
        try await browser.click(".shadow-line button")
        try await browser.wait("\(verdict) === \(Browser.quoted(before))")
      }
    }
  }

  @Test(arguments: Browser.installed) func layersAreBuiltOneByOneAndPasted(in kind: Browser.Kind)
    async throws
  {
    try await RunningStudio.with { studio in
      try await Browser.with(kind) { browser in
        try await browser.open(studio.address)
        try await browser.wait("document.querySelectorAll('.unit').length > 5")
        try await browser.value(
          #"document.getElementById('pasted').value = '{"hidden": [5, 3], "activation": "relu"}'"#)
        try await browser.click("#take-pasted")
        try await browser.wait("document.querySelectorAll('.unit').length === 2 + 5 + 3 + 1")
        try await browser.value("document.getElementById('layer-list').open = true")
        try await browser.wait("document.querySelectorAll('#layers .layer').length === 3")
        try await browser.value(
          """
          (() => { const kinds = document.querySelector('#layers > label select'); \
          kinds.value = 'batch_norm'; kinds.dispatchEvent(new Event('change')); })()
          """)
        try await browser.wait("document.querySelectorAll('.unit').length === 2 + 5 + 3 + 3 + 1")
        #expect(try await browser.value("decodeURIComponent(location.hash)").contains("batch_norm"))
        try await browser.value("document.getElementById('pasted').value = '{\"hiden\": [5]}'")
        try await browser.click("#take-pasted")
        try await browser.wait("document.getElementById('problem').textContent.includes('hidden')")
        try await browser.click("#step")
        try await browser.value("document.getElementById('landscape').open = true")
        try await browser.wait("document.querySelector('#around canvas') !== null")
      }
    }
  }

  /// What is refused stays said, whatever else comes to a good end meanwhile.
  @Test(arguments: Browser.installed) func whatIsSaidStaysWhileOtherThingsEnd(
    in kind: Browser.Kind
  ) async throws {
    try await RunningStudio.with { studio in
      try await Browser.with(kind) { browser in
        try await browser.open(studio.address)
        try await browser.wait("document.querySelectorAll('.unit').length > 5")
        func paste() async throws {
          try await browser.value(
            #"document.getElementById('pasted').value = '{"hiden": [5]}'"#)
          try await browser.click("#take-pasted")
          try await browser.wait(
            "document.getElementById('problem').textContent.includes('hidden')")
        }
        let isSaid = "document.getElementById('problem').textContent.includes('hidden')"
        let step = "Number(document.getElementById('at').textContent.replaceAll(',', ''))"
        try await browser.click("#step")
        try await browser.wait("\(step) === 1")
        // Looking around takes its time, until the test says.
        try await browser.run(
          """
          const real = window.fetch;
          window.fetch = (path, options) => path.includes('/landscape')
            ? new Promise(resolve => { window.goOn = resolve; }).then(() => real(path, options))
            : real(path, options);
          document.getElementById('landscape').open = true;
          """)
        try await browser.wait("window.goOn !== undefined")
        try await paste()
        try await browser.run("window.goOn()")
        try await browser.wait("document.querySelector('#around canvas') !== null")
        #expect(try await browser.value(isSaid) == "true")
        // While it plays the page draws by itself.
        try await browser.click("#play")
        try await browser.wait("!\(isSaid)")
        try await paste()
        let before = try await browser.number(step)
        try await browser.wait("\(step) > \(before + 50)")
        #expect(try await browser.value(isSaid) == "true")
        try await browser.click("#play")
        try await browser.wait("!\(isSaid)")
      }
    }
  }

  @Test(arguments: Browser.installed) func fieldsReadWhatIsTyped(in kind: Browser.Kind) async throws
  {
    try await RunningStudio.with { studio in
      try await Browser.with(kind) { browser in
        try await browser.open(studio.address)
        try await browser.run(
          "import('./fields.js').then(module => { window.fieldsModule = module; })")
        try await browser.wait("window.fieldsModule !== undefined")
        for (typed, value) in [
          (" ", "undefined"), ("1e-3", "0.001"), (".5", "0.5"), ("true", "true"),
          ("tanh", #""tanh""#),
          ("[4, 3]", "[4,3]"), (#"{"a": 1}"#, #"{"a":1}"#), ("[4,", #""[4,""#), (#""5""#, #""5""#),
          ("null", #""null""#), ("1e999", #""1e999""#),
        ] {
          let read = "fieldsModule.value(\(Browser.quoted(typed)))"
          #expect(try await browser.value("JSON.stringify(\(read))") == value, "\(typed)")
          // What is shown of a value is read as the same value.
          #expect(
            try await browser.value(
              "JSON.stringify(fieldsModule.value(fieldsModule.typed(\(read))))") == value)
        }
      }
    }
  }

  @Test(arguments: Browser.installed) func aLessonIsAnsweredAndItsNumbersChange(
    in kind: Browser.Kind
  ) async throws {
    try await RunningStudio.with { studio in
      try await Browser.with(kind) { browser in
        try await browser.open(studio.address)
        try await browser.value("location.hash = 'lessons=one-neuron'")
        let page = "document.getElementById('lesson').contentDocument"
        try await browser.wait("\(page)?.querySelectorAll('.question form').length === 2")
        func answer(_ text: String, _ said: String) async throws {
          try await browser.value(
            """
            (() => { const form = \(page).querySelector('.question form'); \
            form.querySelector('input').value = '\(text)'; form.requestSubmit(); })()
            """)
          try await browser.wait(
            "\(page).querySelector('.question output').textContent.startsWith('\(said)')")
        }
        try await answer("100", "Not yet")
        try await answer("2 * (0.5 * 3 + 0.1 - 1.5) * 3", "Right")
        // Another weight: the answer of the neuron follows.
        try await browser.value(
          """
          (() => { \(page).querySelector('[data-formula="1"] [data-symbol="w"]') \
          .dispatchEvent(new MouseEvent('click', {bubbles: true})); \
          const field = \(page).querySelector('.changing input'); field.value = '0.75'; \
          field.form.requestSubmit(); })()
          """)
        try await browser.wait("\(page)?.querySelectorAll('.changed').length > 3")
        #expect(
          try await browser.value("\(page).querySelector('[data-formula=\"1\"]').textContent")
            .contains("1.6"))
        #expect(try await browser.complaints().isEmpty)
      }
    }
  }
}
