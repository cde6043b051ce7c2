// Native dialogs opened and closed by attributes, so that no page needs a script of its own:
//   <button type="button" data-dialog-open="end-stay">…</button>
//   <dialog id="end-stay" aria-labelledby="end-stay-title">… <button type="button" data-dialog-close>…</button></dialog>
// A dialog that arrives with `data-dialog-auto` (a form sent back with errors) opens by itself.

const opened = new WeakMap()

function open(dialog, opener) {
  if (!dialog || dialog.open) return
  opened.set(dialog, opener)
  dialog.showModal()
}

document.addEventListener('click', (event) => {
  const opener = event.target.closest('[data-dialog-open]')
  if (opener) {
    open(document.getElementById(opener.dataset.dialogOpen), opener)
    return
  }
  if (event.target.closest('[data-dialog-close]')) {
    event.target.closest('dialog')?.close()
  }
})

// `close` does not bubble. Focus goes back to where the reader was.
document.addEventListener('close', (event) => opened.get(event.target)?.focus(), true)

function openArrived(root) {
  for (const dialog of root.querySelectorAll('dialog[data-dialog-auto]')) open(dialog, null)
}

document.addEventListener('htmx:afterSettle', (event) => openArrived(event.target))
openArrived(document)
