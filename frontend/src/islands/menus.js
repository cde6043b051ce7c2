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
