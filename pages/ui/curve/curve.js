// Points by value as a line, over how many accounts have each value. A point is drawn to another place by hand, by finger, or by arrow keys.
const LEFT = 34, RIGHT = 12, TOP = 22, BOTTOM = 44, HEIGHT = 240, INSET = 10, QUIET = 400
const places = new WeakMap()

function drawing(tag, set, ...inside) {
  const one = document.createElementNS("http://www.w3.org/2000/svg", tag)
  for (const [name, value] of Object.entries(set)) one.setAttribute(name, value)
  one.append(...inside)
  return one
}

const told = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name])
const short = value => String(Math.round(value * 1e6) / 1e6).replace("-", "−")
const between = (value, low, high) => Math.min(Math.max(value, low), high)

class Curve {
  constructor(root) {
    this.svg = root.querySelector("svg")
    this.watch = new ResizeObserver(() => this.data && this.draw())
    this.watch.observe(this.svg)
  }

  take(data) {
    clearTimeout(this.waits)
    this.data = data
    this.points = data.points.map(point => [...point])
    this.draw()
  }

  x(value) { return LEFT + INSET + (value - this.data.low) / (this.data.high - this.data.low) * (this.width - LEFT - RIGHT - 2 * INSET) }
  y(points) { return HEIGHT - BOTTOM - points / 100 * (HEIGHT - TOP - BOTTOM) }

  draw() {
    const held = this.svg.getRootNode().activeElement, at = this.handles?.indexOf(held) ?? -1
    this.width = Math.max(this.svg.clientWidth, 200)
    this.svg.setAttribute("aria-label", this.data.words.alt)
    this.path = drawing("path", { class: "path" })
    this.handles = this.points.map((_, at) => this.handle(at))
    this.said = drawing("text", { class: "said", "text-anchor": "middle" })
    this.svg.replaceChildren(...this.bars(), ...this.axes(), this.path, ...this.handles, this.said)
    this.place()
    if (at >= 0) this.handles[at]?.focus()
  }

  bars() {
    const most = Math.max(...this.data.bars, 1), wide = (this.data.high - this.data.low) / this.data.bars.length
    return this.data.bars.map((count, at) => {
      const from = this.data.low + at * wide, high = count / most * (HEIGHT - TOP - BOTTOM)
      const about = drawing("title", {}, told(this.data.words.bar, { n: count, from: short(Number(from.toPrecision(3))), to: short(Number((from + wide).toPrecision(3))) }))
      return drawing("rect", { class: "bar", x: this.x(from), y: HEIGHT - BOTTOM - high, width: Math.max(this.x(from + wide) - this.x(from) - 1, 1), height: high }, about)
    })
  }

  axes() {
    const across = [0, 25, 50, 75, 100].flatMap(points => [
      drawing("line", { class: "line", x1: LEFT, x2: this.width - RIGHT, y1: this.y(points), y2: this.y(points) }),
      drawing("text", { x: LEFT - 6, y: this.y(points) + 4, "text-anchor": "end" }, String(points)),
    ])
    const below = this.data.marks.map(value => drawing("text", { x: this.x(value), y: HEIGHT - BOTTOM + 22, "text-anchor": "middle" }, short(value)))
    const title = drawing("text", { x: (LEFT + this.width - RIGHT) / 2, y: HEIGHT - 4, "text-anchor": "middle" }, this.data.words.x)
    return [...across, ...below, title]
  }

  handle(at) {
    if (!this.data.moves) return drawing("circle", { class: "point", r: 5 })
    const one = drawing("circle", { class: "point moves", r: 8, tabindex: 0, role: "slider", "aria-valuemin": 0, "aria-valuemax": 100 })
    one.addEventListener("pointerdown", event => { one.setPointerCapture(event.pointerId); one.focus() })
    one.addEventListener("pointermove", event => one.hasPointerCapture(event.pointerId) && this.drag(at, event))
    one.addEventListener("pointerup", () => this.tell())
    one.addEventListener("keydown", event => this.press(at, event))
    one.addEventListener("blur", () => { this.said.textContent = "" })
    one.addEventListener("focus", () => this.say(at))
    return one
  }

  drag(at, event) {
    const frame = this.svg.getBoundingClientRect()
    const value = this.data.low + (event.clientX - frame.left - LEFT - INSET) / (this.width - LEFT - RIGHT - 2 * INSET) * (this.data.high - this.data.low)
    this.move(at, value, 100 * (HEIGHT - BOTTOM - (event.clientY - frame.top)) / (HEIGHT - TOP - BOTTOM))
  }

  press(at, event) {
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }, way = ways[event.key]
    if (!way) return
    event.preventDefault()
    const size = event.shiftKey ? 10 : 1, [value, points] = this.points[at]
    this.move(at, value + way[0] * size * this.data.step, points + way[1] * size)
    clearTimeout(this.waits)
    this.waits = setTimeout(() => this.tell(), QUIET)
  }

  // To the next step, and never past the points beside it: the values go on rising.
  move(at, value, points) {
    const { step } = this.data, low = this.points[at - 1]?.[0] ?? -Infinity, high = this.points[at + 1]?.[0] ?? Infinity
    const near = Number((Math.round(between(value, low + step, high - step) / step) * step).toPrecision(12))
    if (near > low && near < high) this.points[at][0] = near
    this.points[at][1] = Math.round(between(points, 0, 100))
    this.place()
    this.say(at)
  }

  place() {
    const { low, high } = this.data, first = this.points[0], last = this.points.at(-1)
    const ends = [[Math.min(low, first[0]), first[1]], ...this.points, [Math.max(high, last[0]), last[1]]]
    this.path.setAttribute("d", ends.map(([value, points], at) => `${at ? "L" : "M"}${this.x(value)} ${this.y(points)}`).join(""))
    this.handles.forEach((one, at) => {
      const [value, points] = this.points[at], words = this.words(at)
      for (const [name, said] of Object.entries({ cx: this.x(value), cy: this.y(points), "aria-valuenow": points, "aria-valuetext": words, "aria-label": told(this.data.words.point, { n: at + 1 }) })) one.setAttribute(name, said)
    })
  }

  words(at) { return told(this.data.words.at, { value: short(this.points[at][0]), points: short(this.points[at][1]) }) }

  say(at) {
    const [value, points] = this.points[at]
    this.said.textContent = this.words(at)
    this.said.setAttribute("x", between(this.x(value), 60, this.width - 60))
    this.said.setAttribute("y", Math.max(this.y(points) - 14, 12))
  }

  tell() {
    if (JSON.stringify(this.points) !== JSON.stringify(this.data.points)) this.says(JSON.stringify(this.points))
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  if (!places.has(parentElement)) places.set(parentElement, new Curve(parentElement))
  const curve = places.get(parentElement)
  curve.says = points => setTriggerValue("moved", points)
  if (curve.sent !== data.json) {
    curve.sent = data.json
    curve.take(JSON.parse(data.json))
  }
  return () => { curve.watch.disconnect(); places.delete(parentElement) }
}
