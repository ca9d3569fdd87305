// The list is filtered here, so that each key answers at once; only the choice goes to Python.
const MOST = 12, QUIET = 1500  // rows of the list; milliseconds after a page stands
const FAILED = "Accounts and contacts could not be fetched. Close and open the search to try again."
const HELP = "↑ ↓ choose · ↵ open · esc close"
let told = {}
const in_words = (text, values = {}) => (told[text] ?? text).replace(/\{(\w+)\}/g, (_, name) => values[name])
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
  let found = [], at = 0, entered = false

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
    status.textContent = place.failed ? in_words(FAILED) : found.length ? (found.length > MOST ? in_words("{left} more", { left: found.length - MOST }) + " · " : "") + in_words(HELP) : in_words("Nothing found")
    at = 0; mark()
  }
  const open = async () => {
    place.items ??= place.near; input.value = ""; entered = false; draw(); if (!box.open) box.showModal(); input.focus()
    list.ariaBusy = "true"
    await place.fetch()
    list.ariaBusy = "false"
    if (box.open) draw()
    if (box.open && entered && found[at]) choose(found[at])
  }
  button.onclick = open
  input.oninput = () => { entered = false; draw() }
  input.onkeydown = event => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], rows = list.children.length
    if (step && rows) { event.preventDefault(); at = (at + step + rows) % rows; mark() }
    if (event.key === "Enter") { event.preventDefault(); if (list.ariaBusy === "true") entered = true; else if (found[at]) choose(found[at]) }
    event.stopPropagation()
  }
  box.onclick = event => { if (event.target === box) box.close() }
  place.key = event => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); event.stopPropagation(); open() }
  }
  document.addEventListener("keydown", place.key, true)
}

// What Streamlit's own elements say to those who cannot see them, put right wherever one is drawn. The menu is a list whose items stand in
// sections, and a list may hold nothing but items: a group of links. A place to drop files has a name, so it is no decoration. The small
// line of a figure is one: its numbers stand beside it.
const SAID = [
  ["[data-testid=stSidebarNavItems]", "role", "group"], ["[data-testid=stSidebarNavItems] li", "role", "none"],
  ["[data-testid=stFileUploaderDropzone]", "role", "group"], ["[data-testid=stMetricChart]", "aria-hidden", "true"],
]
const put_right = () => SAID.forEach(([where, name, value]) =>
  document.querySelectorAll(`${where}:not([${name}="${value}"])`).forEach(one => one.setAttribute(name, value)))
let waiting = null
const seen = new MutationObserver(() => { waiting ??= setTimeout(() => { waiting = null; put_right(); go_on() }, 150) })

// What stands in the page from the start, in the reader's language.
function retell(root) {
  for (const one of root.querySelectorAll("*")) {
    for (const name of ["aria-label", "placeholder"]) if (told[one.getAttribute(name)]) one.setAttribute(name, told[one.getAttribute(name)])
    for (const part of one.childNodes) if (part.nodeType === Node.TEXT_NODE && told[part.data.trim()]) part.data = told[part.data.trim()]
  }
}

const worded = items => items.map(item => ({ ...item, words: `${item.label ?? ""} ${item.more ?? ""} ${item.kind}`.toLowerCase() }))

// Accounts and contacts come once the list is opened; pages and definitions are there at once.
async function fetched(place, where) {
  try {
    const { from, near } = place, answer = await fetch(new URL(`.${where}`, location.href)), far = await answer.json()
    const names = new Map(far.accounts)
    const accounts = far.accounts.map(([id, label, more]) => ({ id: `account:${id}`, label, kind: far.account, more: `${id} ${more}` }))
    const contacts = far.contacts.map(([id, label, more]) => ({ id: `account:${id}`, label, kind: far.contact.replace("{account}", () => names.get(id) ?? id), more }))
    if (place.from === from) place.items = [...worded([...accounts, ...contacts]), ...near]
    place.failed = false
  } catch { place.whole = null; place.failed = true }  // asked for again when the list is opened again
}

// What is fetched and made ready once nothing else is to do.
let made_ready = false
function make_ready(parts) {
  if (made_ready) return
  made_ready = true
  setTimeout(() => requestIdleCallback(() => parts.forEach(part => import(new URL(`.${part}`, location.href)).catch(() => {}))), QUIET)
}

export default function ({ data, parentElement, setTriggerValue }) {
  const place = drawn.get(parentElement) ?? {}
  if (place.from !== data.near + data.far) { place.from = data.near + data.far; place.items = place.whole = null; place.near = worded(JSON.parse(data.near)) }
  place.fetch = () => place.whole ??= fetched(place, data.far)
  told = JSON.parse(data.words)
  retell(parentElement)
  // A saved view is opened by its link, as one that was sent: nothing of what was chosen in this window is left.
  place.choose = id => id.startsWith("view:") ? location.assign(new URL(`./${id.slice(5)}`, location.href)) : setTriggerValue("chosen", id)
  if (!drawn.has(parentElement)) { drawn.set(parentElement, place); set_up(parentElement, place) }
  put_right()
  make_ready(data.soon)
  speak(data.widgets)
  keep_the_keyboard()
  seen.observe(document.body, { childList: true, subtree: true })
  return () => { seen.disconnect(); drawn_anew.disconnect(); let_go(); document.removeEventListener("keydown", place.key, true); drawn.delete(parentElement) }
}
