// The list is filtered here, so that each key answers at once; only the choice goes to Python.
const MOST = 12
const HELP = "↑ ↓ choose · ↵ open · esc close"
const drawn = new WeakMap()

// Every word must occur; names that begin with what was typed come first, then the order given.
function matching(items, typed) {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  const found = items.filter(item => words.every(word => item.words.includes(word)))
  const start = typed.trim().toLowerCase()
  return start ? found.sort((a, b) => b.words.startsWith(start) - a.words.startsWith(start)) : found
}

function set_up(root, place) {
  const button = root.querySelector("button"), box = root.querySelector("dialog"), input = root.querySelector("input")
  const list = root.querySelector("ul"), status = root.querySelector("p")
  let found = [], at = 0

  const choose = item => { box.close(); place.choose(item.id) }
  const mark = () => {
    [...list.children].forEach((row, number) => row.setAttribute("aria-selected", number === at))
    const row = list.children[at]
    input.setAttribute("aria-activedescendant", row ? row.id : "")
    if (row) row.scrollIntoView({ block: "nearest" })
  }
  const draw = () => {
    found = matching(place.items, input.value)
    list.replaceChildren(...found.slice(0, MOST).map((item, number) => {
      const row = document.createElement("li"), name = document.createElement("b"), kind = document.createElement("span")
      row.id = `found-${number}`; row.setAttribute("role", "option"); name.textContent = item.label; kind.textContent = item.kind
      row.append(name, kind); row.onclick = () => choose(item)
      return row
    }))
    status.textContent = found.length ? (found.length > MOST ? `${found.length - MOST} more · ` : "") + HELP : "Nothing found"
    at = 0; mark()
  }
  const open = () => { input.value = ""; draw(); if (!box.open) box.showModal(); input.focus() }
  button.onclick = open
  input.oninput = draw
  input.onkeydown = event => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], rows = list.children.length
    if (step && rows) { event.preventDefault(); at = (at + step + rows) % rows; mark() }
    if (event.key === "Enter" && found[at]) { event.preventDefault(); choose(found[at]) }
    event.stopPropagation()
  }
  box.onclick = event => { if (event.target === box) box.close() }
  place.key = event => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); event.stopPropagation(); open() }
  }
  document.addEventListener("keydown", place.key, true)
}

// The menu is a list whose items stand in sections, and a list may hold nothing but items: it is said as a group of links.
function plain_menu() {
  document.querySelectorAll("[data-testid=stSidebarNavItems]").forEach(list => {
    list.setAttribute("role", "group"); list.setAttribute("aria-label", "Pages")
    list.querySelectorAll("li").forEach(item => item.setAttribute("role", "none"))
  })
}

export default function ({ data, parentElement, setTriggerValue }) {
  const place = drawn.get(parentElement) ?? {}
  place.items = data.items.map(item => ({ ...item, words: `${item.label} ${item.more ?? ""} ${item.kind}`.toLowerCase() }))
  place.choose = id => setTriggerValue("chosen", id)
  if (!drawn.has(parentElement)) { drawn.set(parentElement, place); set_up(parentElement, place) }
  plain_menu()
  setTimeout(plain_menu, 300) // the menu may be drawn after this
  return () => { document.removeEventListener("keydown", place.key, true); drawn.delete(parentElement) }
}
