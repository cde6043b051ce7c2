// A menu (`<details data-menu>`) opens without a script. With this one it closes too: by Escape, which gives the focus back
// to what opened it, by a tap beside it, and when the focus leaves it.

function openMenus() {
  return document.querySelectorAll('details[data-menu][open]')
}

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return
  for (const menu of openMenus()) {
    menu.open = false
    if (menu.contains(document.activeElement)) menu.querySelector('summary').focus()
  }
})

for (const kind of ['click', 'focusin']) {
  document.addEventListener(kind, (event) => {
    for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false
  })
}

// What is folded is printed whole (`<details data-printed-open>`), and folded again afterwards.
const unfolded = new Set()

window.addEventListener('beforeprint', () => {
  for (const part of document.querySelectorAll('details[data-printed-open]:not([open])')) {
    unfolded.add(part)
    part.open = true
  }
})

window.addEventListener('afterprint', () => {
  for (const part of unfolded) part.open = false
  unfolded.clear()
})

// A button that unfolds all parts of something, and folds them again: `data-open-all="#what"`. Hidden without a script.
for (const button of document.querySelectorAll('[data-open-all]')) button.hidden = false

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-open-all]')
  if (!button) return
  const open = button.getAttribute('aria-pressed') !== 'true'
  button.setAttribute('aria-pressed', String(open))
  for (const part of document.querySelectorAll(`${button.dataset.openAll} details`)) part.open = open
})
