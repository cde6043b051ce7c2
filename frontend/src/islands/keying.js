// <form data-keying>: Enter goes to the next field instead of sending the form; on the button it sends.

document.addEventListener('keydown', (event) => {
  const form = event.target.closest?.('form[data-keying]')
  if (!form || event.key !== 'Enter' || event.target.tagName !== 'INPUT' || event.isComposing) return
  event.preventDefault()
  const fields = [...form.querySelectorAll('input:not([type="hidden"]), button[type="submit"]')]
  const next = fields[fields.indexOf(event.target) + (event.shiftKey ? -1 : 1)]
  next?.focus()
  if (next?.tagName === 'INPUT') next.select()
})
