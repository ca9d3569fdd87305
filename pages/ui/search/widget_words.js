// What Streamlit's own elements say in English alone, in the reader's language: it offers no words of one's own for these. A text or a label is
// replaced whole, by the table in language/widgets.py, before it is seen; names and values of people stay, for nothing else is looked at.
const LABELS = ["aria-label", "title", "placeholder"]
let whole = new Map(), shapes = [], places = ""

const in_own_words = (text, among_names = false) => {
  if (whole.has(text)) return whole.get(text)
  for (const [pattern, told, of_number] of shapes) {
    const found = (of_number || !among_names) && pattern.exec(text)
    if (found) return told.replace(/\{\w+\}/, () => found[1])
  }
}
const NAMES = "[data-testid=stFileChipName]"  // of files, within the place for them
const say_text = part => {
  if (part.parentElement?.closest(NAMES)) return
  const at = part.parentElement?.closest(places), said = part.data.trim()
  const own = at && said && in_own_words(said, part.parentElement.closest("[role=listbox]") !== null)
  if (own) part.data = part.data.replace(said, () => own)
}
const say_labels = one => {
  if (one.matches(NAMES)) return
  for (const name of LABELS) {
    const said = one.getAttribute(name), own = said && in_own_words(said)
    if (own) one.setAttribute(name, own)
  }
}
const say_all = node => {
  if (node.nodeType === Node.TEXT_NODE) return say_text(node)
  if (node.nodeType !== Node.ELEMENT_NODE) return
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT)
  for (let at = node; at; at = walker.nextNode()) at.nodeType === Node.TEXT_NODE ? say_text(at) : say_labels(at)
}
const drawn_anew = new MutationObserver(changes => {
  for (const { type, target, addedNodes } of changes)
    type === "childList" ? addedNodes.forEach(say_all) : type === "attributes" ? say_labels(target) : say_text(target)
})

function speak(words) {
  const own = JSON.parse(words)
  if (!own.words.length) return
  places = own.places
  whole = new Map(own.words.filter(([text]) => !text.includes("{")))
  shapes = own.words.filter(([text]) => text.includes("{")).map(([text, told]) => {
    const [before, after] = text.split(/\{\w+\}/).map(part => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    const of_number = text.includes("{n}")
    return [new RegExp(`^${before}(${of_number ? "\\d+" : ".+"})${after}$`), told, of_number]
  })
  say_all(document.body)
  drawn_anew.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: LABELS })
}
