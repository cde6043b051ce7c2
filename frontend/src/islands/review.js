// Single keys on pages of the review and of coding. Every key is also a button or a link on the page, named by it:
//   data-key="a"        pressing a clicks it            data-key-focus="r"  pressing r puts the cursor there
//   data-review-list    a table whose rows j and k walk through, x ticks
// They do nothing while something is typed or with Ctrl, Alt or Meta, and can be turned off: <input data-shortcuts>.

const SETTING = 'domicile-single-keys'

function on() {
  try {
    return localStorage.getItem(SETTING) !== 'off'
  } catch {
    return true
  }
}

const setting = document.querySelector('[data-shortcuts]')
if (setting) {
  setting.checked = on()
  setting.addEventListener('change', () => {
    try {
      localStorage.setItem(SETTING, setting.checked ? 'on' : 'off')
    } catch {
      // Where nothing can be kept it holds for this page.
    }
    document.body.dataset.singleKeys = setting.checked ? 'on' : 'off'
  })
}

function typing(target) {
  return target.isContentEditable || target.matches('textarea, select, input:not([type=checkbox], [type=radio], [type=submit], [type=button])')
}

function step(list, by) {
  const links = [...list.querySelectorAll('tbody th a')]
  const at = links.indexOf(document.activeElement.closest('tr')?.querySelector('th a'))
  const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + by, 0), links.length - 1)]
  next?.focus()
  next?.closest('tr').scrollIntoView({ block: 'nearest' })
}

function inList(list, key) {
  if (key === 'j' || key === 'ArrowDown') step(list, 1)
  else if (key === 'k' || key === 'ArrowUp') step(list, -1)
  else if (key === 'x') document.activeElement.closest('tr')?.querySelector('input[name=row]')?.click()
  else return false
  return true
}

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return
  if (!setting?.checked || document.querySelector('dialog[open]') || typing(event.target)) return
  const list = document.querySelector('[data-review-list]')
  const arrows = event.key.startsWith('Arrow')
  if (list && (!arrows || list.contains(event.target)) && inList(list, event.key)) {
    event.preventDefault()
    return
  }
  if (!/^[a-z0-9]$/.test(event.key)) return
  const wanted = document.querySelector(`[data-key-focus="${event.key}"]`)
  const button = document.querySelector(`[data-key="${event.key}"]`)
  if (!wanted && !button) return
  event.preventDefault()
  if (wanted) wanted.focus()
  else if (!button.disabled) button.click()
})
