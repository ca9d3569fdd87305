// Where what has the keyboard goes away (an answer takes its question with it), the keyboard goes on with what stands next, and not at the
// top of the page. Nothing is done for who clicks.
const REACHED = "a[href], button:not(:disabled), input:not(:disabled), textarea:not(:disabled), summary"
let by_keys = false, had = null

const reached_in = root => [...root.querySelectorAll(REACHED)].filter(one => one.tabIndex >= 0 && one.getClientRects().length)
const stays = one => one.isConnected && !one.disabled && one.getClientRects().length > 0

// The boxes with a name around an element, the nearest first.
const boxes_around = element => {
  const found = []
  for (let at = element; at; at = at.parentElement) found.push(...[...at.classList].filter(name => name.startsWith("st-key-")))
  return found
}

const noted = ({ target }) => {
  const main = document.querySelector("[data-testid=stMain]")
  if (!main?.contains(target)) return
  const all = reached_in(main), at = all.indexOf(target)
  had = { target, boxes: boxes_around(target), next: at < 0 ? [] : all.slice(at + 1), before: all.slice(0, Math.max(at, 0)).reverse() }
}

function go_on() {
  if (!by_keys || !had || stays(had.target) || document.activeElement !== document.body) return
  if (document.querySelector("[data-test-script-state=running]")) return void setTimeout(go_on, 150)
  const box = had.boxes.map(name => document.getElementsByClassName(name)[0]).find(one => one && reached_in(one).length)
  const inside = box ? reached_in(box) : []
  const on = had.next.find(one => stays(one) && box?.contains(one)) ?? inside[0] ?? [...had.next, ...had.before].find(stays)
  had = null
  on?.focus()
}

const keyed = () => { by_keys = true }
const clicked = () => { by_keys = false }

function keep_the_keyboard() {
  document.addEventListener("focusin", noted, true)
  document.addEventListener("keydown", keyed, true)
  document.addEventListener("pointerdown", clicked, true)
}

function let_go() {
  document.removeEventListener("focusin", noted, true)
  document.removeEventListener("keydown", keyed, true)
  document.removeEventListener("pointerdown", clicked, true)
}

