// <button type="button" data-copy="text" data-copied="Copied">Copy</button>, or data-copy-from="id of an element".
// Hidden by CSS until this island says that copying is possible here (it needs https or the same machine).

if (navigator.clipboard) document.documentElement.classList.add('can-copy')

document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy], [data-copy-from]')
  if (!button || !navigator.clipboard) return
  const source = document.getElementById(button.dataset.copyFrom)
  await navigator.clipboard.writeText(button.dataset.copy ?? source?.textContent.trim() ?? '')
  const label = button.textContent
  button.textContent = button.dataset.copied || label
  setTimeout(() => { button.textContent = label }, 2000)
})
