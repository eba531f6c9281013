const form = document.querySelector('[data-search]');
const output = form.querySelector('output');

form.addEventListener('submit', (event) => event.preventDefault());
form.addEventListener('input', search);
search();

async function search() {
  const words = form.q.value;
  const response = await fetch(`${form.dataset.search}?${new URLSearchParams({ q: words })}`);
  const { search: engine, teas } = await response.json();
  if (words !== form.q.value) return; // an older request
  output.dataset.engine = engine;
  output.textContent = words === '' ? '' : teas.map(({ name }) => name).join(', ') || 'Nothing found';
}
