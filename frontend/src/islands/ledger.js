// Ledgers. On a phone the filter begins closed:      <details data-closed-on-phone [data-stays-open]>
// Lines that are moved up and down by buttons:       <ol data-sortable><li>… <button type="button" data-move="up">
// Rows that are ticked, all of them by one box:      <input type="checkbox" data-choose-all>, boxes named "row",
// and what is done with them, once one is ticked:    <div data-bulk-bar>… <span data-bulk-count>

if (window.matchMedia('(max-width: 47.99rem)').matches) {
  for (const panel of document.querySelectorAll('details[data-closed-on-phone]:not([data-stays-open])')) panel.open = false
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-sortable] [data-move]')
  if (!button) return
  const line = button.closest('li')
  if (button.dataset.move === 'up') line.previousElementSibling?.before(line)
  else line.nextElementSibling?.after(line)
  button.focus()
})

const rows = () => [...document.querySelectorAll('input[type=checkbox][name=row]')]

function count() {
  const bar = document.querySelector('[data-bulk-bar]')
  if (!bar) return
  const boxes = rows()
  const ticked = boxes.filter((box) => box.checked).length
  bar.hidden = ticked === 0
  bar.querySelector('[data-bulk-count]').textContent = ticked
  const all = document.querySelector('[data-choose-all]')
  if (all) {
    all.checked = ticked > 0 && ticked === boxes.length
    all.indeterminate = ticked > 0 && ticked < boxes.length
  }
}

document.addEventListener('change', (event) => {
  if (event.target.matches('[data-choose-all]')) for (const box of rows()) box.checked = event.target.checked
  if (event.target.matches('[data-choose-all], input[name=row]')) count()
})
window.addEventListener('pageshow', count)

// A file that is sent leaves the page as it is: the dialog closes behind it.
document.addEventListener('click', (event) => {
  if (event.target.closest('button[name=format]')) event.target.closest('dialog')?.close()
})
