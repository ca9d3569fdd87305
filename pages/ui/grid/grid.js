// One table for every page: rows in columns where there is room, cards on a phone. All that comes with the data is shown as text.
const NARROW = 440, CHUNK = 40, CARDS = 15, FACTS = 4
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
const reader = { locale: "en-US", words: {} }  // one page is read in one language
const MISSING = "–"
const RIGHT = new Set(["money", "ratio", "share", "count", "number", "decimal", "score", "change", "trend"])
const ICONS = {
  good: "M3.2 8.6l3 3 6.6-7", down: "M2 4.5l4.6 4.6 2.6-2.6L14 11.3M14 7.4v3.9h-3.9",
  watch: "M1.5 8S4 3.7 8 3.7 14.5 8 14.5 8 12 12.3 8 12.3 1.5 8 1.5 8zM8 9.8a1.8 1.8 0 100-3.6 1.8 1.8 0 000 3.6z",
  ask: "M5.8 6a2.2 2.2 0 114 1.2c-.8.8-1.8 1-1.8 2.2M8 12.3v.2", clock: "M8 4.6V8l2.3 1.5M8 14A6 6 0 108 2a6 6 0 000 12z",
  cross: "M4 4l8 8M12 4l-8 8", pause: "M6 4v8M10 4v8", ring: "M8 12.5a4.5 4.5 0 100-9 4.5 4.5 0 000 9z", dash: "M4 8h8",
}
const places = new WeakMap()
const numbers = new Map()

function make(tag, set = {}, ...inside) {
  const one = document.createElement(tag)
  for (const [name, value] of Object.entries(set)) value === undefined || (name in one ? one[name] = value : one.setAttribute(name, value))
  one.append(...inside.filter(part => part !== null && part !== undefined))
  return one
}

function drawing(tag, set, ...inside) {
  const one = document.createElementNS("http://www.w3.org/2000/svg", tag)
  for (const [name, value] of Object.entries(set)) one.setAttribute(name, value)
  one.append(...inside)
  return one
}

// A text of this file in the reader's language, with its {values}.
const say = (text, values = {}) => (reader.words[text] ?? text).replace(/\{(\w+)\}/g, (_, name) => values[name])

// What stands in the page from the start, in the reader's language.
function retell(root) {
  for (const one of root.querySelectorAll("*")) {
    for (const name of ["placeholder", "aria-label", "title"]) if (reader.words[one.getAttribute(name)]) one.setAttribute(name, say(one.getAttribute(name)))
    for (const part of one.childNodes) if (part.nodeType === Node.TEXT_NODE && reader.words[part.data.trim()]) part.data = part.data.replace(part.data.trim(), say(part.data.trim()))
  }
}

const icon = name => drawing("svg", { viewBox: "0 0 16 16", class: "icon", "aria-hidden": "true" }, drawing("path", { d: ICONS[name] ?? ICONS.ring }))
const minus = said => said.replaceAll("-", "−")

function number(value, options) {
  const key = reader.locale + JSON.stringify(options)
  if (!numbers.has(key)) numbers.set(key, new Intl.NumberFormat(reader.locale, options))
  return minus(numbers.get(key).format(value)).replace("\u00a0", "")
}

// The same digits as in the figures: three, below a thousand (ten thousand in Chinese) whole.
function money(value, currency, exact) {
  const sign = currency ? { style: "currency", currency } : {}
  if (exact) return number(value, currency ? sign : { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  const near = Math.sign(value) * Math.round(Math.abs(value)) || 0
  if (Math.abs(near) < (chinese() ? 10000 : 1000)) return number(near, { ...sign, minimumFractionDigits: 0, maximumFractionDigits: 0 })
  return number(value, { ...sign, notation: "compact", maximumSignificantDigits: 3, minimumSignificantDigits: 3 })
}

const english = () => reader.locale === "en-US"
const chinese = () => reader.locale.startsWith("zh")
const dated = (iso, parts) => new Intl.DateTimeFormat(reader.locale, { ...parts, timeZone: "UTC" }).format(new Date(`${iso.slice(0, 10)}T00:00:00Z`))
const month = iso => english() ? `${MONTHS[iso.slice(5, 7) - 1]} ${iso.slice(0, 4)}` : dated(`${iso.slice(0, 7)}-01`, { year: "numeric", month: "long" })
const day = iso => english() ? `${+iso.slice(8, 10)} ${month(iso)}` : dated(iso, { year: "numeric", month: "long", day: "numeric" })
// What a report says itself: its days as everywhere, an arrow as an arrow.
const ours = (said, column) => column.ours ? said.replace(/(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])/g, day).replaceAll("->", "→") : said
const percent = value => number(value, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 })
const signed = said => /[1-9]/.test(said) && !said.startsWith("−") ? `+${said}` : said

const SAID = {
  money: (value, column, exact) => money(value, column.currency, exact),
  ratio: percent, share: percent, trend: value => signed(percent(value)),
  count: value => number(value, {}), number: value => number(value, { maximumFractionDigits: 4 }),
  decimal: value => number(value, { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
  score: value => number(value, {}), change: value => signed(number(value, {})),
  day, month,
  instant: value => say("{day}, {time} UTC", { day: day(value.slice(0, 10)), time: value.slice(11, 16) }),
  flag: (value, column) => column.mark ? (value ? column.title : "") : value ? say("Yes") : say("No"),
  list: (value, column) => value.map(one => ours(one, column)).join(english() ? "; " : "\uff1b"), text: (value, column) => ours(String(value), column), badge: (value, column) => column.words[value]?.word ?? value,
  line: value => value.filter(one => one !== null).map(one => number(one, {})).join(", "),
}

function told(column, value, exact) {
  if (value === null || value === undefined || value === "") return column.mark ? "" : MISSING
  return (SAID[column.kind] ?? String)(value, column, exact)
}

const pill = (word, tone, name) => make("span", { className: `pill ${tone}` }, icon(name), word)

function sparkline(values) {
  const known = values.map((value, at) => [at, value]).filter(([, value]) => value !== null)
  const most = Math.max(1, ...known.map(([, value]) => value)), wide = Math.max(1, values.length - 1)
  const points = known.map(([at, value]) => [2 + 84 * at / wide, 20 - 17 * value / most])
  const said = say("From {first} to {last}, at most {most}", { first: known[0][1], last: known.at(-1)[1], most: Math.max(...known.map(([, value]) => value)) })
  const line = drawing("polyline", { points: points.map(point => point.join()).join(" ") })
  const end = drawing("circle", { cx: points.at(-1)[0], cy: points.at(-1)[1], r: 2 })
  const title = drawing("title", {})
  title.textContent = said
  return drawing("svg", { viewBox: "0 0 88 22", class: "line", role: "img", "aria-label": said }, title, line, end)
}

const bar = part => make("span", { className: "bar", ariaHidden: "true" }, make("i", { style: `width:${Math.max(0, Math.min(1, part)) * 100}%` }))

// What one value looks like, in a cell or on a card.
function look(column, value, exact) {
  const said = told(column, value, exact)
  if (value === null || value === undefined || (column.kind === "list" && !value.length)) return [column.kind === "list" ? MISSING : said]
  const { kind } = column
  if (kind === "line") return value.some(one => one !== null) ? [sparkline(value)] : [MISSING]
  if (kind === "badge") { const known = column.words[value]; return [known ? pill(known.word, known.tone, known.icon) : said] }
  if (kind === "flag" && column.mark) return value ? [pill(column.title, column.mark, { red: "down", orange: "clock", green: "good" }[column.mark])] : []
  if (kind === "share") return [make("span", { className: "with-bar" }, bar(value), said)]
  if (kind === "score") return [make("span", { className: "with-bar" }, bar(value / 100), said)]
  if (kind === "change" || kind === "trend") return [make("span", { className: value < 0 ? "worse" : value > 0 ? "better" : "quiet" }, said)]
  if (value === 0 && kind === "money") return [make("span", { className: "quiet" }, said)]
  if (kind === "list") return [make("span", { className: "reasons" }, ...value.map(one => make("span", {}, ours(one, column))))]
  return [kind === "text" ? whole_days(said) : said]
}

// A day is not broken at its hyphens.
const whole_days = said => said.replace(/(\d)-(?=\d)/g, "$1\u2011")

function before(one, other, kind) {
  if (kind === "list") [one, other] = [one.join(), other.join()]
  if (kind === "line") [one, other] = [one, other].map(values => values.findLast(value => value !== null) ?? -1)
  return typeof one === "string" ? one.localeCompare(other, "en", { numeric: true }) : one - other
}

class Grid {
  constructor(root) {
    Object.assign(this, { root, typed: "", sort: null, most: 0, full: null, chosen: null })
    this.bar = root.querySelector(".toolbar"); this.place = root.querySelector(".place")
    this.search = root.querySelector("input[type=search]")
    this.search.oninput = () => { this.typed = this.search.value.trim().toLowerCase(); this.most = 0; this.draw() }
    this.search.onkeydown = event => event.stopPropagation()
    this.menu = root.querySelector(".columns"); this.exact = root.querySelector(".exact"); this.status = root.querySelector(".status")
    this.exact.onclick = () => { this.full = !this.isExact(); this.draw() }
    this.order = root.querySelector(".order")
    this.order.onchange = () => { const [name, down] = this.order.value.split("|"); this.sort = name ? { name, down: !!down } : null; this.draw() }
    root.addEventListener("keydown", event => { if (event.key === "Escape") this.menu.open = false })
    const soon = ({ target }) => { if (!target.closest("tbody, .cards")) this.fetch() }  // about to search or to sort
    for (const near of ["pointerover", "focusin"]) root.querySelector(".grid").addEventListener(near, soon)
    this.outside = event => { if (this.menu.open && !event.composedPath().includes(this.menu)) this.menu.open = false }
    document.addEventListener("click", this.outside)
    new ResizeObserver(([seen]) => {
      const narrow = seen.contentRect.width < NARROW
      if (seen.contentRect.width && narrow !== this.narrow) { this.narrow = narrow; this.most = 0; this.draw() }
    }).observe(root.querySelector(".grid"))
  }

  take(data) {
    if (data.stamp !== this.data?.stamp) this.most = 0
    this.data = data
    this.chosen ??= this.kept()
    this.search.setAttribute("aria-label", say("Search in {title}", { title: data.title }))
    this.draw()
  }

  // The rows that did not come with the page, fetched where somebody searches, sorts, scrolls, or is about to.
  async fetch() {
    const data = this.data
    if (!data?.rest || data.asked) return
    data.asked = true
    try {
      const answer = await fetch(new URL(`.${data.rest}`, location.href)), rest = await answer.json()
      data.columns.forEach((column, at) => column.values.push(...rest.values[at]))
      data.link?.ids.push(...rest.ids)
    } catch { data.count = data.columns[0].values.length }  // the line above the table then says how many there are
    data.rest = null
    if (this.data === data) this.draw()
  }

  kept() { try { return JSON.parse(localStorage.getItem(`holdfast-columns-${this.data.key}`)) } catch { return null } }
  keep() { try { localStorage.setItem(`holdfast-columns-${this.data.key}`, JSON.stringify(this.chosen)) } catch { /* not kept, then */ } }
  isExact() { return this.full ?? this.data.exact }
  shown() { const names = this.chosen; return this.data.columns.filter(column => names ? names.includes(column.name) : column.shown) }

  rows() {
    const { columns } = this.data
    const words = this.typed.split(/\s+/).filter(Boolean)
    let rows = columns[0].values.map((_, at) => at)
    if (words.length) {
      const read = columns.filter(column => ["text", "badge", "list"].includes(column.kind))
      const says = at => read.map(column => column.values[at] === null ? "" : told(column, column.values[at])).join(" ").toLowerCase()
      rows = rows.filter(at => { const said = says(at); return words.every(word => said.includes(word)) })
    }
    const by = this.sort && columns.find(column => column.name === this.sort.name)
    if (!by) return rows
    const turn = this.sort.down ? -1 : 1
    const known = rows.filter(at => by.values[at] !== null), unknown = rows.filter(at => by.values[at] === null)
    return [...known.sort((a, b) => turn * before(by.values[a], by.values[b], by.kind)), ...unknown]
  }

  draw() {
    if (!this.data || this.narrow === undefined) return
    if (this.data.rest && (this.typed || this.sort)) return void this.fetch()  // of some rows the first is not the first of all
    const rows = this.rows(), columns = this.shown(), scrolled = this.place.querySelector(".frame")?.scrollTop ?? 0
    const by = this.root.activeElement?.closest("th[data-name]")?.dataset.name
    this.tools(rows)
    this.place.replaceChildren(...(this.narrow ? this.cards(rows, columns) : [this.table(rows, columns)]))
    const frame = this.place.querySelector(".frame")
    if (frame) frame.scrollTop = scrolled
    if (by) this.place.querySelector(`th[data-name="${CSS.escape(by)}"] button`)?.focus()
  }

  tools(rows) {
    const { count, columns, all } = this.data
    this.search.hidden = count < 6
    const [found, of, whole] = [this.typed ? rows.length : count, count, all].map(one => number(one, {}))
    const some = this.typed ? say("{found} of {of}", { found, of }) : say(count === 1 ? "{of} row" : "{of} rows", { of })
    this.status.textContent = all > count ? say("The first {of} of {whole}; all are in the download", { of, whole }) : some
    this.exact.hidden = this.narrow || !columns.some(column => column.kind === "money")
    this.exact.setAttribute("aria-pressed", this.isExact())
    this.order.parentElement.hidden = !this.narrow || count < 3
    this.order.replaceChildren(make("option", { value: "" }, say("As given")), ...columns.filter(column => column.kind !== "list").flatMap(column => [
      make("option", { value: `${column.name}|`, selected: this.sort?.name === column.name && !this.sort.down }, say("{title}, up", { title: column.title })),
      make("option", { value: `${column.name}|down`, selected: this.sort?.name === column.name && this.sort.down }, say("{title}, down", { title: column.title })),
    ]))
    const shown = new Set(this.shown().map(column => column.name))
    this.menu.querySelector("div").replaceChildren(...columns.map(column => make("label", {},
      make("input", { type: "checkbox", checked: shown.has(column.name), onchange: event => this.choose(column.name, event.target.checked) }), column.title)),
      make("button", { type: "button", className: "reset", onclick: () => { this.chosen = null; try { localStorage.removeItem(`holdfast-columns-${this.data.key}`) } catch { /* nothing kept */ } this.draw() } }, say("As at first")))
  }

  choose(name, on) {
    const shown = new Set(this.shown().map(column => column.name))
    on ? shown.add(name) : shown.delete(name)
    if (shown.size) { this.chosen = [...shown]; this.keep() }
    const at = [...this.menu.querySelectorAll("input")].findIndex(box => box === this.root.activeElement)
    this.draw()
    this.menu.querySelectorAll("input")[at]?.focus()
  }

  // A value that leads somewhere: an account's page, or what is behind a cell.
  reach(column, at) {
    const value = column.values[at], inside = look(column, value, this.isExact()), { link, cells } = this.data
    if (link && column.name === link.column && link.ids[at] !== null) {
      const to = new URL("account", location.href), asked = new URLSearchParams(location.search)
      asked.set("account", link.ids[at]); to.search = asked
      const open = event => { if (event.ctrlKey || event.metaKey || event.shiftKey) return; event.preventDefault(); this.says.open(link.ids[at]) }
      return [make("a", { href: to.href, onclick: open }, ...inside)]
    }
    if (cells.includes(column.name) && value) {
      const pick = () => this.says.pick([at, column.name, this.data.stamp])
      return [make("button", { type: "button", className: "cell", onclick: pick }, ...inside)]
    }
    return inside
  }

  table(rows, columns) {
    this.most = Math.max(this.most, CHUNK)
    const body = make("tbody"), add = from => body.append(...rows.slice(from, this.most).map(at => this.row(at, columns)))
    const total = this.total(columns)
    const table = make("table", {}, make("caption", {}, this.data.title), make("thead", {}, make("tr", {}, ...columns.map(column => this.head(column)), this.acts() ? make("th", { scope: "col", className: "acts" }, make("span", { className: "unseen" }, say("Actions"))) : null)), body, total)
    const frame = make("div", { className: "frame", role: "region", ariaLabel: this.data.title, tabIndex: 0, style: `max-height:${this.data.height}px` }, table)
    frame.onscroll = () => {
      this.fetch()
      if (this.most < rows.length && frame.scrollTop + frame.clientHeight > frame.scrollHeight - 300) { const from = this.most; this.most += CHUNK; add(from) }
    }
    add(0)
    if (!rows.length) body.append(make("tr", {}, make("td", { colSpan: columns.length + 1, className: "none" }, say("No row has these words."))))
    return frame
  }

  head(column) {
    const sorted = this.sort?.name === column.name ? (this.sort.down ? "descending" : "ascending") : "none"
    const turn = () => {
      const first = RIGHT.has(column.kind), now = this.sort?.name === column.name ? this.sort.down : null
      this.sort = now === null ? { name: column.name, down: first } : now === first ? { name: column.name, down: !first } : null
      this.draw()
    }
    const sign = make("span", { className: "sign", ariaHidden: "true" }, { descending: "↓", ascending: "↑" }[sorted] ?? "")
    const button = make("button", { type: "button", onclick: turn, title: column.about || say("Sort by {title}", { title: column.title }) }, make("span", { className: "title" }, column.title), sign)
    return make("th", { scope: "col", "aria-sort": sorted, "data-name": column.name, className: RIGHT.has(column.kind) ? "right" : "" }, button)
  }

  // Of an account whose feed stopped nothing is known of late: its row is quieter than those of accounts that can be seen.
  silence(at) {
    return this.data.columns.some(column => column.kind === "badge" && column.values[at] === "feed_stopped") ? "silent" : ""
  }

  row(at, columns) {
    return make("tr", { className: this.silence(at) }, ...columns.map(column => {
      const value = column.values[at], kind = RIGHT.has(column.kind) ? "right" : column.kind === "list" || column.wide ? "wide" : column.kind
      const full = column.kind === "money" && value !== null ? money(value, column.currency, true) : ["text", "list"].includes(column.kind) ? told(column, value) : undefined
      const inside = ["text", "list"].includes(column.kind) ? [make("div", { className: "clamp" }, ...this.reach(column, at))] : this.reach(column, at)
      return make("td", { className: kind, title: full && full !== MISSING ? full : undefined }, ...inside)
    }), this.acts() ? make("td", { className: "acts" }, ...this.actions(at)) : null)
  }

  acts() { return this.data.actions?.length && this.data.link }

  // What can be done with a row's account, beside opening it.
  actions(at) {
    const { actions, link, columns, head } = this.data, id = link.ids[at]
    if (id === null) return []
    const name = columns.find(column => column.name === head).values[at] ?? id
    return actions.map(([code, title]) => make("button", { type: "button", className: "act", ariaLabel: `${title}: ${name}`, onclick: () => this.says.act([code, id]) }, title))
  }

  // The sums, of all rows: not under a search, which shows only some of them.
  total(columns) {
    if (this.typed || this.data.count < 2 || !columns.some(column => column.total !== null)) return null
    const cell = (column, at) => {
      if (column.total === null) return make("td", {}, at ? "" : say("Total"))
      const said = column.kind === "flag" ? number(column.total, {}) : told(column, column.total, this.isExact())
      const full = column.kind === "money" ? money(column.total, column.currency, true) : undefined
      return make("td", { className: RIGHT.has(column.kind) ? "right" : "", title: full }, said)
    }
    return make("tfoot", {}, make("tr", {}, ...columns.map(cell), this.acts() ? make("td", { className: "acts" }) : null))
  }

  cards(rows, columns) {
    this.most = Math.max(this.most, CARDS)
    const list = make("ul", { className: "cards", ariaLabel: this.data.title }, ...rows.slice(0, this.most).map(at => this.card(at, columns)))
    const left = (this.typed ? rows.length : this.data.count) - this.most
    const more = left > 0 ? make("button", { type: "button", className: "more", onclick: () => { this.most += CARDS; this.fetch(); this.draw() } }, say("Show {some} more of {left}", { some: Math.min(left, CARDS), left: number(left, {}) })) : null
    const none = rows.length ? null : make("p", { className: "none" }, say("No row has these words."))
    const sums = this.typed || this.data.count < 2 ? [] : columns.filter(column => column.total !== null)
    const total = sums.length ? make("dl", { className: "card total" }, ...sums.map(column => this.fact(column, column.kind === "flag" ? [number(column.total, {})] : [told(column, column.total, this.isExact())], `${say("Total")} `))) : null
    return [total, rows.length ? list : null, more, none].filter(Boolean)
  }

  card(at, columns) {
    const [first, ...others] = [...columns].sort((a, b) => (b.name === this.data.head) - (a.name === this.data.head))
    const filled = others.filter(column => column.values[at] !== null && column.values[at].length !== 0 && !(column.mark && !column.values[at]))
    const badges = filled.filter(column => column.kind === "badge" || column.mark)
    const facts = filled.filter(column => !badges.includes(column))
    const several = badges.length > 1
    const shown = column => several && column.kind === "badge" ? [make("span", { className: "tagged" }, make("small", {}, column.title), ...look(column, column.values[at]))] : look(column, column.values[at])
    const pairs = some => some.map(column => this.fact(column, this.reach(column, at)))
    const rest = facts.slice(FACTS)
    return make("li", { className: `card ${this.silence(at)}` },
      make("div", { className: "top" }, make("strong", {}, ...this.reach(first, at)), ...badges.flatMap(shown)),
      make("dl", {}, ...pairs(facts.slice(0, FACTS))),
      rest.length ? make("details", {}, make("summary", {}, say("{rest} more", { rest: rest.length })), make("dl", {}, ...pairs(rest))) : null,
      this.acts() ? make("div", { className: "acts" }, ...this.actions(at)) : null)
  }

  fact(column, inside, before = "") {
    const long = column.kind === "list" || column.wide
    return make("div", { className: long ? "long" : "" }, make("dt", {}, before + column.title), make("dd", {}, ...inside))
  }
}

export default function ({ data, parentElement, setTriggerValue, setStateValue }) {
  if (!places.has(parentElement)) places.set(parentElement, new Grid(parentElement))
  const grid = places.get(parentElement)
  grid.says = { open: id => setTriggerValue("opened", id), pick: cell => setStateValue("picked", cell), act: asked => setTriggerValue("acted", asked) }
  if (grid.said !== data.json) {
    grid.said = data.json
    const sent = JSON.parse(data.json)
    Object.assign(reader, sent.reader)
    retell(parentElement)
    grid.take(sent)
  }
  return () => { document.removeEventListener("click", grid.outside); places.delete(parentElement) }
}
