// What people typed outlives a lost connection, a server that was started anew, and a session that the server has forgotten.
// Left alone, the pages' front end goes on drawing a dialog that a new session knows nothing of: what is sent in it would be lost unsaid.
(() => {
  const { instance, words } = window.holdfast
  const KEPT = "holdfast-typed", FORGOTTEN = 100_000, SLEPT = 60_000, ENDED = 2_000 // milliseconds; sessions are forgotten after 120 s
  const TYPED = "[data-testid=stTextArea] textarea, [data-testid=stTextInput] input:not([type=password])"
  const edited = new Map() // field -> { label, where, text }
  let sent = null, away = null, seen = Date.now(), slept = null, known = false

  const app = () => document.querySelector("[data-testid=stApp]")
  const state = name => app()?.getAttribute(`data-test-${name}-state`)
  const where = field => (field.closest("[role=dialog]")?.querySelector("h2") ?? document.querySelector("h1"))?.innerText ?? ""
  const noted = field => edited.set(field, { label: field.getAttribute("aria-label") ?? "", where: where(field), text: field.value })
  const typed = () => [...edited].filter(([field]) => field.isConnected && field.value.trim()).map(([field, one]) => ({ ...one, text: field.value }))

  document.addEventListener("input", event => { if (event.isTrusted && event.target.matches?.(TYPED)) noted(event.target) }, true)
  const sending = event => {
    if (event.target.closest?.("[role=dialog] button, [data-testid=stForm] button") || event.key === "Enter") sent = { at: Date.now(), items: typed() }
  }
  document.addEventListener("click", sending, true)
  document.addEventListener("keydown", event => { if (event.key === "Enter" && event.target.matches?.(TYPED)) sending(event) }, true)

  function make(tag, text, more = {}) {
    return Object.assign(document.createElement(tag), { textContent: text, ...more })
  }

  function said(...parts) {
    document.getElementById("holdfast-away")?.remove()
    if (!parts.length) return
    const box = make("div", "", { id: "holdfast-away", role: "status" }), look = getComputedStyle(app() ?? document.body)
    box.dataset.reactAriaTopLayer = "true" // an open dialog leaves it in reach
    box.style.cssText = `position:fixed;left:50%;bottom:1rem;transform:translateX(-50%);z-index:2147483647;box-sizing:border-box;width:min(36rem,calc(100vw - 2rem));
      max-height:60vh;overflow:auto;padding:.75rem 1rem;border:1px solid #c2570c;border-radius:8px;font:14px/1.45 Inter,sans-serif;
      background:${look.backgroundColor};color:${look.color};box-shadow:0 4px 24px rgb(0 0 0 / .25)`
    box.append(...parts)
    document.body.append(box)
  }

  function row(item) {
    const line = make("div", ""), label = make("div", item.where && item.where !== item.label ? `${item.where} · ${item.label}` : item.label)
    const text = make("div", item.text), put = make("button", words.put, { type: "button", title: words.how, onclick: () => putBack(item) })
    line.style.cssText = "margin-top:.6rem"
    label.style.cssText = "font-size:12px;opacity:.75"
    text.style.cssText = "white-space:pre-wrap;overflow-wrap:anywhere;user-select:text"
    put.style.cssText = BUTTON
    line.append(label, text, put)
    return line
  }

  const BUTTON = "margin:.35rem .5rem 0 0;padding:.2rem .6rem;border:1px solid currentColor;border-radius:7px;background:none;color:inherit;font:inherit;cursor:pointer"

  function putBack(item) {
    const fits = [...document.querySelectorAll(TYPED)].filter(one => one.getAttribute("aria-label") === item.label)
    const field = fits.find(one => where(one) === item.where) ?? fits[0]
    if (!field) return alert(words.how)
    const kind = field.tagName === "TEXTAREA" ? HTMLTextAreaElement : HTMLInputElement
    Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(field, item.text)
    field.dispatchEvent(new Event("input", { bubbles: true }))
    field.focus()
    noted(field)
  }

  function offer(items, unsure) {
    const gone = make("button", words.dismiss, { type: "button", onclick: () => { sessionStorage.removeItem(KEPT); said() } })
    gone.style.cssText = BUTTON
    const told = [[words.typed, items], [words.unsure, unsure]].filter(([, some]) => some.length)
    said(...told.flatMap(([text, some]) => [make("div", text), ...some.map(row)]), gone)
  }

  function offerKept() {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null")
    if (kept) offer(kept.items, kept.unsure)
  }

  async function isAnother() {
    try {
      const page = await (await fetch(location.pathname, { headers: { accept: "text/html" }, cache: "no-store" })).text()
      return !page.includes(`"instance": "${instance}"`)
    } catch { return false }
  }

  function lost() {
    const items = typed(), unsure = (sent?.items ?? []).filter(one => !items.some(other => other.label === one.label && other.text === one.text))
    away = { since: slept && Date.now() < slept.until ? slept.since : seen, items, unsure }
    said(make("div", words.lost))
  }

  async function back() {
    const { since, unsure } = away, items = [...away.items, ...typed()].filter((one, at, all) => all.findIndex(other => other.label === one.label && other.where === one.where && other.text === one.text) === at)
    away = null
    const forgotten = Date.now() - since > FORGOTTEN || await isAnother()
    if (forgotten) {
      if (items.length || unsure.length) sessionStorage.setItem(KEPT, JSON.stringify({ items, unsure }))
      location.reload()
    } else unsure.length ? offer([], unsure) : said()
  }

  function look() {
    const now = Date.now(), connected = state("connection") === "CONNECTED"
    if (connected && now - seen > SLEPT) slept = { since: seen, until: now + SLEPT }
    if (connected && away) back()
    else if (!connected && !away && known) lost()
    if (connected) {
      if (!known) offerKept()
      known = true
      seen = now
      if (sent && now - sent.at > ENDED && state("script") === "notRunning") sent = null
    }
    if (away) [...document.querySelectorAll("[role=dialog] h2")].find(one => one.innerText === "Connection error")?.parentElement.querySelector("button")?.click()
  }

  setInterval(look, 250)
})()
